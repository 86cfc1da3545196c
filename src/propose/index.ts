/** propose: annotated + the reviewers' allowlist -> candidate policy. */
export type { Allowlist } from "./allowlist/decided.ts";
export { parseEndpoint } from "./allowlist/endpoint.ts";
export { parseAllowlist } from "./allowlist/read.ts";
export { propose } from "./candidate.ts";
export type { Limits } from "./strategies/index.ts";
export { Decisions, DEFAULT_MAX_TTL, type JudgeOptions, type Reviewers } from "./decisions.ts";
export { parseCandidate } from "./schema.ts";
export { Tenants } from "./tenants.ts";
export { ledgerLines } from "./ledger/append.ts";
export { type PrivateSeals, readHmacKey, readPrivateKey, readPublicKey } from "./ledger/seal.ts";
export { unrecorded } from "./ledger/unrecorded.ts";
export { verifyLedger } from "./ledger/verify.ts";
export { AllowlistEditor, EMPTY_ALLOWLIST } from "./allowlist/edit.ts";
export type { EntryFields } from "./allowlist/entry-text.ts";
export { openQuestions, questionOn } from "./review/questions.ts";
export { type Bench, parseVerdicts, ruleOn, type Ruling, type Verdict } from "./review/verdict.ts";
