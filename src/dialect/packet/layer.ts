/** A packet program as a Layer: decides a new connection, lists what a reviewer can point at. */
import { familyOf, fromV4, fromV6Bytes } from "../../model/address.ts";
import type { Target } from "../../model/candidate.ts";
import { compareText } from "../../model/compare.ts";
import { at } from "../../model/error.ts";
import type { Instant } from "../../model/instant.ts";
import {
  canonicalLines,
  type Decision,
  type Layer,
  type PolicyRule,
  type Question,
  type Verdict,
} from "../../model/policy.ts";
import type { Coordinate } from "./box.ts";
import { CT_STATE, FROM_HOST, type Packet, type PacketContext, packetOf, pathOf } from "./packet.ts";
import { Listing } from "./listing.ts";
import type { BaseChain, PacketRule, Program } from "./program.ts";
import { type Outcomes, Walk } from "./walk.ts";

/** Stand for any destination at all: what is asked of them never looks at their value. */
const ANY_V4 = fromV4(0);
const ANY_V6 = fromV6Bytes(new Uint8Array(16));

export function layerOf(
  dialect: Target,
  files: readonly string[],
  program: Program,
  context: PacketContext = FROM_HOST,
): Layer {
  const path = onPath(program, context);
  const listing = new Listing(program, path);
  const decidePacket = (packet: Packet): Decision => decide(program, path, listing, packet);
  return {
    dialect,
    files,
    defaultEffect: defaultOf(program, context, decidePacket),
    rules: listing.rules,
    notModelled: listing.notModelled,
    decide(question: Question, now: Instant): Decision {
      const packet = packetOf(question, now, context);
      return packet === null
        ? { verdict: "unknown", rule: null, reason: "a packet filter decides by address, and none is known" }
        : decidePacket(packet);
    },
    canonical: () => canonicalLines(listing.rules),
  };
}

/** The base chains a packet passes: by hook, then priority; the name makes the order total. */
function onPath(program: Program, context: PacketContext): BaseChain[] {
  const hooks = pathOf(context.hook);
  return program.bases
    .filter(({ hook }) => hooks.includes(hook))
    .sort(
      (a, b) =>
        hooks.indexOf(a.hook) - hooks.indexOf(b.hook) || a.priority - b.priority || compareText(a.chain, b.chain),
    );
}

/** An accept ends only its own chain; a drop anywhere is final. */
function decide(program: Program, path: readonly BaseChain[], listing: Listing, packet: Packet): Decision {
  if (!program.families.has(packet.family)) return unknown(`no file speaks about IPv${packet.family}`);
  const opaque = program.opaque[0];
  if (opaque !== undefined) return unknown(`${opaque.place}: ${opaque.text} is not modelled`);
  const bases = path.filter(({ families }) => families.includes(packet.family));
  const walks = new Walks(packet, program);
  let permit: Decision | null = null;
  let doubt: Decision | null = null;
  let changed: Decision | null = null;
  for (const base of bases) {
    const outcomes = walks.through(base);
    const decision = verdictOf(base, outcomes, (rule) => listing.entryOf(rule, packet));
    // A chain after one that may have rewritten the packet judges another packet than the one asked about.
    if (decision.verdict === "deny") return changed ?? decision;
    if (outcomes.changed !== null) changed ??= depends(outcomes.changed);
    if (decision.verdict === "unknown") doubt ??= decision;
    else if (permit === null || (permit.rule === null && decision.rule !== null)) permit = decision;
  }
  return doubt ?? permit ?? { verdict: "permit", rule: null, reason: `nothing filters IPv${packet.family} here` };
}

/** Where connections are tracked on a packet's way in, or out of the host. */
const TRACKING = -200;

/** One walk for each conntrack state that chains on the path see: before tracking, every packet is `invalid`. */
class Walks {
  readonly #packet: Packet;
  readonly #program: Program;
  readonly #made = new Map<Coordinate, Walk>();

  constructor(packet: Packet, program: Program) {
    this.#packet = packet;
    this.#program = program;
  }

  through({ chain, hook, priority }: BaseChain): Outcomes {
    const tracked = hook === "forward" || hook === "postrouting" || priority > TRACKING;
    // Which of two at one priority comes first depends on which was there first.
    const untracked = priority < TRACKING ? CT_STATE.invalid : null;
    const { facts } = this.#packet;
    const ctState = tracked ? facts.ctState : untracked;
    const walk =
      this.#made.get(ctState) ?? new Walk({ ...this.#packet, facts: { ...facts, ctState } }, this.#program.chains);
    this.#made.set(ctState, walk);
    return walk.through(chain);
  }
}

function verdictOf(base: BaseChain, outcomes: Outcomes, entryOf: (rule: PacketRule) => PolicyRule | null): Decision {
  const { accept, drop, falls, returned, doubt } = outcomes;
  const refused = drop !== null || (falls && base.policy === "drop");
  const passed = accept !== null || (falls && base.policy === "accept");
  if (refused && passed) {
    return doubt === null ? unknown(`depends on ${base.title}, which cannot be told`) : depends(doubt);
  }
  if (refused && base.translates) return unknown(`${base.title} judges only where connections are tracked`);
  const verdict = refused ? "deny" : "permit";
  const taken = refused ? drop : (returned ?? accept);
  if (taken === null) return { verdict, rule: null, reason: `policy ${base.policy} of ${base.title}` };
  const entry = entryOf(taken);
  return { verdict, rule: entry?.place ?? null, reason: entry?.reason ?? entry?.text ?? taken.text(null) };
}

function depends({ rule, text }: NonNullable<Outcomes["doubt"]>): Decision {
  return unknown(`depends on ${at(rule.at.file, rule.at.line)}: ${text}, which cannot be told`);
}

function unknown(reason: string): Decision {
  return { verdict: "unknown", rule: null, reason };
}

/** The verdict for a destination that no rule names, where it is the same in every family and for TCP and UDP. */
function defaultOf(
  program: Program,
  context: PacketContext,
  decidePacket: (packet: Packet) => Decision,
): Layer["defaultEffect"] {
  const verdicts = new Set<Verdict>();
  for (const address of [ANY_V4, ANY_V6]) {
    if (!program.families.has(familyOf(address))) continue;
    for (const transport of ["tcp", "udp"] as const) {
      const packet = packetOf({ transport, address, name: null, port: null }, 0, context);
      if (packet !== null) verdicts.add(decidePacket({ ...packet, elsewhere: true }).verdict);
    }
  }
  const [verdict] = verdicts;
  return verdicts.size === 1 && (verdict === "permit" || verdict === "deny") ? verdict : "unknown";
}
