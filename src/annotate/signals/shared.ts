/** Names that stand beside those of other customers of one provider. */
import type { Detect } from "./detect.ts";

export const sharedHosting: Detect = ({ facts }) => {
  if (facts === null || facts.shared === null) return null;
  const { what, suffix, source } = facts.shared;
  if (facts.kind === "path") {
    return {
      reason:
        "customers are told apart by path, which no filter by name or address sees: to allow it is to allow all of them",
      evidence: `${suffix} is ${what}`,
      source,
    };
  }
  return {
    reason:
      "anybody can rent a place beside it: only the exact name is one customer's, and its addresses are everybody's",
    evidence: `${facts.owned ?? suffix} stands under ${suffix}, where ${what} have names`,
    source,
  };
};
