/** `sallyport/observation/v1`: the JSONL that `observe` prints and every later stage can start from. */
import type { Address } from "./address.ts";
import { compareNumbers, compareText } from "./compare.ts";
import type { NameSource, OtherName, Outcome, ProxyKind, Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";

export const OBSERVATION_SCHEMA = "sallyport/observation/v1";

/** The proxy that an endpoint was reached through. */
export interface Via {
  readonly kind: ProxyKind;
  readonly address: Address | null;
  readonly port: number | null;
}

/** One endpoint as seen in one run at one address. Times are RFC 3339 with six decimals; null where the source does not tell. */
export interface Observation {
  readonly _schema: typeof OBSERVATION_SCHEMA;
  readonly kind: "observation";
  readonly run: string;
  readonly transport: Transport;
  readonly name: Fqdn | null;
  readonly nameSource: NameSource | null;
  /**
   * Other names that pointed at this address in the run, and address literals that clients called the endpoint by;
   * shown to the reviewer, never made into a rule.
   */
  readonly otherNames: readonly OtherName[];
  /** Aliases between the name and the address. */
  readonly cnames?: readonly Fqdn[];
  readonly address: Address | null;
  readonly port: number | null;
  readonly via?: Via;
  readonly outcome: Outcome;
  readonly connections: number;
  readonly established: number;
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  /** Left out where the source does not tell. */
  readonly packetsOut?: number;
  readonly packetsIn?: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly workload: string | null;
  readonly tool: string | null;
  readonly process: string | null;
  readonly flags: readonly string[];
}

/** The last line of each run: what was read, what could not be used, what could not have been seen. */
export interface RunRecord {
  readonly _schema: typeof OBSERVATION_SCHEMA;
  readonly kind: "run";
  readonly run: string;
  readonly source: string;
  readonly sha256: string | null;
  readonly format: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly records: number;
  readonly flows: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejectedAt?: Readonly<Record<string, readonly number[]>>;
  readonly blindSpots: readonly string[];
}

export interface ObservedRun {
  readonly run: RunRecord;
  readonly observations: readonly Observation[];
}

/** The same, where lines may be made as they are asked for: the text of many is more than their run. */
export interface RunInLines {
  readonly run: RunRecord;
  readonly observations: Iterable<Observation>;
}

/** What the order of lines goes by. */
export type ObservationKey = Pick<Observation, "transport" | "name" | "address" | "port" | "outcome"> & {
  readonly via?: Via | null;
} & Pick<Observation, "workload" | "tool" | "process">;

/** The key of an observation line within its run; its parts cannot hold the separator, because names and labels are validated. */
function keyText(o: ObservationKey): string {
  const via = o.via ? `${o.via.kind} ${o.via.address ?? ""} ${o.via.port ?? ""}` : "";
  return [o.transport, o.name ?? "", o.address ?? "", o.port ?? "", via, o.outcome, o.workload, o.tool, o.process]
    .map((part) => part ?? "")
    .join("|");
}

/** By name (nameless last), transport, port, then the rest of the key: the order of lines within a run. */
export function compareObservations(a: ObservationKey, b: ObservationKey): number {
  return (
    Number(a.name === null) - Number(b.name === null) ||
    compareText(a.name ?? "", b.name ?? "") ||
    compareText(a.transport, b.transport) ||
    compareNumbers(a.port, b.port) ||
    compareText(a.address ?? "", b.address ?? "") ||
    compareText(a.outcome, b.outcome) ||
    compareText(keyText(a), keyText(b))
  );
}
