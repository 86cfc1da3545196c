/** One rule's options as conditions on a packet. */
export { countersOf, isCounterOption } from "./counters.ts";
export { canonicalFlag, conditionsOf } from "./options.ts";
export type { Scope } from "./reading.ts";
export { isTimeOption, timeOf } from "./time.ts";
