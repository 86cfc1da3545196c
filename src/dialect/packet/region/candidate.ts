/** The rules of a program that may match new connections of one family and transport, and where: which addresses, which ports. */
import { type PortRange, Ports } from "../../../model/set/ports.ts";
import { evaluate, isOfDestination } from "../condition.ts";
import type { Judge } from "../judge.ts";
import { pointable } from "../listing.ts";
import type { Packet } from "../packet.ts";
import { ANYTHING, type Box, type BoxSet } from "../box.ts";
import type { Chain, Condition, Field, PacketRule } from "../program.ts";

type Membership = Condition & { readonly kind: "in" };

/** Addresses at which one of a rule's conditions on them changes; `ports` where it does so at some ports only. */
export interface Mark {
  readonly candidate: Candidate;
  readonly first: bigint;
  readonly last: bigint;
  readonly ports: PortRange | null;
  /** Whether the rule can match inside its marks only. */
  readonly confines: boolean;
}

/** The ports at which a rule may match; one for all rules that ask for the same. */
export interface Reach {
  /** Outside of these it does not match. */
  readonly ports: readonly PortRange[];
  /** Where within them its match may change. */
  readonly cuts: readonly number[];
}

export interface Candidate {
  readonly chain: string;
  readonly rule: PacketRule;
  /** The place in the program: candidates are tried in this order. */
  readonly order: number;
  readonly reach: Reach;
  /** Some condition confines it to its marks; the others may match anywhere. */
  readonly confined: boolean;
  /** Several marks, and nothing tells one of them from another but its ports: a large set, which is not listed by element. */
  readonly uniform: boolean;
}

export interface Candidates {
  readonly everywhere: readonly Candidate[];
  readonly marks: readonly Mark[];
}

const EVERY_PORT: readonly PortRange[] = [{ first: 0, last: 65_535 }];
const ANY_PORT: Reach = { ports: EVERY_PORT, cuts: [] };

/** `template`: a packet of the family and transport; its address, port and outgoing interface are not looked at. */
export function candidatesOf(judge: Judge, template: Packet): Candidates {
  const everywhere: Candidate[] = [];
  const marks: Mark[] = [];
  const seen = judge.seen(template);
  const known = new Map<Membership, Reach>();
  let order = 0;
  for (const { name, rules } of reachable(judge, template)) {
    for (const rule of rules) {
      if (seen.every((packet) => isRuledOut(rule, packet))) continue;
      const reach = reachOf(rule, template, known);
      if (reach.ports.length === 0) continue;
      const candidate = place(name, rule, order++, reach, seen, marks);
      if (!candidate.confined) everywhere.push(candidate);
    }
  }
  return { everywhere, marks };
}

/** The chains of the packet's family, each once. */
function reachable({ path, program }: Judge, { family }: Packet): Chain[] {
  const names = new Set(path.filter(({ families }) => families.includes(family)).map(({ chain }) => chain));
  // A Set iterates over what is added while it is walked.
  for (const name of names) {
    for (const { action } of program.chains.get(name)?.rules ?? []) {
      if (action.kind === "jump" || action.kind === "goto") names.add(action.chain);
    }
  }
  return [...names].flatMap((name) => program.chains.get(name) ?? []);
}

/** Not by a limit: once that is used up, the rule is another. */
function isRuledOut({ conditions }: PacketRule, packet: Packet): boolean {
  return conditions.some(
    (condition) => condition.kind !== "counted" && !isSpatial(condition) && evaluate(condition, packet) === false,
  );
}

/** What depends on address or port: their values, and the interface, which for loopback is another one. */
function isSpatial(condition: Condition): boolean {
  if (condition.kind === "interface") return condition.direction === "out";
  return condition.kind === "in" && condition.fields.some(isOfDestination);
}

/** The rule as a candidate; its marks are added to the others. */
function place(
  chain: string,
  rule: PacketRule,
  order: number,
  reach: Reach,
  seen: readonly Packet[],
  marks: Mark[],
): Candidate {
  const asked = rule.conditions.filter((c): c is Membership => c.kind === "in" && c.fields.includes("daddr"));
  const places = asked.map(({ negated, open, fields, set }) => ({
    isClosed: !negated && !open,
    boxes: boxesOf(fields, set, seen),
  }));
  let least: (typeof places)[number] | undefined;
  for (const each of places) {
    if (each.isClosed && (least === undefined || each.boxes.length < least.boxes.length)) least = each;
  }
  const several = least !== undefined && least.boxes.length > 1;
  const uniform = several && pointable(rule) === null && new Set(least?.boxes.map(({ beside }) => beside)).size === 1;
  const candidate: Candidate = { chain, rule, order, reach, confined: least !== undefined, uniform };
  for (const each of places) {
    const confines = each === least;
    for (const { first, last, ports } of each.boxes) marks.push({ candidate, first, last, ports, confines });
  }
  return candidate;
}

/** A box of a condition on addresses, and what its other fields say of the packet. */
interface Place extends Pick<Mark, "first" | "last" | "ports"> {
  readonly beside: string;
}

/** The boxes of a condition on addresses that the packet can be in, as far as the other fields are known. */
function boxesOf(fields: readonly Field[], set: BoxSet, seen: readonly Packet[]): Place[] {
  const [address, port] = [fields.indexOf("daddr"), fields.indexOf("dport")];
  const others = fields.flatMap((field, i) => (i === address || i === port ? [] : [{ field, i }]));
  const found: Place[] = [];
  for (const box of set.boxes) {
    const range = box[address];
    const beside = others.length === 0 ? "" : seen.map((packet) => besideOf(box, others, packet)).join("");
    if (range === undefined || (others.length > 0 && /^0+$/.test(beside)) || range.first > range.last) continue;
    const at = box[port];
    const ports = at === undefined ? null : { first: Number(at.first), last: Number(at.last) };
    found.push({ first: range.first, last: range.last, ports, beside });
  }
  return found;
}

/** Whether the packet is in the box by its other fields: `1`, `0`, or after a `?` on what that hangs that is not known. */
function besideOf(box: Box, others: readonly { field: Field; i: number }[], { facts }: Packet): string {
  let told = "1";
  for (const { field, i } of others) {
    const [value, side] = [facts[field], box[i]];
    if (side === undefined || side === ANYTHING) continue;
    if (value === null) told += `?${field} ${side.first}-${side.last}`;
    else if (value < side.first || value > side.last) return "0";
  }
  return told;
}

function reachOf(rule: PacketRule, { facts }: Packet, known: Map<Membership, Reach>): Reach {
  const conditions = portConditions(rule);
  const only = conditions.length === 1 ? conditions[0] : undefined;
  if (conditions.length === 0) return ANY_PORT;
  const reach = (only && known.get(only)) ?? {
    ports: facts.dport === null ? EVERY_PORT : portsOf(conditions),
    cuts: cutsOf(conditions),
  };
  if (only !== undefined) known.set(only, reach);
  return reach;
}

function portsOf(conditions: readonly Membership[]): readonly PortRange[] {
  let ports: Ports | null = null;
  for (const condition of conditions) {
    if (condition.negated || condition.open) continue;
    const own = Ports.of(rangesOf(condition));
    ports = ports === null ? own : ports.combine("intersection", own);
  }
  return ports === null ? EVERY_PORT : ports.ranges();
}

/** Within the union of a condition's ranges too something may change: the element that is pointed at, another field beside it. */
function cutsOf(conditions: readonly Membership[]): number[] {
  return conditions.flatMap(rangesOf).flatMap(({ first, last }) => [first, last + 1]);
}

function portConditions(rule: PacketRule): Membership[] {
  return rule.conditions.filter(
    (c): c is Membership => c.kind === "in" && c.fields.includes("dport") && !c.fields.includes("daddr"),
  );
}

function rangesOf({ fields, set }: Membership): PortRange[] {
  const dimension = fields.indexOf("dport");
  return set.boxes.flatMap((box) => {
    const range = box[dimension];
    return range === undefined || range.first > range.last
      ? []
      : [{ first: Number(range.first), last: Number(range.last) }];
  });
}
