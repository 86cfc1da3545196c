/** diff: Policy x Policy, Policy x evidence -> findings. */
export { defaultFailOn, drift } from "./drift.ts";
export { type Approved, movedLists } from "./moved.ts";
export { compareWhereTheyMeet } from "./pairs.ts";
export { askAlike, pairLayers, policyDrift } from "./policies.ts";
export { textDiff } from "./text.ts";
