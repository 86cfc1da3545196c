/** report: findings -> text. Pure: returns text, never prints. */
export { plain } from "./escape.ts";
export { explanationJson } from "./explain/json.ts";
export { explanationText } from "./explain/text.ts";
export { jsonReport } from "./json.ts";
export { lintJson, lintText } from "./lint.ts";
export { markdownReport } from "./markdown.ts";
export { textReport } from "./text.ts";
export { trailJson, trailText } from "./trail.ts";
export type { ReportInput } from "./view.ts";
