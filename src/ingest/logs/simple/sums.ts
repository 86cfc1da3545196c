/**
 * Records alike in everything but time, source port and bytes become one flow with their sum.
 *
 * The table is direct-mapped: two kinds of record on one place hand each other over, so memory is bounded whatever the
 * log holds, and the sums downstream are the same.
 */
import type { Address } from "../../../model/address.ts";
import { compareNumbers } from "../../../model/compare.ts";
import type { Flow, Outcome, Transport } from "../../../model/flow.ts";
import type { Fqdn } from "../../../model/fqdn.ts";
import type { Instant } from "../../../model/instant.ts";
import type { Ledger } from "../ledger.ts";
import type { Fields } from "./fields.ts";

const SIZE = 1 << 17;

/** Where a record's connection went, once its fields are judged. Reused from line to line. */
export interface Destination {
  transport: Transport;
  address: Address | null;
  port: number | null;
  name: Fqdn | null;
  invalidName: boolean;
  outcome: Outcome;
  time: Instant | null;
}

export class Sums {
  private readonly table: (Sum | undefined)[] = Array<Sum | undefined>(SIZE).fill(undefined);

  add(ledger: Ledger, to: Destination, fields: Fields, line: number): void {
    const index = placeOf(fields, to.outcome);
    const sum = this.table[index];
    if (sum !== undefined && sum.ledger === ledger && sum.isLike(to, fields)) sum.add(to, fields);
    else {
      sum?.handOver();
      this.table[index] = new Sum(ledger, to, fields, line);
    }
  }

  finish(): void {
    const open = this.table.filter((sum) => sum !== undefined);
    open.sort((a, b) => compareNumbers(a.firstSeen, b.firstSeen) || a.line - b.line);
    for (const sum of open) sum.handOver();
    this.table.fill(undefined);
  }
}

function placeOf(fields: Fields, outcome: Outcome): number {
  let hash = outcome.length;
  const { hashes } = fields;
  for (let i = 0; i < hashes.length; i++) hash = Math.imul(hash ^ (hashes[i] ?? 0), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) & (SIZE - 1);
}

class Sum {
  readonly ledger: Ledger;
  readonly line: number;
  firstSeen: Instant | null;
  private lastSeen: Instant | null;
  private readonly transport: Transport;
  private readonly address: Address | null;
  private readonly port: number | null;
  private readonly name: Fqdn | null;
  private readonly invalidName: boolean;
  private readonly outcome: Outcome;
  private readonly sourceAddress: Address | null;
  private readonly process: string | null;
  private readonly workload: string | null;
  private readonly tool: string | null;
  private sourcePort: number | null;
  private connections = 1;
  private bytesOut: number | null;
  private bytesIn: number | null;

  constructor(ledger: Ledger, to: Destination, fields: Fields, line: number) {
    this.ledger = ledger;
    this.line = line;
    this.firstSeen = to.time;
    this.lastSeen = to.time;
    this.transport = to.transport;
    this.address = to.address;
    this.port = to.port;
    this.name = to.name;
    this.invalidName = to.invalidName;
    this.outcome = to.outcome;
    this.sourceAddress = fields.sourceAddress;
    this.process = fields.process;
    this.workload = fields.workload;
    this.tool = fields.tool;
    this.sourcePort = fields.sourcePort;
    this.bytesOut = fields.bytesOut;
    this.bytesIn = fields.bytesIn;
  }

  isLike(to: Destination, fields: Fields): boolean {
    return (
      this.address === to.address &&
      this.port === to.port &&
      this.name === to.name &&
      this.transport === to.transport &&
      this.outcome === to.outcome &&
      this.invalidName === to.invalidName &&
      this.sourceAddress === fields.sourceAddress &&
      this.process === fields.process &&
      this.workload === fields.workload &&
      this.tool === fields.tool
    );
  }

  add(to: Destination, fields: Fields): void {
    this.connections++;
    if (this.sourcePort !== fields.sourcePort) this.sourcePort = null;
    if (to.time !== null) {
      if (this.firstSeen === null || to.time < this.firstSeen) this.firstSeen = to.time;
      if (this.lastSeen === null || to.time > this.lastSeen) this.lastSeen = to.time;
    }
    if (fields.bytesOut !== null) this.bytesOut = (this.bytesOut ?? 0) + fields.bytesOut;
    if (fields.bytesIn !== null) this.bytesIn = (this.bytesIn ?? 0) + fields.bytesIn;
  }

  handOver(): void {
    const flow: Flow = {
      transport: this.transport,
      originator: { address: this.sourceAddress, port: this.sourcePort },
      responder: { address: this.address, port: this.port },
      // A connection log lists what came about; of what did not, it only says that it was tried.
      state: this.outcome === "allowed" ? "established" : "attempted",
      outcome: this.outcome,
      connections: this.connections,
      firstSeen: this.firstSeen,
      lastSeen: this.lastSeen,
      bytesOut: this.bytesOut,
      bytesIn: this.bytesIn,
      claims: this.name === null ? [] : [{ source: "log", name: this.name, record: this.line }],
      literals: [],
      tunnels: [],
      workload: this.workload,
      tool: this.tool,
      process: this.process,
      flags: this.invalidName ? ["invalid-name"] : [],
    };
    this.ledger.flow(flow);
  }
}
