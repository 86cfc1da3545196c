/** diff: Policy x Policy, Policy x evidence -> findings. */
export { defaultFailOn, drift } from "./drift.ts";
export { pairLayers, policyDrift } from "./policies.ts";
export { textDiff } from "./text.ts";
