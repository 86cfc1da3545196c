/** What runs could not have seen: an allowlist is less sure where those it rests on were blind. */

/** What each means for whoever judges by the runs; docs/formats/observation.md has the exact condition. */
export const BLIND_SPOTS: Readonly<Record<string, string>> = {
  "encrypted-dns": "names were, or may have been, resolved out of sight",
  "encrypted-hello": "the names that show may be fronts",
  "flow-table-full": "flows were closed early to make room: one connection may count twice",
  "hello-cut": "a ClientHello is not complete: its name is missing",
  "interface-drops": "packets were lost while capturing: endpoints may be missing",
  "join-table-full": "connections were handed over early: one may count twice",
  "lost-events": "the sensor lost events: endpoints may be missing",
  "no-dns-seen": "no readable DNS answer: names rest on what clients said, and ambiguity cannot show",
  "snaplen-cut": "packets were cut short: names may be missing",
  "starts-midstream": "connections were open before the capture began: what came before is not in it",
  "tcp-gaps": "packets are missing in between: names may be missing",
};

/** One blind spot over all runs. */
export interface BlindRuns {
  readonly blindSpot: string;
  readonly runs: number;
  /** The first few of them, by id; the evidence has them all. */
  readonly named: readonly string[];
}
