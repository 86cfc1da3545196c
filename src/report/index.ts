/** report: findings -> text. Pure: returns text, never prints. */
export { blindLine } from "./blind.ts";
export { coverageText } from "./coverage/text.ts";
export { json, plain } from "./escape.ts";
export { explanationJson } from "./explain/json.ts";
export { explanationText } from "./explain/text.ts";
export { jsonReport } from "./json.ts";
export { ledgerJson, ledgerText } from "./ledger.ts";
export { lintJson, lintText } from "./lint.ts";
export { markdownReport } from "./markdown.ts";
export { reviewJson, reviewList, reviewScreen } from "./review.ts";
export { textReport } from "./text.ts";
export { trailJson, trailText } from "./trail.ts";
export type { ReportInput } from "./view.ts";
