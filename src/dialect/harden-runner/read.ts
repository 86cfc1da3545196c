/** harden-runner: `allowed-endpoints` of a step in a GitHub workflow. */
import type { NotModelled } from "../../model/policy.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, fieldsOf } from "../lists/field.ts";
import { all, type Entry, type List, type ListReader, type Test } from "../lists/list.ts";
import { doubtAbout, EVERY_PORT } from "../lists/parts.ts";
import { parsePattern, type Wildcards } from "../lists/pattern.ts";

export const HARDEN_RUNNER_WILDCARDS: Wildcards = {
  star: { depth: "any", apex: false },
  dot: null,
  plainIsBelow: false,
  inner: "none",
  lone: false,
};

const ACTION = "step-security/harden-runner";
const DEEPEST = 16;

/** Each job has a policy of its own; what not all of them allow depends on the job. */
function read(files: readonly PolicyFile[]): List {
  const notModelled: NotModelled[] = [];
  const steps = files.flatMap(fieldsOf).flatMap((root) => stepsIn(root, 0));
  const blocking = steps.filter(blocks);
  const lists = blocking.map((step) => endpointsOf(step));
  const entries = lists.flatMap((endpoints, i) =>
    [...endpoints].map(([text, field]): Entry => {
      const everywhere = lists.length === steps.length && lists.every((list) => list.has(text));
      const doubt = everywhere ? [] : doubtAbout(field, [`step ${i + 1}, which not every job has,`], notModelled);
      return { place: field.place, effect: "permit", test: all([endpointTest(text, field), ...doubt]), reason: null };
    }),
  );
  // In audit mode everything leaves.
  const stored = steps.some((step) => doubtAbout(step, storesOf(step), notModelled).length > 0);
  const mode = blocking.length === 0 ? "permit" : blocking.length === steps.length ? "deny" : "unknown";
  const otherwise = stored ? "unknown" : mode;
  return { entries: unique(entries), otherwise, notModelled };
}

/** The action's own default is to block. */
function blocks(step: Field): boolean {
  return (step.get("with").get("egress-policy").text() ?? "block") === "block";
}

/** Inputs that bring a policy from elsewhere, or leave it to what the workflow is given. */
function storesOf(step: Field): string[] {
  const inputs = step.get("with");
  const stores = ["policy", "use-policy-store"].filter((key) => !["", "false"].includes(inputs.get(key).text() ?? ""));
  const given = ["egress-policy", "allowed-endpoints"].filter((key) => (inputs.get(key).text() ?? "").includes("${{"));
  return [...stores, ...given];
}

function stepsIn(field: Field, depth: number): Field[] {
  if (depth > DEEPEST) return [];
  if (field.isList) return field.items().flatMap((item) => stepsIn(item, depth + 1));
  if (!field.isMap) return [];
  const uses = field.get("uses");
  if (!uses.isMap && !uses.isList && (uses.text() ?? "").startsWith(`${ACTION}@`)) return [field];
  return field.keys().flatMap((key) => stepsIn(field.get(key), depth + 1));
}

function endpointsOf(step: Field): Map<string, Field> {
  const field = step.get("with").get("allowed-endpoints");
  return new Map(
    (field.text() ?? "")
      .replaceAll(/\$\{\{[^}]*\}\}/g, " ")
      .split(/\s+/)
      .filter(Boolean)
      .map((text) => [text.toLowerCase(), field]),
  );
}

function endpointTest(text: string, field: Field): Test {
  const [, host = "", port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const pattern = parsePattern(host, HARDEN_RUNNER_WILDCARDS);
  if (pattern === null || Number(port ?? 1) > 65_535) return field.fail("endpoints such as api.example.com:443");
  const ports = port === undefined ? EVERY_PORT : { first: Number(port), last: Number(port) };
  const unsaid: Test[] = port === undefined ? [{ kind: "doubt", reason: "no port is written" }] : [];
  return all([{ kind: "host", pattern }, { kind: "service", transport: "tcp", ...ports }, ...unsaid]);
}

function unique(entries: readonly Entry[]): Entry[] {
  const seen = new Map(entries.map((entry) => [JSON.stringify(entry.test), entry]));
  return [...seen.values()];
}

export const hardenRunnerReader: ListReader = {
  dialect: "harden-runner",
  sees: "both",
  holdsReasons: false,
  governs: ["tcp"],
  read,
};

export function sniffHardenRunner(text: string): boolean {
  return /^[ \t]*(-[ \t]+)?uses:\s*["']?step-security\/harden-runner@/m.test(text);
}
