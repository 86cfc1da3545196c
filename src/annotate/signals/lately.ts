/** Endpoints that came with a change: none of the earlier runs has them. */
import type { Detect } from "./detect.ts";

/** Fewer runs before it say nothing, and neither does a first appearance in the first half. */
const ENOUGH_BEFORE = 2;

export const firstAppearance: Detect = ({ endpoint: { firstSeen, runsSeen, runsTotal } }, { runs }) => {
  if (firstSeen === null) return null;
  const before = runs.filter((run) => run.lastSeen !== null && run.lastSeen < firstSeen).length;
  if (before < ENOUGH_BEFORE || 2 * before < runsTotal) return null;
  return {
    reason: "it came with a change: ask which, before asking whether it is needed",
    evidence: `first on ${firstSeen.slice(0, 10)}, in ${runsSeen} of ${runsTotal - before} runs since and in none of the ${before} before`,
    source: null,
  };
};
