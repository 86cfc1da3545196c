/** The way of one packet through the chains of a policy, rule by rule, past what cannot be told. */
import { at } from "../../model/error.ts";
import type { TrailStep } from "../../model/policy.ts";
import { matchRule } from "./condition.ts";
import type { Judge } from "./judge.ts";
import type { Packet } from "./packet.ts";
import type { Action, BaseChain, PacketRule } from "./program.ts";
import { seenBy, type Tracking, untrack } from "./tracking.ts";

/** Chains that call each other many times over give ways longer than anybody reads. */
const MOST_STEPS = 2000;

/** What a chain may do to the packet; one of them, where everything can be told. */
interface Ends {
  accepts: boolean;
  drops: boolean;
  /** The packet may come back to the caller, and so to the policy of a base chain. */
  falls: boolean;
}

/** Up to the chain that surely refuses; empty where no file speaks about the packet's family. */
export function trailOf(judge: Judge, asked: Packet): readonly TrailStep[] {
  if (!judge.program.families.has(asked.family)) return [];
  const { packet } = judge.judge(asked);
  const steps: TrailStep[] = [];
  let tracking: Tracking = "tracked";
  for (const base of judge.path) {
    if (!base.families.includes(packet.family) || (base.translates && tracking === "untracked")) continue;
    const trail = new Trail(judge, seenBy(base, packet, tracking), steps);
    if (trail.refuses(base)) break;
    if (trail.tracking !== "tracked") tracking = trail.tracking;
  }
  if (steps.length < MOST_STEPS) return steps;
  return [...steps.slice(0, MOST_STEPS), { kind: "cut", depth: 0, text: `longer than ${MOST_STEPS} steps` }];
}

class Trail {
  tracking: Tracking = "tracked";
  readonly #judge: Judge;
  #packet: Packet;
  #certain = true;
  readonly #steps: TrailStep[];

  constructor(judge: Judge, packet: Packet, steps: TrailStep[]) {
    this.#judge = judge;
    this.#packet = packet;
    this.#steps = steps;
  }

  /** Whether the base chain drops the packet for certain. */
  refuses({ chain, title, policy, translates }: BaseChain): boolean {
    const entered = translates ? `${title}, entered only where connections are tracked` : title;
    const { accepts, drops, falls } = this.#through(chain, entered, 0);
    if (falls) this.#note({ kind: "policy", depth: 1, text: `policy ${policy}`, sure: !accepts && !drops });
    return !translates && !accepts && (drops || falls) && (!falls || policy === "drop");
  }

  #note(step: TrailStep): void {
    if (this.#steps.length < MOST_STEPS) this.#steps.push(step);
  }

  #through(name: string, title: string, depth: number): Ends {
    this.#note({ kind: "chain", depth, text: title });
    const ends: Ends = { accepts: false, drops: false, falls: false };
    for (const rule of this.#judge.program.chains.get(name)?.rules ?? []) {
      if (this.#steps.length >= MOST_STEPS) break;
      const { truth, doubt } = matchRule(rule, this.#packet);
      if (truth === false) continue;
      const entry = this.#judge.listing.entryOf(rule, this.#packet);
      this.#note({
        kind: "rule",
        depth: depth + 1,
        place: entry?.place ?? at(rule.at.file, rule.at.line),
        text: entry?.text ?? rule.text(null),
        action: wordsOf(rule.action),
        doubt: doubt?.text ?? null,
      });
      if (truth !== true && rule.action.kind !== "next") this.#certain = false;
      if (this.#take(rule, depth, ends) && truth === true) return ends;
    }
    ends.falls = true;
    return ends;
  }

  /** True when nothing after the rule is reached by a packet that matches it. */
  #take({ action }: PacketRule, depth: number, ends: Ends): boolean {
    switch (action.kind) {
      case "accept":
      case "translate":
        ends.accepts = true;
        return true;
      case "drop":
        ends.drops = true;
        return true;
      case "return":
        ends.falls = true;
        return true;
      case "next":
        return false;
      case "untrack":
        this.#untrack();
        return false;
      case "opaque":
        this.#certain = false;
        ends.accepts = true;
        ends.drops = true;
        return false;
      case "jump":
      case "goto": {
        const inner = this.#through(action.chain, `chain ${nameOf(action.chain)}`, depth + 2);
        ends.accepts ||= inner.accepts;
        ends.drops ||= inner.drops;
        if (action.kind === "jump") return !inner.falls;
        ends.falls ||= inner.falls;
        return true;
      }
      default:
        return action satisfies never;
    }
  }

  #untrack(): void {
    const { packet, tracking } = untrack(this.#packet, this.#certain);
    this.#packet = packet;
    if (tracking !== "tracked") this.tracking = tracking;
  }
}

function wordsOf(action: Action): string {
  if ("chain" in action) return `${action.kind} ${nameOf(action.chain)}`;
  if ("text" in action) return `${action.text}, which is not modelled`;
  if (action.kind === "untrack") return "goes on, not tracked";
  if (action.kind === "translate") return "accept, from another source address";
  return action.kind === "next" ? "goes on" : action.kind;
}

/** Without its table, which is the one of the chain before; a chain written in place has no name. */
function nameOf(chain: string): string {
  return chain.endsWith("}") ? "{}" : chain.slice(chain.lastIndexOf(" ") + 1);
}
