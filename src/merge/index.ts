/** merge: observations of MANY runs -> evidence. */
export { blindRuns } from "./blind-runs.ts";
export { parseIncidence } from "./coverage/csv.ts";
export { completenessOf } from "./coverage/completeness.ts";
export { coverageOf } from "./coverage/index.ts";
export { type Sightings, sightingsIn, sightingsOf } from "./coverage/sightings.ts";
export type { Strata } from "./coverage/strata.ts";
export { parseStrata } from "./coverage/strata-file.ts";
export { parseEvidence, readEvidence } from "./evidence-reader.ts";
export { Merger } from "./merger.ts";
export { ObservationReader, parseObservations } from "./read.ts";
export { evidencePieces } from "./write.ts";
