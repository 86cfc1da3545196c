/** A run as it is observed, with what it saw. */
import type { Observation, ObservedRun, RunRecord } from "../../src/model/observation.ts";

export function runOf(run: string, observations: readonly Observation[], more: Partial<RunRecord> = {}): ObservedRun {
  const record: RunRecord = {
    _schema: "sallyport/observation/v1",
    kind: "run",
    run,
    source: `${run}.pcap`,
    sha256: null,
    format: "pcap",
    firstSeen: null,
    lastSeen: null,
    records: 1,
    flows: observations.length,
    rejected: {},
    blindSpots: [],
    ...more,
  };
  return { run: record, observations };
}
