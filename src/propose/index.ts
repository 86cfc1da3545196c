/** propose: annotated + the reviewers' allowlist -> candidate policy. */
export { type Decided, parseAllowlist, parseEndpoint } from "./allowlist.ts";
export { propose } from "./candidate.ts";
export type { Limits } from "./strategies/index.ts";
export { Decisions } from "./decisions.ts";
export { parseCandidate } from "./schema.ts";
