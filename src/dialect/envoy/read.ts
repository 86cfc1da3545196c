/** Envoy: role-based access rules of a network filter, and filter chains chosen by server name. */
import type { NotModelled } from "../../model/policy.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, fieldsOf } from "../lists/field.ts";
import { all, ALWAYS, type Entry, type List, type ListReader, some, type Test } from "../lists/list.ts";
import { doubtAbout } from "../lists/parts.ts";
import { chainTests } from "./chains.ts";
import { eitherOf } from "./names.ts";
import { policyTest } from "./tests.ts";

const DEEPEST = 48;

/** A listener's chains are what it takes at all; access rules without a chain are a fragment of a chain that takes everything. */
function read(files: readonly PolicyFile[]): List {
  const notModelled: NotModelled[] = [];
  const roots = files.flatMap(fieldsOf);
  const listeners = roots.flatMap((root) => findAll(root, (field) => !eitherOf(field, "filter_chains").isMissing));
  if (listeners.length === 0) return fromRules(roots.flatMap(rulesIn), notModelled);
  const entries = listeners.flatMap((listener) => {
    const chains = eitherOf(listener, "filter_chains").items();
    const rest = eitherOf(listener, "default_filter_chain");
    const every = [...chains, ...(rest.isMissing ? [] : [rest])];
    const tests = chainTests(chains, notModelled);
    // The last one takes what no other does.
    const none: Test = { kind: "not", of: some(tests) };
    return every.map((chain, i): Entry => ({
      place: chain.place,
      effect: "permit",
      // Every filter of a chain has to let it through.
      test: all([tests[i] ?? none, ...rulesIn(chain).map((rules) => passTest(rules, notModelled))]),
      reason: chain.remark,
    }));
  });
  return { entries, otherwise: "deny", notModelled };
}

/** Of several, each has to let a connection through, and which of them stand in one chain is not in a fragment. */
function fromRules(rules: readonly Field[], notModelled: NotModelled[]): List {
  const [only, ...more] = rules;
  if (only === undefined) return { entries: [], otherwise: "unknown", notModelled };
  const doubts = more.length === 0 ? [] : doubtAbout(only, ["access rules beside others"], notModelled);
  const entries = rules.flatMap((each) =>
    policiesOf(each).map((policy): Entry => {
      const test = all([policyTest(policy, notModelled), ...doubts]);
      return {
        place: policy.place,
        effect: actionOf(each) === "deny" ? "deny" : "permit",
        test,
        reason: policy.remark,
      };
    }),
  );
  const otherwise = more.length > 0 ? "unknown" : actionOf(only) === "allow" ? "deny" : "permit";
  return { entries: actionOf(only) === "log" ? [] : entries, otherwise, notModelled };
}

/** What one filter lets through. Without a policy, nothing is allowed by those that allow, and nothing denied by those that deny. */
function passTest(rules: Field, notModelled: NotModelled[]): Test {
  const action = actionOf(rules);
  if (action === "log") return ALWAYS;
  const listed = some(policiesOf(rules).map((policy) => policyTest(policy, notModelled)));
  return action === "allow" ? listed : { kind: "not", of: listed };
}

function actionOf(rules: Field): "allow" | "deny" | "log" {
  const action = rules.get("action");
  switch (action.text() ?? "ALLOW") {
    case "ALLOW":
    case "0":
      return "allow";
    case "DENY":
    case "1":
      return "deny";
    case "LOG":
    case "2":
      return "log";
    default:
      return action.fail("ALLOW, DENY or LOG");
  }
}

function policiesOf(rules: Field): Field[] {
  const policies = rules.get("policies");
  return policies.keys().map((name) => policies.get(name));
}

/** `rules` of access filters; `shadow_rules` only log. */
function rulesIn(field: Field): Field[] {
  const isFilter = (each: Field): boolean =>
    each.isMap && each.get("rules").isMap && (!each.get("rules").get("policies").isMissing || isTyped(each));
  return findAll(field, isFilter).map((holder) => holder.get("rules"));
}

function isTyped(filter: Field): boolean {
  const type = filter.get("@type");
  return !type.isMap && !type.isList && /\.rbac\.v\d\w*\.RBAC$/.test(type.text() ?? "");
}

function findAll(field: Field, wanted: (field: Field) => boolean, depth = 0): Field[] {
  if (depth > DEEPEST) field.fail("less nesting");
  if (field.isList) return field.items().flatMap((item) => findAll(item, wanted, depth + 1));
  if (!field.isMap) return [];
  if (wanted(field)) return [field];
  return field.keys().flatMap((key) => findAll(field.get(key), wanted, depth + 1));
}

export const envoyReader: ListReader = { dialect: "envoy", sees: "both", holdsReasons: true, governs: ["tcp"], read };

export function sniffEnvoy(text: string): boolean {
  return /envoy\.(extensions\.)?filters\.[a-z_.]*rbac|"?filter_?[cC]hain_?[mM]atch"?\s*:/.test(text);
}
