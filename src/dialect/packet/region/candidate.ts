/** The rules of a program that may match new connections of one family and transport, and where: which addresses, which ports. */
import { type PortRange, Ports } from "../../../model/set/ports.ts";
import { evaluate, isOfDestination } from "../condition.ts";
import type { Judge } from "../judge.ts";
import { pointable } from "../listing.ts";
import type { Packet } from "../packet.ts";
import type { Chain, Condition, PacketRule } from "../program.ts";

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

export interface Candidate {
  readonly chain: string;
  readonly rule: PacketRule;
  /** The place in the program: candidates are tried in this order. */
  readonly order: number;
  /** Outside of these it does not match. */
  readonly ports: readonly PortRange[];
  /** Where within them its match may change. */
  readonly cuts: readonly number[];
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

/** `template`: a packet of the family and transport; its address, port and outgoing interface are not looked at. */
export function candidatesOf(judge: Judge, template: Packet): Candidates {
  const everywhere: Candidate[] = [];
  const marks: Mark[] = [];
  const seen = judge.seen(template);
  let order = 0;
  for (const { name, rules } of reachable(judge, template)) {
    for (const rule of rules) {
      if (seen.every((packet) => isRuledOut(rule, packet))) continue;
      const ports = portsOf(rule, template);
      if (ports.length === 0) continue;
      const found = place(name, rule, order++, ports, seen);
      if (!found.candidate.confined) everywhere.push(found.candidate);
      for (const mark of found.marks) marks.push(mark);
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

function isRuledOut({ conditions }: PacketRule, packet: Packet): boolean {
  return conditions.some((condition) => !isSpatial(condition) && evaluate(condition, packet) === false);
}

/** What depends on address or port: their values, and the interface, which for loopback is another one. */
function isSpatial(condition: Condition): boolean {
  if (condition.kind === "interface") return condition.direction === "out";
  return condition.kind === "in" && condition.fields.some(isOfDestination);
}

function place(chain: string, rule: PacketRule, order: number, ports: readonly PortRange[], seen: readonly Packet[]) {
  const asked = rule.conditions.filter((c): c is Membership => c.kind === "in" && c.fields.includes("daddr"));
  const boxes = asked.map((condition) => ({ condition, boxes: boxesOf(condition, seen) }));
  const closed = boxes.filter(({ condition }) => !condition.negated && !condition.open);
  const least = closed.toSorted((a, b) => a.boxes.length - b.boxes.length)[0];
  const uniform = least !== undefined && least.boxes.length > 1 && pointable(rule) === null;
  const candidate: Candidate = {
    chain,
    rule,
    order,
    ports,
    cuts: cutsOf(rule),
    confined: least !== undefined,
    uniform,
  };
  const marks = boxes.flatMap((each) =>
    each.boxes.map((box): Mark => ({ ...box, candidate, confines: each === least })),
  );
  return { candidate, marks };
}

/** The boxes of a condition on addresses that the packet can be in, as far as the other fields are known. */
function boxesOf({ fields, set }: Membership, seen: readonly Packet[]): Pick<Mark, "first" | "last" | "ports">[] {
  const [address, port] = [fields.indexOf("daddr"), fields.indexOf("dport")];
  const found: Pick<Mark, "first" | "last" | "ports">[] = [];
  for (const box of set.boxes) {
    const range = box[address];
    const fits = seen.some(({ facts }) =>
      fields.every((field, i) => {
        const [value, side] = [facts[field], box[i]];
        if (i === address || i === port || value === null || side === undefined) return true;
        return side.first <= value && value <= side.last;
      }),
    );
    if (range === undefined || !fits || range.first > range.last) continue;
    const at = box[port];
    const ports = at === undefined ? null : { first: Number(at.first), last: Number(at.last) };
    found.push({ first: range.first, last: range.last, ports });
  }
  return found;
}

function portsOf(rule: PacketRule, { facts }: Packet): readonly PortRange[] {
  if (facts.dport === null) return EVERY_PORT;
  let ports: Ports | null = null;
  for (const condition of portConditions(rule)) {
    if (condition.negated || condition.open) continue;
    const own = Ports.of(rangesOf(condition));
    ports = ports === null ? own : ports.combine("intersection", own);
  }
  return ports === null ? EVERY_PORT : ports.ranges();
}

/** Within the union of a condition's ranges too something may change: the element that is pointed at, another field beside it. */
function cutsOf(rule: PacketRule): number[] {
  return portConditions(rule)
    .flatMap(rangesOf)
    .flatMap(({ first, last }) => [first, last + 1]);
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
