/** FPL files as a layer: plain destinations asked as the forward proxy would ask for them. */
import type { PolicyFile } from "../contract.ts";
import { parseAddress } from "../../model/address.ts";
import { at, InputError } from "../../model/error.ts";
import type { Instant } from "../../model/instant.ts";
import {
  canonicalLines,
  type Decision,
  type Layer,
  type NotModelled,
  type PolicyRule,
  type Question,
} from "../../model/policy.ts";
import { canonicalRule, expiryOf } from "./canonical.ts";
import { askedOf, CONNECT, HTTP } from "./ask.ts";
import { decide, type FplDecision } from "./decide.ts";
import { mentions, opaqueParts } from "./expr/mentions.ts";
import { fromJson } from "./expr/value.ts";
import { loadPolicy } from "./load.ts";
import { parseTree } from "./parse.ts";
import { placeOf, type Policy, type Rule } from "./policy.ts";
import { trailOf } from "./trail.ts";
import type { FplDocument } from "./tree.ts";

/** A request as a tool call reaches the engine. */
export interface RawRequest {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface FplLayer extends Layer {
  readonly policy: Policy;
}

/** The files are one policy, in the order given. */
export function loadFpl(files: readonly PolicyFile[]): FplLayer {
  if (files.length === 0) throw new InputError("no FPL file was given");
  const documents = files.map(parseTree);
  const policy = loadPolicy(documents);
  const letsThrough = policy.defaultEffect === "permit" || policy.defaultEffect === "shadow";
  const rules = policy.rules.map((rule) => policyRule(rule, policy));
  return {
    policy,
    dialect: "fpl",
    files: files.map(({ path }) => path),
    defaultEffect: letsThrough ? "permit" : "deny",
    rules,
    notModelled: [...documents.flatMap(blocksNotModelled), ...policy.rules.flatMap(ruleNotModelled)],
    decide: (question, now) => decideQuestion(policy, question, now),
    trail: (question, now) => (question.transport === "tcp" ? trailOf(policy, askedOf(question), now) : []),
    // The text of a rule has its expiry in it.
    canonical: () => [
      ...canonicalLines(rules.map((rule) => ({ ...rule, expires: null }))),
      `default ${policy.defaultEffect}`,
    ],
  };
}

/** One tool call, every argument of which is known. */
export function decideRequest(layer: Pick<FplLayer, "policy">, request: RawRequest, now: Instant): FplDecision {
  const args = new Map(Object.entries(request.args).map(([key, value]) => [key, fromJson(value)]));
  return decide(layer.policy, { tool: request.tool, args }, now);
}

function policyRule(rule: Rule, policy: Policy): PolicyRule {
  const effect = rule.effect === "shadow" ? "permit" : rule.effect;
  const opens = effect === "permit" && isProxied(rule);
  return {
    place: placeOf(rule),
    effect,
    text: canonicalRule(rule),
    expires: expiryOf(rule, policy),
    reason: rule.reason === "" ? null : rule.reason,
    opens,
    addresses: opens ? addressesOf(rule) : null,
  };
}

/** Whether the proxy asks for it at all. */
export const isProxied = (rule: Rule): boolean => rule.tool.matches(CONNECT) || rule.tool.matches(HTTP);

/** Whether the rule lets the proxy reach any host at all, on some port. */
export const opensEveryHost = (rule: Rule): boolean =>
  (rule.effect === "permit" || rule.effect === "shadow") && isProxied(rule) && addressesOf(rule) === "any";

/** One for a literal address, `any` where nothing restricts the host, null for names and conditions on them. */
function addressesOf(rule: Rule): PolicyRule["addresses"] {
  if (rule.host && !/^\*+$/.test(rule.host.text)) return parseAddress(rule.host.text) === null ? null : 1n;
  return mentions(rule.condition, ["host", "url", "target", "resolved_ip"]) ? null : "any";
}

function decideQuestion(policy: Policy, question: Question, now: Instant): Decision {
  if (question.transport !== "tcp") {
    const reason = `FPL does not govern ${question.transport}: it is asked for tunnels and HTTP requests over TCP`;
    return { verdict: "unknown", rule: null, reason };
  }
  const { verdict, rule, reason } = decide(policy, askedOf(question), now);
  return { verdict, rule, reason };
}

/** Blocks that the running engine also asks, in one of its modes, before or beside the rules. */
function blocksNotModelled({ path, statements }: FplDocument): NotModelled[] {
  const inAgents = statements.flatMap((node) =>
    node.kind === "block" && node.keyword.text === "agent" ? node.body : [],
  );
  return inAgents.flatMap((node) => {
    if (node.kind !== "block" || !/^(egress|phase)$/.test(node.keyword.text)) return [];
    return [{ place: at(path, node.keyword.line), text: `${node.keyword.text} {}` }];
  });
}

/** Conditions on what only the running engine knows. */
function ruleNotModelled(rule: Rule): NotModelled[] {
  if (!isProxied(rule) || opaqueParts(rule.condition).length === 0) return [];
  return [{ place: placeOf(rule), text: canonicalRule(rule) }];
}
