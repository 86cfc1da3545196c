/** How to write, in FPL that matches, what a value evidently restricts a request to. */
import type { Edit } from "../../../model/lint.ts";
import { endsClause } from "../tree.ts";
import type { Clause } from "../tree.ts";
import { clauseOf, endOf, spanOf, type Written } from "./written.ts";

/** A selector where the tokenizer gives one back, else a condition. */
export type Restriction =
  | { readonly kind: "selector"; readonly text: string }
  | { readonly kind: "condition"; readonly text: string };

const selector = (text: string): Restriction => ({ kind: "selector", text });
const condition = (text: string): Restriction => ({ kind: "condition", text });

/** Characters that stand for themselves in an FPL string and in a condition's. */
const PLAIN = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** Null where what is meant is not evident. Conditions compare with case, so those that deny are told to ignore it. */
export function restrict(field: string, value: string, permits: boolean): Restriction | null {
  if (!PLAIN.test(value)) return null;
  switch (field) {
    case "host":
      return restrictHost(value, permits);
    case "path":
      if (!value.startsWith("/")) return null;
      return /^\/[A-Za-z0-9_*./%@+,&!|^-]*$/.test(value) ? selector(`path: ${value}`) : among("path", [value], permits);
    case "method": {
      const methods = value.split(/[,|]/).map((part) => part.trim().toUpperCase());
      if (!methods.every((method) => /^[A-Z]+$/.test(method))) return null;
      const [only, ...others] = methods;
      return only !== undefined && others.length === 0
        ? selector(`method: ${only}`)
        : among("method", methods, permits);
    }
    default:
      return null;
  }
}

function restrictHost(value: string, permits: boolean): Restriction | null {
  const withPort = /^([A-Za-z0-9_*.-]+):([0-9]{1,5})$/.exec(value);
  if (withPort) {
    const host = restrictHost(withPort[1] ?? "", permits);
    return host?.kind === "selector" ? selector(`${host.text} port: ${withPort[2]}`) : null;
  }
  const hosts = value.split(/[,|]/).map((host) => host.trim());
  if (!hosts.every((host) => /^[A-Za-z0-9_*.-]+$/.test(host) || /^[0-9A-Fa-f:]*::?[0-9A-Fa-f:.]+$/.test(host)))
    return null;
  const [only = "", ...others] = hosts;
  if (others.length > 0) return among("host", hosts, permits);
  return isSelector(only) ? selector(`host: ${only}`) : among("host", hosts, permits);
}

const isSelector = (host: string): boolean =>
  !endsClause(host) && (/^[A-Za-z_*][A-Za-z0-9_*.-]*$/.test(host) || /^[0-9]+(\.[0-9]+){3}$/.test(host));

function among(field: string, values: readonly string[], permits: boolean): Restriction {
  const [only] = values;
  const literal = values.every((value) => !value.includes("*"));
  if (!permits || !literal) {
    const parts = values.map((value) => value.split("*").map(escaped).join("[^/]*"));
    return condition(`args.${field} matches "${permits ? "" : "(?i)"}^(?:${parts.join("|")})$"`);
  }
  if (values.length === 1) return condition(`args.${field} == "${only}"`);
  return condition(`args.${field} in [${values.map((value) => `"${value}"`).join(", ")}]`);
}

/** Literal characters in an expression; a class does what a backslash would, and FPL passes it on. */
export const escaped = (text: string): string =>
  text.replace(/[.+?()|[\]{}^$]/g, (char) => `[${char === "^" ? "\\\\^" : char}]`);

/** Puts the restriction in the clause's place, or beside the condition that the rule has already. */
export function replaceClause(written: Written, clause: Clause, by: Restriction): readonly Edit[] {
  const span = spanOf(clause);
  const when = clauseOf(written, "when");
  const [first] = when?.value ?? [];
  const last = when?.value.at(-1);
  if (by.kind === "selector" || when === clause || !first || !last) {
    return [{ ...span, text: by.kind === "selector" ? by.text : `when ${by.text}` }];
  }
  return [
    { start: first.offset, end: first.offset, text: `${by.text} and (` },
    { start: endOf(last), end: endOf(last), text: ")" },
    without(written.text, span),
  ];
}

/** Takes the space before it along. */
function without(text: string, { start, end }: { readonly start: number; readonly end: number }): Edit {
  return { start: /[ \t]/.test(text.charAt(start - 1)) ? start - 1 : start, end, text: "" };
}
