/** Flows alike in every part of the observation key, summed into one line. */
import type { Address } from "../model/address.ts";
import { sortedUnique } from "../model/compare.ts";
import type { Flow, NameSource, OtherName, Outcome, Transport } from "../model/flow.ts";
import { NAME_SOURCES } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { formatInstant, type Instant } from "../model/instant.ts";
import { type Observation, OBSERVATION_SCHEMA, type ObservationKey, type Via } from "../model/observation.ts";
import type { FlagTable, LineFlags } from "./flag-table.ts";

/** What one flow was to: the flow's own responder, or the target asked of a proxy. */
export interface Attribution {
  readonly name: Fqdn | null;
  readonly nameSource: NameSource | null;
  readonly otherNames: readonly OtherName[];
  readonly cnames: readonly Fqdn[];
  readonly address: Address | null;
  readonly port: number | null;
  readonly via: Via | null;
  readonly flags: readonly string[];
}

/** What many lines have in common: one object for all of them, since a run may have 200,000 lines. */
export type Kind = Pick<Flow, "transport" | "outcome" | "workload" | "tool" | "process"> & Pick<Attribution, "via">;

/** Other names kept for one line: a client that speaks another on every connection must not grow memory without end. */
const MAX_OTHER_NAMES = 1000;

/** Aliases kept for one line; content networks lead through a handful. */
const MAX_CNAMES = 100;

export class Accumulator implements ObservationKey {
  /** Names that found no room. */
  overflow = 0;
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly port: number | null;
  readonly kind: Kind;
  nameSource: NameSource | null;
  private connections = 0;
  private established = 0;
  private bytesOut: number | null = null;
  private bytesIn: number | null = null;
  private packetsOut: number | null = null;
  private packetsIn: number | null = null;
  private firstSeen: Instant | null = null;
  private lastSeen: Instant | null = null;
  private flags: LineFlags | null = null;
  // Most lines need none of these: null is smaller than an empty collection.
  private otherNames: Set<OtherName> | null = null;
  private cnames: Set<Fqdn> | null = null;

  constructor({ name, address, port, nameSource }: Attribution, kind: Kind) {
    this.name = name;
    this.address = address;
    this.port = port;
    this.kind = kind;
    this.nameSource = nameSource;
  }

  add(flow: Flow, to: Attribution, flagTable: FlagTable): void {
    this.connections += flow.connections;
    if (flow.state === "established" || flow.state === "reset") this.established += flow.connections;
    this.bytesOut = sum(this.bytesOut, flow.bytesOut);
    this.bytesIn = sum(this.bytesIn, flow.bytesIn);
    this.packetsOut = sum(this.packetsOut, flow.packetsOut ?? null);
    this.packetsIn = sum(this.packetsIn, flow.packetsIn ?? null);
    if (flow.firstSeen !== null) this.firstSeen = Math.min(this.firstSeen ?? flow.firstSeen, flow.firstSeen);
    if (flow.lastSeen !== null) this.lastSeen = Math.max(this.lastSeen ?? flow.lastSeen, flow.lastSeen);
    this.nameSource = stronger(this.nameSource, to.nameSource);
    this.flags = flagTable.join(this.flags, to.flags);
    for (const name of to.otherNames) this.keep((this.otherNames ??= new Set()), name, MAX_OTHER_NAMES);
    for (const name of to.cnames) this.keep((this.cnames ??= new Set()), name, MAX_CNAMES);
  }

  private keep<Name>(names: Set<Name>, name: Name, limit: number): void {
    if (names.size < limit) names.add(name);
    else if (!names.has(name)) this.overflow++;
  }

  get transport(): Transport {
    return this.kind.transport;
  }

  get outcome(): Outcome {
    return this.kind.outcome;
  }

  get via(): Via | null {
    return this.kind.via;
  }

  get workload(): string | null {
    return this.kind.workload;
  }

  get tool(): string | null {
    return this.kind.tool;
  }

  get process(): string | null {
    return this.kind.process;
  }

  /** What the flows of the line were marked with. */
  get marks(): readonly string[] {
    return this.flags?.shown ?? [];
  }

  /** `alsoNamed` and `alsoFlagged` are what only the whole run can tell: other names of the address, its resolvers. */
  observation(run: string, alsoNamed: readonly Fqdn[], alsoFlagged: readonly string[]): Observation {
    const { name, address, port } = this;
    const { transport, outcome, workload, tool, process, via } = this.kind;
    return {
      _schema: OBSERVATION_SCHEMA,
      kind: "observation",
      run,
      transport,
      name,
      nameSource: this.nameSource,
      otherNames: sortedUnique([...(this.otherNames ?? []), ...alsoNamed].filter((other) => other !== name)),
      ...(this.cnames !== null && { cnames: sortedUnique(this.cnames) }),
      address,
      port,
      ...(via && { via }),
      outcome,
      connections: this.connections,
      established: this.established,
      bytesOut: this.bytesOut,
      bytesIn: this.bytesIn,
      ...(this.packetsOut !== null && { packetsOut: this.packetsOut }),
      ...(this.packetsIn !== null && { packetsIn: this.packetsIn }),
      firstSeen: this.firstSeen === null ? null : formatInstant(this.firstSeen),
      lastSeen: this.lastSeen === null ? null : formatInstant(this.lastSeen),
      workload,
      tool,
      process,
      flags: sortedUnique([...this.marks, ...alsoFlagged]),
    };
  }
}

function sum(a: number | null, b: number | null): number | null {
  // Counters are somebody else's: beyond what a number holds exactly they stop growing.
  return a === null && b === null ? null : Math.min((a ?? 0) + (b ?? 0), Number.MAX_SAFE_INTEGER);
}

function stronger(a: NameSource | null, b: NameSource | null): NameSource | null {
  if (a === null || b === null) return a ?? b;
  return NAME_SOURCES.indexOf(a) <= NAME_SOURCES.indexOf(b) ? a : b;
}
