/** merge: observations of MANY runs -> evidence. */
export { Merger } from "./merger.ts";
export { parseEvidence, parseObservations } from "./read.ts";
