/** What nobody knows of a packet, case by case: where its verdict is the same in each, it does not hang on that. */
import { widthOf } from "../../model/prefix.ts";
import type { Range } from "./box.ts";
import { type Packet, type PacketContext, PROTOCOL } from "./packet.ts";
import type { Chain, Condition, Field, PacketRule } from "./program.ts";
import type { Active, Step } from "./walk.ts";

/** More than these cases of one packet are not told apart: every one of them is another walk. */
const MOST_CASES = 64;

/** Marks are not among them: rules change them on the way. */
type Unknown = Extract<Field, "sport" | "saddr" | "uid" | "gid">;
const UNKNOWNS: readonly Unknown[] = ["sport", "saddr", "uid", "gid"];

/**
 * The packet once for each way in which the rules it met tell apart what is not known of it, by a value that stands for all
 * alike. Null where they ask for nothing of the kind, or tell too many apart.
 */
export function casesOf(packet: Packet, steps: readonly Step[], context: PacketContext): Packet[] | null {
  let cases = [packet];
  for (const field of UNKNOWNS) {
    const domain = packet.facts[field] === null ? domainOf(field, packet, context) : null;
    const starts = domain === null ? null : startsOf(field, domain, steps);
    if (starts === "many" || (starts !== null && starts.length * cases.length > MOST_CASES)) return null;
    if (starts === null) continue;
    cases = cases.flatMap((each) => starts.map((value) => ({ ...each, facts: { ...each.facts, [field]: value } })));
  }
  return cases.length > 1 || cases[0] !== packet ? cases : null;
}

/** All that a case can meet are rules which the packet met, when more was possible; in the order of their chains. */
export function metBy(steps: readonly Step[], chains: ReadonlyMap<string, Chain>): Active {
  const met = new Map<string, Met>();
  for (const { chain, rule, packet } of steps) {
    const { rules, packets } = met.get(chain) ?? { rules: new Set(), packets: new Set() };
    met.set(chain, { rules: rules.add(rule), packets: packets.add(packet) });
  }
  return new Map(
    [...met].map(([chain, { rules, packets }]) => {
      // Walked through once, they stand in order.
      const inOrder =
        packets.size === 1 ? [...rules] : (chains.get(chain)?.rules ?? []).filter((rule) => rules.has(rule));
      return [chain, inOrder];
    }),
  );
}

interface Met {
  readonly rules: Set<PacketRule>;
  /** The packet as it was each time that it came through. */
  readonly packets: Set<Packet>;
}

/** The values that a field can have in a new connection's packet; null where it may have none. */
function domainOf(field: Unknown, { family, facts }: Packet, { hook, source }: PacketContext): Range | null {
  switch (field) {
    case "sport": {
      const hasPorts = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp].some((each) => each === facts.protocol);
      // No socket is bound to port 0.
      return hasPorts ? { first: 1n, last: 65_535n } : null;
    }
    case "saddr":
      return source?.family === family ? source : { first: 0n, last: (1n << BigInt(widthOf(family))) - 1n };
    case "uid":
    case "gid":
      // What is forwarded came out of no socket of this host.
      return hook === "output" ? { first: 0n, last: (1n << 32n) - 1n } : null;
    default:
      return field satisfies never;
  }
}

/** Where in its domain something that rules ask about the field changes; null where none asks. */
function startsOf(field: Unknown, { first, last }: Range, steps: readonly Step[]): bigint[] | "many" | null {
  const starts = new Set<bigint>();
  for (const { rule } of steps) {
    for (const condition of rule.conditions) {
      const ranges = rangesOf(condition, field);
      if (ranges === null) continue;
      if (ranges.length > MOST_CASES) return "many";
      starts.add(first);
      for (const range of ranges)
        for (const start of [range.first, range.last + 1n]) if (start > first && start <= last) starts.add(start);
      if (starts.size > MOST_CASES) return "many";
    }
  }
  return starts.size === 0 ? null : [...starts];
}

function rangesOf(condition: Condition, field: Field): readonly Range[] | null {
  const dimension = condition.kind === "in" ? condition.fields.indexOf(field) : -1;
  if (condition.kind !== "in" || dimension < 0) return null;
  // Of a large set nothing is gathered only to be too much.
  return condition.set.boxes.slice(0, MOST_CASES + 1).flatMap((box) => box[dimension] ?? []);
}
