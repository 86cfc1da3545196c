/** Three-valued evaluation of conditions: true, false, or unknown, never a guess. */
import type { Lookup } from "./box.ts";
import { recurs } from "./calendar.ts";
import type { Interface, Packet } from "./packet.ts";
import type { Condition, Field, PacketRule } from "./program.ts";

type Truth = boolean | "unknown";

/** Whether a rule matches, and the condition that could not be told. */
export interface Match {
  readonly truth: Truth;
  readonly doubt: Condition | null;
}

const NO: Match = { truth: false, doubt: null };

/** What limits have counted before the packet: nothing, as after a load, or nobody knows how much. */
export type Counters = "fresh" | "anyhow";

/** A conjunction: one false condition is enough, whatever is unknown about the others. */
export function matchRule(rule: PacketRule, packet: Packet, counters: Counters = "fresh"): Match {
  let doubt: Condition | null = null;
  for (const condition of rule.conditions) {
    const truth = condition.kind === "counted" && counters === "anyhow" ? "unknown" : evaluate(condition, packet);
    if (truth === false) return NO;
    if (truth === "unknown") doubt ??= condition;
  }
  return { truth: doubt === null ? true : "unknown", doubt };
}

export function evaluate(condition: Condition, packet: Packet): Truth {
  switch (condition.kind) {
    case "in": {
      if (packet.elsewhere && condition.fields.some(isOfDestination)) return condition.negated;
      const { hit, possible } = lookup(condition, packet);
      if (hit !== null) return !condition.negated;
      return possible || condition.open ? "unknown" : condition.negated;
    }
    case "interface":
      return negate(anyName(condition.names, condition.direction === "in" ? packet.in : packet.out), condition.negated);
    case "time":
      return within(condition, packet.now);
    case "outside":
      return negate(within(condition, packet.now), true);
    case "recurring":
      return recurs(condition, packet.now);
    case "counted":
      return condition.holds;
    case "opaque":
      return "unknown";
    default:
      return condition satisfies never;
  }
}

/** Where in a set the packet is found. */
export function lookup({ fields, set }: Condition & { kind: "in" }, { facts }: Packet): Lookup {
  const only = fields.length === 1 ? fields[0] : undefined;
  return only === undefined ? set.find(fields.map((field) => facts[field])) : set.findAt(facts[only]);
}

/** Asks where a connection goes to, address or port. */
export function isOfDestination(field: Field): boolean {
  return field === "daddr" || field === "dport";
}

function within(condition: Condition & { kind: "time" | "outside" }, now: bigint): Truth {
  const { from, to, slack } = condition;
  if (now < from - slack || now > to + slack) return false;
  return now >= from + slack && now <= to - slack ? true : "unknown";
}

function negate(truth: Truth, negated: boolean): Truth {
  return truth === "unknown" ? truth : truth !== negated;
}

/** A packet at the output hook came in through no interface; no name matches that. */
function anyName(names: readonly string[], actual: Interface): Truth {
  if (actual === null) return false;
  const results = names.map((name) => matchesName(name, actual));
  return results.includes(true) ? true : results.includes("unknown") ? "unknown" : false;
}

function matchesName(pattern: string, actual: Exclude<Interface, null>): Truth {
  const prefix = pattern.endsWith("*") ? pattern.slice(0, -1) : null;
  if (actual === "remote") return prefix === "" ? true : pattern === "lo" ? false : "unknown";
  return prefix === null ? pattern === actual.name : actual.name.startsWith(prefix);
}
