/** Answers how a policy came to its decision: the way of one destination through its chains and rules. */
import { parseQuestion } from "../attribute/explain/index.ts";
import { layersOf } from "../dialect/index.ts";
import { InputError } from "../model/error.ts";
import type { Question } from "../model/policy.ts";
import { trailJson, trailText } from "../report/index.ts";
import { readPolicies } from "./files.ts";
import { readable, readingOf } from "./includes.ts";
import {
  type Arguments,
  ASKER_OPTIONS,
  askedAt,
  askerOf,
  flag,
  nowOf,
  PRODUCTION_OPTIONS,
  STAND_OPTIONS,
} from "./options.ts";

const { "fail-on": _, ...POLICY } = PRODUCTION_OPTIONS;

export const TRAIL_OPTIONS: typeof PRODUCTION_OPTIONS = { ...POLICY, ...STAND_OPTIONS, ...ASKER_OPTIONS };

/** One answer for each layer. */
export function trails(what: string, paths: readonly string[], args: Arguments): string {
  const question = destinationOf(what);
  const stand = askedAt(args);
  const layers = layersOf(readable(readPolicies(paths), paths, readingOf(args)), stand, askerOf(args));
  const now = nowOf(args);
  const json = flag(args, "json");
  return layers
    .map((layer) => {
      const [decision, steps] = [layer.decide(question, now), layer.trail(question, now)];
      return (json ? trailJson : trailText)({ layer, question, decision, steps });
    })
    .join(json ? "" : "\n");
}

/** TCP, where nothing else is said: what a workload connects to. */
function destinationOf(what: string): Question {
  const asked = parseQuestion(what);
  if (asked.kind === "flow") throw new InputError(`${what}: a policy is asked about a destination, not about a flow`);
  const { transport, port } = asked;
  if (port === null && transport?.startsWith("icmp") !== true)
    throw new InputError(`${what}: a policy is asked about a port, as in ${what}:443`);
  const address = asked.kind === "address" ? asked.address : null;
  return { transport: transport ?? "tcp", address, name: asked.kind === "name" ? asked.name : null, port };
}
