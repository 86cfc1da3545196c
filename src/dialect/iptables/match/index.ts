/** One rule's options as conditions on a packet. */
export { canonicalFlag, conditionsOf } from "./options.ts";
export type { Scope } from "./reading.ts";
export { isTimeOption, timeOf } from "./time.ts";
