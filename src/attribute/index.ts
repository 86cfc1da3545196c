/** attribute: flows + name evidence of ONE run -> observations. */
export { Attributor } from "./attributor.ts";
