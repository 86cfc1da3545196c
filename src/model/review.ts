/** What is put to a reviewer: one endpoint, everything that was seen of it, and why it is a question. */
import type { Approved, ApprovedList } from "./approval.ts";
import type { CandidateRule, NotProposed, Target } from "./candidate.ts";

/** `lapsed` and `void` were decided once; `within-envelope` passes without anybody. */
export type OpenState = "undecided" | "lapsed" | "void" | "within-envelope";

export interface OpenQuestion {
  /** `api.example.com:443/tcp`. */
  readonly endpoint: string;
  readonly state: OpenState;
  /** The digest that was approved, where another rule was. */
  readonly was: string | null;
  /** What the candidate says of it: why it is proposed, or why not. */
  readonly reason: string;
  /** Once for each way it was reached: directly, and through each proxy. What has a rule has its prices with it. */
  readonly seen: readonly (CandidateRule | NotProposed)[];
  readonly approved: Approved;
  /** The published lists that its addresses are in: an approval says which it was given with. */
  readonly lists: readonly ApprovedList[];
  /** The digest that an approval of it would carry. */
  readonly digest: string;
}

/** The narrowest rule for it in one dialect, or why that dialect cannot say it. */
export interface NarrowRule {
  readonly target: Target;
  readonly lines: readonly string[];
  readonly notExpressed: string | null;
}
