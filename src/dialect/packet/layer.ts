/** A packet program as a Layer: decides a new connection, lists what a reviewer can point at. */
import { familyOf, fromV4, fromV6Bytes } from "../../model/address.ts";
import type { Target } from "../../model/candidate.ts";
import type { Instant } from "../../model/instant.ts";
import {
  canonicalLines,
  type Decision,
  type Layer,
  type Question,
  type TrailStep,
  type Verdict,
} from "../../model/policy.ts";
import { Judge } from "./judge.ts";
import { FROM_HOST, type PacketContext, packetOf } from "./packet.ts";
import type { Program } from "./program.ts";
import { narrowed } from "./source.ts";
import { trailOf } from "./trail.ts";

/** Stand for any destination at all: what is asked of them never looks at their value. */
const ANY_V4 = fromV4(0);
const ANY_V6 = fromV6Bytes(new Uint8Array(16));

/** A layer that can be compared exactly with another of its kind. */
export interface PacketLayer extends Layer {
  readonly judge: Judge;
}

export function layerOf(
  dialect: Target,
  files: readonly string[],
  program: Program,
  context: PacketContext = FROM_HOST,
): PacketLayer {
  const asker = { ...context, source: narrowed(context.source, program) };
  const judge = new Judge(program, asker);
  return {
    dialect,
    files,
    judge,
    defaultEffect: defaultOf(judge),
    rules: judge.listing.rules,
    notModelled: judge.listing.notModelled,
    decide(question: Question, now: Instant): Decision {
      const packet = packetOf(question, now, asker);
      if (packet === null) {
        return { verdict: "unknown", rule: null, reason: "a packet filter decides by address, and none is known" };
      }
      const { verdict, rule, reason, within } = judge.judge(packet);
      return { verdict, rule, reason, ...(within !== undefined && { within }) };
    },
    trail(question: Question, now: Instant): readonly TrailStep[] {
      const packet = packetOf(question, now, asker);
      return packet === null ? [] : trailOf(judge, packet);
    },
    canonical: () => canonicalLines(judge.listing.rules),
  };
}

/** The verdict for a destination that no rule names, where it is the same in every family and for TCP and UDP. */
function defaultOf(judge: Judge): Layer["defaultEffect"] {
  const verdicts = new Set<Verdict>();
  for (const address of [ANY_V4, ANY_V6]) {
    if (!judge.program.families.has(familyOf(address))) continue;
    for (const transport of ["tcp", "udp"] as const) {
      const packet = packetOf({ transport, address, name: null, port: null }, 0, judge.context);
      if (packet !== null) verdicts.add(judge.judge({ ...packet, elsewhere: true }).verdict);
    }
  }
  const [verdict] = verdicts;
  return verdicts.size === 1 && (verdict === "permit" || verdict === "deny") ? verdict : "unknown";
}
