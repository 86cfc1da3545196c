/** A rule's tool and selectors against a request that may be known in part only. */
import { type Glob, withoutClasses } from "./glob.ts";
import type { Rule, Selector } from "./policy.ts";
import type { NetworkParts } from "./request.ts";

/** `unsure` names the selectors whose answer the request will tell; empty means that all of them take it. */
export type Selected = { readonly kind: "no" } | { readonly kind: "yes"; readonly unsure: readonly string[] };

type Answer = boolean | null;

export function select(rule: Rule, tool: string, parts: NetworkParts): Selected {
  if (!rule.tool.matches(tool)) return { kind: "no" };
  const unsure: string[] = [];
  for (const [name, answer] of answers(rule, parts)) {
    if (answer === false) return { kind: "no" };
    if (answer === null) unsure.push(name);
  }
  return { kind: "yes", unsure };
}

/** What can never be in a path or a method, so that a selector with it is dead whatever the request turns out to be. */
const NEVER_IN_PATH = /[ "]/;
const NEVER_IN_METHOD = /[ ",:=()/]/;

function* answers(rule: Rule, parts: NetworkParts): Generator<readonly [name: string, answer: Answer]> {
  if (rule.host) yield ["host", text(rule.host, parts.host, /[ "]/)];
  if (rule.port) yield ["port", port(rule.port.ranges, parts.port)];
  if (rule.method) yield ["method", text(rule.method, parts.method, NEVER_IN_METHOD)];
  if (rule.path) yield ["path", text(rule.path, parts.path, NEVER_IN_PATH)];
  for (const [key, selector] of rule.query) {
    yield [`query ${key}`, parts.query && some(parts.query.get(key) ?? [], selector.matches)];
  }
  for (const [name, selector] of rule.headers) {
    const value = parts.headers?.get(name);
    yield [`header ${name}`, parts.headers && value !== undefined && selector.matches(value)];
  }
}

function text(selector: Selector, value: string | null, never: RegExp): Answer {
  if (value !== null) return selector.matches(value);
  // A request has a host, a method and a path, whatever they are, and `*` takes them all.
  if (selector.text === "*") return true;
  return never.test(selector.text) && never.test(withoutClasses(selector.text)) ? false : null;
}

function port(ranges: readonly (readonly [number, number])[], value: number | null): Answer {
  if (value === null) return ranges.some(([first, last]) => first <= 1 && last >= 65_535) ? true : null;
  return ranges.some(([first, last]) => first <= value && value <= last);
}

const some = (values: readonly string[], matches: Glob): boolean => values.some((value) => matches(value));
