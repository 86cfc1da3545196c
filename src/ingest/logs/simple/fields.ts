/** What a simple record can say, under which names, and how each value is read, whichever way the line was parsed. */
import { type Address, parseAddress } from "../../../model/address.ts";
import type { Outcome, Transport } from "../../../model/flow.ts";
import type { Instant } from "../../../model/instant.ts";
import { safeLabel } from "../../../model/label.ts";
import { type Host, readCount, readHost, readOutcome, readPort, readTime, readTransport } from "../values.ts";
import { hashOfText } from "./words.ts";

/**
 * The names of each field, the most telling first: the first that says anything is used. `host` and `hostname` come last,
 * because shippers also put the name of the machine that wrote the log there. Outcomes are the exception: every one of
 * them counts, and denial wins.
 */
export const ALIASES = {
  address: ["dest_ip", "dst_ip", "destination.ip", "destination_ip", "daddr", "remote_addr", "remote_ip"],
  port: ["dest_port", "dst_port", "destination.port", "destination_port", "dport", "remote_port"],
  host: ["dest_host", "sni", "server_name", "destination.domain", "domain", "host", "hostname"],
  transport: ["transport", "network.transport", "proto", "protocol", "network.iana_number"],
  time: ["ts", "timestamp", "@timestamp", "time"],
  sourceAddress: ["src_ip", "source.ip", "source_ip", "saddr"],
  sourcePort: ["src_port", "source.port", "source_port", "sport"],
  bytesOut: ["bytes_out", "source.bytes"],
  bytesIn: ["bytes_in", "destination.bytes"],
  process: ["process", "process.name", "process_name", "comm"],
  workload: ["workload"],
  tool: ["tool"],
  outcome: ["decision", "action", "verdict", "outcome", "event.outcome", "event.action"],
} as const;

export type Slot = keyof typeof ALIASES | "run";
export const SLOTS: readonly Slot[] = [...(Object.keys(ALIASES) as (keyof typeof ALIASES)[]), "run"];

/** The fields that tell one kind of connection from another, and where the hash of each is kept. */
export const HASHED = {
  address: 0,
  port: 1,
  host: 2,
  transport: 3,
  sourceAddress: 4,
  process: 5,
  workload: 6,
  tool: 7,
  run: 8,
} as const;
const HASHES = Object.keys(HASHED).length;

/** One record's fields, null where it says nothing. Reused from line to line. */
export class Fields {
  address: Address | "invalid" | null = null;
  port: number | "invalid" | null = null;
  host: Host | null = null;
  transport: Transport | "unknown" | null = null;
  time: Instant | "invalid" | null = null;
  sourceAddress: Address | null = null;
  sourcePort: number | null = null;
  bytesOut: number | null = null;
  bytesIn: number | null = null;
  process: string | null = null;
  workload: string | null = null;
  tool: string | null = null;
  outcome: Outcome | null = null;
  run: string | null = null;
  /** A hash of each value as it was written, 0 where there is none: what the sums are found by. */
  readonly hashes: Int32Array = new Int32Array(HASHES);

  clear(): void {
    for (let i = 0; i < this.hashes.length; i++) this.hashes[i] = 0;
    this.address = null;
    this.port = null;
    this.host = null;
    this.transport = null;
    this.time = null;
    this.sourceAddress = null;
    this.sourcePort = null;
    this.bytesOut = null;
    this.bytesIn = null;
    this.process = null;
    this.workload = null;
    this.tool = null;
    this.outcome = null;
    this.run = null;
  }

  addOutcome(outcome: Outcome): void {
    if (this.outcome !== "denied" && (this.outcome !== "failed" || outcome === "denied")) this.outcome = outcome;
  }
}

export const readAddress = (text: string): Address | "invalid" => parseAddress(text) ?? "invalid";
export const readProtocol = (value: string | number): Transport | "unknown" => readTransport(value) ?? "unknown";
export const readDestinationPort = (value: string | number): number | "invalid" => readPort(value) ?? "invalid";

function isHashed(slot: Slot): slot is keyof typeof HASHED {
  return slot in HASHED;
}

/** Puts one value where it belongs; the scalar is not empty and not `-`. */
export function setField(fields: Fields, slot: Slot, value: string | number): void {
  if (isHashed(slot)) fields.hashes[HASHED[slot]] = typeof value === "number" ? value : hashOfText(value);
  switch (slot) {
    case "address":
      fields.address = readAddress(String(value));
      return;
    case "port":
      fields.port = readDestinationPort(value);
      return;
    case "host":
      fields.host = readHost(String(value));
      return;
    case "transport":
      fields.transport = readProtocol(value);
      return;
    case "time":
      fields.time = readTime(value) ?? "invalid";
      return;
    case "sourceAddress":
      fields.sourceAddress = parseAddress(String(value));
      return;
    case "sourcePort":
      fields.sourcePort = readPort(value);
      return;
    case "bytesOut":
      fields.bytesOut = readCount(value);
      return;
    case "bytesIn":
      fields.bytesIn = readCount(value);
      return;
    case "process":
      fields.process = safeLabel(String(value));
      return;
    case "workload":
      fields.workload = safeLabel(String(value));
      return;
    case "tool":
      fields.tool = safeLabel(String(value));
      return;
    case "outcome":
      fields.addOutcome(readOutcome(String(value)));
      return;
    case "run":
      fields.run = String(value);
      return;
  }
}
