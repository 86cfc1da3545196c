/** Rules in the order they are asked: those that an earlier one leaves nothing to, and those that leave nothing shut. */
import type { Lint } from "../../../model/lint.ts";
import { at } from "../../../model/error.ts";
import type { Rule, Selector } from "../policy.ts";
import { left, lint, opens, type Written } from "./written.ts";

/** Rules without a literal host, that each rule below is held against. Beyond it rules are not called unreachable. */
const MAX_BROAD = 2000;

export function lintOrder(rules: readonly Written[]): Lint[] {
  const found: Lint[] = [];
  const byHost = new Map<string, Written[]>();
  const broad: Written[] = [];
  for (const written of rules) {
    const { rule } = written;
    const same = (rule.host && byHost.get(rule.host.text.toLowerCase())) ?? [];
    const above = [...broad, ...same].find((other) => covers(other.rule, rule));
    if (above) found.push(unreachable(written, above));
    if (rule.host && isLiteral(rule.host.text)) {
      const key = rule.host.text.toLowerCase();
      if (same.length < MAX_BROAD) byHost.set(key, [...same, written]);
    } else if (broad.length < MAX_BROAD) broad.push(written);
  }
  return found;
}

function unreachable(written: Written, above: Written): Lint {
  const { rule } = written;
  const place = at(above.file, above.rule.place.line);
  const same = above.rule.effect === rule.effect;
  const means = `line ${above.rule.place.line} takes every request first and ${same ? "says the same" : `answers ${above.rule.effect}`}: this rule is never asked`;
  const kind = rule.strict && opens(above) ? "late-strict-deny" : "unreachable-rule";
  const choice = same
    ? "remove it"
    : `move it above ${place}, or narrow that rule: which of the two is meant is for a person to say`;
  return lint(written, kind, written.node.effect, means, left(choice));
}

/** Whether everything that gets to the second matches the first, as far as their texts alone can tell. */
function covers(first: Rule, second: Rule): boolean {
  return (
    (first.condition === null ||
      (first.condition.kind === "bool" && first.condition.value) ||
      first.when === second.when) &&
    tool(first.tool.text, second.tool.text) &&
    selector(first.host, second.host, true) &&
    ports(first, second) &&
    selector(first.method, second.method, true) &&
    selector(first.path, second.path, false) &&
    pairs(first.query, second.query) &&
    pairs(first.headers, second.headers)
  );
}

/** A condition that fails denies only where the rule is asked, so an equal `when` is decided once, by the first. */
function tool(first: string, second: string): boolean {
  return first === "" || first === "*" || first === second || glob(first, second);
}

function selector(first: Selector | null, second: Selector | null, ignoreCase: boolean): boolean {
  if (first === null) return true;
  if (second === null) return false;
  const [a, b] = ignoreCase ? [first.text.toLowerCase(), second.text.toLowerCase()] : [first.text, second.text];
  return a === "*" || a === b || (isLiteral(b) ? first.matches(b) : glob(a, b));
}

const isLiteral = (text: string): boolean => !/[*?[\\]/.test(text);

/** `prefix*` takes all that begins so and has no slash after it; `*suffix` likewise. */
function glob(first: string, second: string): boolean {
  if (/[?[\\]/.test(first) || /[?[\\]/.test(second)) return false;
  const parts = first.split("*");
  const [prefix = "", suffix = ""] = parts;
  if (parts.length !== 2 || second.length < prefix.length + suffix.length) return false;
  const middle = second.slice(prefix.length, second.length - suffix.length);
  return second.startsWith(prefix) && second.endsWith(suffix) && !middle.includes("/");
}

function ports(first: Rule, second: Rule): boolean {
  if (first.port === null) return true;
  return (
    (second.port?.ranges ?? []).length > 0 &&
    (second.port?.ranges ?? []).every(([low, high]) => first.port?.ranges.some(([a, b]) => a <= low && high <= b))
  );
}

function pairs(first: ReadonlyMap<string, Selector>, second: ReadonlyMap<string, Selector>): boolean {
  return [...first].every(([key, { text }]) => second.get(key)?.text === text);
}
