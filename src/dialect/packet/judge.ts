/** Decides one packet by a program: the base chains on its way in order, and what each of them does to it. */
import { at } from "../../model/error.ts";
import { compareText } from "../../model/compare.ts";
import type { Decision, PolicyRule } from "../../model/policy.ts";
import type { Coordinate } from "./box.ts";
import { casesOf, metBy } from "./cases.ts";
import type { Counters } from "./condition.ts";
import { isCounting, limitsOf } from "./limits.ts";
import { Listing } from "./listing.ts";
import { type Packet, type PacketContext, pathOf } from "./packet.ts";
import type { BaseChain, PacketRule, Program } from "./program.ts";
import { ctStateAt, inAnyState, seenBy, type Tracking, untracks } from "./tracking.ts";
import { type Active, type Outcomes, type Step, Walk } from "./walk.ts";

/** A decision, with the listed rule behind it and every rule that the packet met and may have matched. */
export interface Ruling extends Decision {
  /** The packet that was asked about, or the first of its cases where one way leads to the verdict in all of them. */
  readonly packet: Packet;
  readonly entry: PolicyRule | null;
  readonly steps: readonly Step[];
  /** How many packets were walked through the program to tell. */
  readonly walks: number;
}

type Judgement = Pick<Ruling, "verdict" | "rule" | "entry" | "reason">;

export class Judge {
  readonly program: Program;
  readonly context: PacketContext;
  /** The base chains a packet passes: by hook, then priority; the name makes the order total. */
  readonly path: readonly BaseChain[];
  readonly listing: Listing;
  /** Whether some verdict may hang on what limits have counted. */
  readonly #counting: boolean;
  readonly #untracks: boolean;

  constructor(program: Program, context: PacketContext) {
    this.program = program;
    this.context = context;
    const hooks = pathOf(context.hook);
    this.path = program.bases
      .filter(({ hook }) => hooks.includes(hook))
      .sort(
        (a, b) =>
          hooks.indexOf(a.hook) - hooks.indexOf(b.hook) || a.priority - b.priority || compareText(a.chain, b.chain),
      );
    this.listing = new Listing(program, this.path);
    this.#counting = isCounting(program);
    this.#untracks = untracks(program);
  }

  /**
   * The verdict on the first packet that the limits count. Where a later one may fare otherwise, the verdict is `within`
   * them. `active`: where it is known already, the rules that may match the packet at all.
   */
  judge(packet: Packet, active: Active | null = null): Ruling {
    const ruling = this.#ruling(packet, active);
    if (ruling.verdict !== "unknown") return ruling;
    const cases = casesOf(packet, ruling.steps, this.context);
    return cases === null ? ruling : this.#overall(ruling, cases);
  }

  /** The ruling on a packet of which more is known than of one that was judged. */
  again(packet: Packet, { steps }: Ruling): Ruling {
    return this.#ruling(packet, metBy(steps, this.program.chains));
  }

  /** Known where it is the same in every case. */
  #overall(ruling: Ruling, cases: readonly Packet[]): Ruling {
    const told: Ruling[] = [];
    for (const each of cases) {
      const next = this.again(each, ruling);
      told.push(next);
      if (next.verdict === "unknown" || next.verdict !== told[0]?.verdict) return { ...ruling, walks: 1 + told.length };
    }
    const [first] = told;
    if (first === undefined) return ruling;
    const alike = told.every(({ entry, reason }) => entry === first.entry && reason === first.reason);
    const within = [...new Set(told.flatMap((each) => each.within ?? []))].join(", ");
    const reasons = [...new Set(told.map(({ rule, reason }) => rule ?? reason))].join(" or ");
    const either = {
      ...ruling,
      verdict: first.verdict,
      rule: null,
      entry: null,
      reason: `in every case, by ${reasons}`,
    };
    return {
      ...(alike ? first : either),
      ...(within !== "" && { within }),
      steps: ruling.steps,
      walks: 1 + told.length,
    };
  }

  #ruling(packet: Packet, active: Active | null): Ruling {
    const fresh = new Walks(packet, this.program.chains, active, "fresh");
    const judgement = { ...this.#judge(packet, fresh), packet, walks: 1 };
    if (!this.#counting) return { ...judgement, steps: fresh.steps };
    const anyhow = new Walks(packet, this.program.chains, active, "anyhow");
    const changes = this.#judge(packet, anyhow).verdict === "unknown" && judgement.verdict !== "unknown";
    const { steps } = anyhow;
    if (!changes) return { ...judgement, steps };
    const { within, said } = limitsOf(steps);
    return { ...judgement, reason: `${judgement.reason}, as long as ${said} lasts`, within, steps };
  }

  /** The packet as chains on the path see it: one, or where some stand before the tracking of connections, several. */
  seen(packet: Packet): Packet[] {
    if (this.#untracks) return [inAnyState(packet)];
    return [...new Map(this.path.map((base) => [ctStateAt(base, packet), seenBy(base, packet)])).values()];
  }

  /** An accept ends only its own chain; a drop anywhere is final. */
  #judge(packet: Packet, walks: Walks): Judgement {
    const { program, path, listing } = this;
    if (!program.families.has(packet.family)) return unknown(`no file speaks about IPv${packet.family}`);
    const opaque = program.opaque[0];
    if (opaque !== undefined) return unknown(`${opaque.place}: ${opaque.text} is not modelled`);
    let permit: Judgement | null = null;
    let doubt: Judgement | null = null;
    let changed: Judgement | null = null;
    for (const base of path) {
      if (!base.families.includes(packet.family) || (base.translates && walks.tracking === "untracked")) continue;
      const seen = seenBy(base, packet, walks.tracking);
      const outcomes = walks.through(base);
      const decision = verdictOf(base, outcomes, (rule) => listing.entryOf(rule, seen));
      // A chain after one that may have rewritten the packet judges another packet than the one asked about.
      if (decision.verdict === "deny") return changed ?? decision;
      if (outcomes.changed !== null) changed ??= depends(outcomes.changed);
      if (decision.verdict === "unknown") doubt ??= decision;
      else if (permit === null || (permit.rule === null && decision.rule !== null)) permit = decision;
    }
    const unfiltered = { verdict: "permit", rule: null, entry: null } as const;
    return doubt ?? permit ?? { ...unfiltered, reason: `nothing filters IPv${packet.family} here` };
  }
}

/** One walk for each state that chains on the path see a connection in. */
class Walks {
  readonly steps: Step[] = [];
  tracking: Tracking = "tracked";
  readonly #packet: Packet;
  readonly #chains: Program["chains"];
  readonly #active: Active | null;
  readonly #counters: Counters;
  readonly #made = new Map<Coordinate, Walk>();

  constructor(packet: Packet, chains: Program["chains"], active: Active | null, counters: Counters) {
    this.#packet = packet;
    this.#chains = chains;
    this.#active = active;
    this.#counters = counters;
  }

  through(base: BaseChain): Outcomes {
    const seen = seenBy(base, this.#packet, this.tracking);
    const state = seen.facts.ctState;
    const walk = this.#made.get(state) ?? new Walk(seen, this.#chains, this.#active, this.#counters, this.steps);
    const outcomes = walk.through(base.chain);
    if (walk.tracking === "tracked") this.#made.set(state, walk);
    else {
      this.tracking = walk.tracking;
      this.#made.clear();
    }
    return outcomes;
  }
}

function verdictOf(base: BaseChain, outcomes: Outcomes, entryOf: (rule: PacketRule) => PolicyRule | null): Judgement {
  const { accept, drop, falls, returned, doubt } = outcomes;
  const refused = drop !== null || (falls && base.policy === "drop");
  const passed = accept !== null || (falls && base.policy === "accept");
  if (refused && passed) {
    return doubt === null ? unknown(`depends on ${base.title}, which cannot be told`) : depends(doubt);
  }
  if (refused && base.translates) return unknown(`${base.title} judges only where connections are tracked`);
  const verdict = refused ? "deny" : "permit";
  const taken = refused ? drop : (returned ?? accept);
  if (taken === null) return { verdict, rule: null, entry: null, reason: `policy ${base.policy} of ${base.title}` };
  const entry = entryOf(taken);
  return { verdict, rule: entry?.place ?? null, entry, reason: entry?.reason ?? entry?.text ?? taken.text(null) };
}

function depends({ rule, text }: NonNullable<Outcomes["doubt"]>): Judgement {
  return unknown(`depends on ${at(rule.at.file, rule.at.line)}: ${text}, which cannot be told`);
}

function unknown(reason: string): Judgement {
  return { verdict: "unknown", rule: null, entry: null, reason };
}
