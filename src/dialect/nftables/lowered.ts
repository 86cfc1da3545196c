/** A lowered rule out of what its statements ask of a packet, with the one line of text that stands for it. */
import { pointable } from "../packet/listing.ts";
import { type Action, always, type Condition, type PacketRule, type Position } from "../packet/program.ts";
import type { Rule, Statement } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";

/** A statement of a rule and what it asks of a packet. */
export interface Part {
  readonly conditions: readonly Condition[];
  readonly statement: Statement;
}

export function ruleOf(at: Position, parts: readonly Part[], action: Action, comment: string | null): PacketRule {
  // Copied, since what is gathered has room for more than it holds.
  const conditions = parts.flatMap((part) => part.conditions).slice();
  const text = textOf(parts, null, null);
  // Without a set a rule has one text; the statements it was made of are not kept.
  if (!conditions.some((condition) => condition.kind === "in" && condition.elements !== null))
    return { at, conditions, action, comment, text: always(text) };
  const shownParts = [...parts];
  const rule: PacketRule = {
    at,
    conditions,
    action,
    comment,
    text: (key) => (key === null ? text : textOf(shownParts, key, pointable(rule))),
  };
  return rule;
}

/** Notes and the end of a rule's time are left out: neither says what it allows. */
function textOf(parts: readonly Part[], key: string | null, set: Condition | null): string {
  return parts
    .flatMap(({ statement, conditions }) => {
      if (statement.kind === "note" || statement.kind === "comment") return [];
      if (conditions.some((c) => c.kind === "time" && c.from === 0n)) return [];
      if (key === null || set === null || statement.kind !== "match" || !conditions.includes(set)) {
        return printStatement(statement);
      }
      return paired(printValue(statement.left), key);
    })
    .join(" ")
    .replaceAll(/\s*\n\s*/g, "; ")
    .replaceAll("{; ", "{ ");
}

/** `ip daddr . tcp dport` and `192.0.2.1 . 443` as the two matches they are, so that both ways of writing them read alike. */
function paired(left: string, key: string): string {
  const [fields, values] = [left.split(" . "), key.split(" . ")];
  if (fields.length !== values.length) return `${left} ${key}`;
  return fields.map((field, i) => `${field} ${values[i]}`).join(" ");
}

export function commentOf(rule: Rule): string | null {
  return rule.statements.find((statement) => statement.kind === "comment")?.text ?? null;
}
