/** From trees to the policy the engine would hold, refusing what its loader and its Validate refuse. */
import { PolicySyntaxError } from "../contract.ts";
import { at } from "../../model/error.ts";
import type { Expr } from "./expr/node.ts";
import { checkAgent, checkSystem } from "./check.ts";
import { lowerRule } from "./lower.ts";
import type { Policy } from "./policy.ts";
import { quoted, type Token } from "./token.ts";
import { type Block, type FplDocument, type RuleStatement, type Statement, valueOf } from "./tree.ts";

interface Placed<T> {
  readonly file: string;
  readonly node: T;
}

/**
 * Several files are one policy, as if written one after the other: at most one agent and one system among them. The
 * agent's own rules are asked first, then those of its phases, then the rules outside of it.
 *
 * @throws PolicySyntaxError for everything the engine would not load.
 */
export function loadPolicy(documents: readonly FplDocument[]): Policy {
  const all = documents.flatMap(({ path, statements }) => statements.map((node) => ({ file: path, node })));
  const agent = single(all, "agent");
  const system = single(all, "system");
  if (system) checkSystem(system.file, system.node);
  if (agent) checkAgent(agent.file, agent.node);
  const defaultEffect = agent ? defaultOf(agent) : "deny";
  const inAgent = agent?.node.body ?? [];
  const ofAgent = agent ? [...rulesIn(inAgent, "rules"), ...rulesIn(inAgent, "phase")] : [];
  const placed = [
    ...ofAgent.map((node) => ({ file: agent?.file ?? "", node })),
    ...all.flatMap(({ file, node }) => (node.kind === "rule" ? [{ file, node }] : [])),
  ];
  const conditions = new Map<string, Expr>();
  return {
    agent: agent?.node.name ? valueOf(agent.node.name) : null,
    defaultEffect,
    vars: variables(inAgent),
    rules: placed.map(({ file, node }, index) => lowerRule(file, node, index, conditions)),
  };
}

function single(all: readonly Placed<Statement>[], keyword: string): Placed<Block> | null {
  const blocks = all.flatMap(({ file, node }) =>
    node.kind === "block" && node.keyword.text === keyword ? [{ file, node }] : [],
  );
  const [first, second] = blocks;
  if (first && second) {
    const { line, column } = second.node.keyword;
    const before = at(first.file, first.node.keyword.line);
    throw new PolicySyntaxError(
      second.file,
      line,
      column,
      `a second ${keyword}: one is loaded, and it is at ${before}`,
    );
  }
  return first ?? null;
}

/** The rules written in the agent itself and in its `rules` blocks, in order; or those of its phases. */
function rulesIn(body: readonly Statement[], where: "rules" | "phase"): RuleStatement[] {
  return body.flatMap((node) => {
    if (node.kind === "rule") return where === "rules" ? [node] : [];
    if (node.kind !== "block" || node.keyword.text !== where) return [];
    return node.body.filter((inner) => inner.kind === "rule");
  });
}

const DEFAULTS = ["deny", "permit", "halt", "shadow"] as const;

function defaultOf({ file, node }: Placed<Block>): Policy["defaultEffect"] {
  const setting = node.body.findLast((inner) => inner.kind === "setting" && inner.key.text === "default");
  if (setting?.kind !== "setting" || setting.values[0] === "") return "deny";
  const value = setting.values[0]?.toLowerCase();
  const known = DEFAULTS.find((effect) => effect === value);
  if (known) return known;
  const word: Token = setting.words[0] ?? setting.key;
  const problem = `found default ${quoted(value ?? "")}, expected deny, permit, halt or shadow`;
  throw new PolicySyntaxError(file, word.line, word.column, problem);
}

/** `var` lines, and what the engine makes variables of: the last of a name counts. */
function variables(body: readonly Statement[]): ReadonlyMap<string, string> {
  const vars = new Map<string, string>();
  const settings = body.filter((node) => node.kind === "setting");
  for (const { key, values } of settings) {
    if (key.text === "var") vars.set(values[0] ?? "", values[1] ?? "");
  }
  for (const key of ["model", "framework", "version"]) {
    const value = settings.findLast((node) => node.key.text === key)?.values[0]?.trim() ?? "";
    if (value === "") continue;
    vars.set(`agent.${key}`, value);
    if (key === "model") vars.set("model_name", value);
  }
  return vars;
}
