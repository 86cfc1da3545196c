/** Envoy: role-based access rules of a network filter, and filter chains chosen by server name. */
import type { NotModelled } from "../../model/policy.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, fieldsOf } from "../lists/field.ts";
import { all, ALWAYS, type Entry, type List, type ListReader, some } from "../lists/list.ts";
import { doubtAbout } from "../lists/parts.ts";
import { eitherOf } from "./names.ts";
import { chainTest, policyTest } from "./tests.ts";

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
    // The most specific chain is taken and no other asked, so rules inside one of several may be passed over.
    const guarded = every.length > 1 && every.some((chain) => rulesIn(chain).length > 0);
    return every.map((chain): Entry => {
      const inside = rulesIn(chain)
        .flatMap((rules) => policiesOf(rules, notModelled))
        .map(({ test }) => test);
      const doubt = guarded ? doubtAbout(chain, ["access rules in one of several chains"], notModelled) : [];
      const allowed = inside.length === 0 ? ALWAYS : some(inside);
      return {
        place: chain.place,
        effect: "permit",
        test: all([chainTest(chain, notModelled), allowed, ...doubt]),
        reason: chain.remark,
      };
    });
  });
  return { entries, otherwise: "deny", notModelled };
}

function fromRules(rules: readonly Field[], notModelled: NotModelled[]): List {
  const entries = rules.flatMap((each) => policiesOf(each, notModelled));
  const effects = new Set(entries.map(({ effect }) => effect));
  if (rules.length > 1)
    for (const each of rules.slice(1)) doubtAbout(each, ["access rules beside others"], notModelled);
  const otherwise = rules.length !== 1 ? "unknown" : effects.has("deny") ? "permit" : "deny";
  return { entries, otherwise, notModelled };
}

function policiesOf(rules: Field, notModelled: NotModelled[]): Entry[] {
  const action = rules.get("action").text() ?? "ALLOW";
  if (!["ALLOW", "DENY", "0", "1"].includes(action)) return [];
  const policies = rules.get("policies");
  return policies.keys().map((name) => {
    const policy = policies.get(name);
    const effect = action === "DENY" || action === "1" ? "deny" : "permit";
    return { place: policy.place, effect, test: policyTest(policy, notModelled), reason: policy.remark };
  });
}

/** `rules` of access filters; `shadow_rules` only log. */
function rulesIn(field: Field): Field[] {
  const holders = findAll(field, (each) => each.isMap && each.keys().includes("rules") && each.get("rules").isMap);
  return holders.map((holder) => holder.get("rules")).filter((rules) => !rules.get("policies").isMissing);
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
