/** The walk of one packet through chains: every outcome that is possible, and the rule that leads to each. */
import { type Counters, matchRule } from "./condition.ts";
import type { Packet } from "./packet.ts";
import type { Chain, PacketRule } from "./program.ts";
import { type Tracking, untrack } from "./tracking.ts";

/** Why an outcome is not the only one: what could not be told, and where. */
interface Doubt {
  readonly rule: PacketRule;
  readonly text: string;
}

/** What a chain may do to a packet. Exactly one of accept, drop and falling off its end is possible where nothing is unknown. */
export interface Outcomes {
  readonly accept: PacketRule | null;
  readonly drop: PacketRule | null;
  /** The packet may come back to the caller, and so to the policy in a base chain. */
  readonly falls: boolean;
  /** The `return` that let it come back, where one did for certain out of a chain that refuses everything else. */
  readonly returned: PacketRule | null;
  readonly doubt: Doubt | null;
  /** A statement that may change the packet for the chains after this one. */
  readonly changed: Doubt | null;
}

/** Of each chain the rules that may match; of a chain that is not named, none. */
export type Active = ReadonlyMap<string, readonly PacketRule[]>;

/** A rule that the packet met and matched, or may have matched. */
export interface Step {
  readonly chain: string;
  readonly rule: PacketRule;
  readonly packet: Packet;
  readonly sure: boolean;
}

/**
 * Follows a packet through a chain. A packet is the same in every chain (statements that change it are opaque), so a
 * chain's outcomes are computed once however often it is jumped to, and the walk is linear in the rules. Only whether its
 * connection is tracked may change, once or twice.
 */
export class Walk {
  /** What the walk made of it. */
  tracking: Tracking = "tracked";
  #packet: Packet;
  /** Nothing before may have led the packet elsewhere. */
  #certain = true;
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #active: Active | null;
  readonly #counters: Counters;
  readonly #done = new Map<string, Outcomes>();
  readonly steps: Step[];

  constructor(
    packet: Packet,
    chains: ReadonlyMap<string, Chain>,
    active: Active | null = null,
    counters: Counters = "fresh",
    steps: Step[] = [],
  ) {
    this.#packet = packet;
    this.#chains = chains;
    this.#active = active;
    this.#counters = counters;
    this.steps = steps;
  }

  through(name: string): Outcomes {
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const packet = this.#packet;
    const outcomes = this.#follow(name, this.#chains.get(name)?.rules ?? []);
    if (packet === this.#packet) this.#done.set(name, outcomes);
    return outcomes;
  }

  #follow(chain: string, rules: readonly PacketRule[]): Outcomes {
    const found = new Found(refusesRest(rules));
    for (const rule of this.#active === null ? rules : (this.#active.get(chain) ?? [])) {
      const { truth, doubt } = matchRule(rule, this.#packet, this.#counters);
      if (truth === false) continue;
      const sure = truth === true;
      this.steps.push({ chain, rule, packet: this.#packet, sure });
      if (doubt !== null) found.doubtful(rule, doubt.text);
      if (!sure && rule.action.kind !== "next") this.#certain = false;
      if (this.#take(rule, sure, found) && sure) return found;
    }
    found.falls = true;
    return found;
  }

  /** True when nothing after the rule is reached by a packet that matches it. */
  #take(rule: PacketRule, sure: boolean, found: Found): boolean {
    const { action } = rule;
    switch (action.kind) {
      case "accept":
      case "translate":
        found.accept = sure ? rule : (found.accept ?? rule);
        return true;
      case "drop":
        found.drop = sure ? rule : (found.drop ?? rule);
        return true;
      case "return":
        found.falls = true;
        if (sure && found.guarding) found.returned = rule;
        return true;
      case "next":
        return false;
      case "untrack":
        this.#untrack();
        return false;
      case "opaque":
        this.#certain = false;
        found.doubtful(rule, action.text);
        found.changed ??= { rule, text: action.text };
        found.accept ??= rule;
        found.drop ??= rule;
        return false;
      case "jump":
      case "goto": {
        const inner = this.through(action.chain);
        found.take(inner, sure);
        if (action.kind === "jump") return !inner.falls;
        found.falls ||= inner.falls;
        return true;
      }
      default:
        return action satisfies never;
    }
  }

  #untrack(): void {
    const { packet, tracking } = untrack(this.#packet, this.#certain);
    if (tracking !== "tracked") this.tracking = tracking;
    if (packet !== this.#packet) this.#done.clear();
    this.#packet = packet;
  }
}

/** A chain whose last rule refuses whatever reaches it: in it, `return` is what permits. */
export function refusesRest(rules: readonly PacketRule[]): boolean {
  const last = rules.at(-1);
  return last !== undefined && last.action.kind === "drop" && last.conditions.length === 0;
}

class Found implements Outcomes {
  accept: PacketRule | null = null;
  drop: PacketRule | null = null;
  falls = false;
  returned: PacketRule | null = null;
  doubt: Doubt | null = null;
  changed: Doubt | null = null;
  readonly guarding: boolean;

  constructor(guarding: boolean) {
    this.guarding = guarding;
  }

  doubtful(rule: PacketRule, text: string): void {
    this.doubt ??= { rule, text };
  }

  take(inner: Outcomes, sure: boolean): void {
    this.accept = sure ? (inner.accept ?? this.accept) : (this.accept ?? inner.accept);
    this.drop = sure ? (inner.drop ?? this.drop) : (this.drop ?? inner.drop);
    if (sure) this.returned = inner.returned ?? this.returned;
    this.doubt ??= inner.doubt;
    this.changed ??= inner.changed;
  }
}
