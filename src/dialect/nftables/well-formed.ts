/** Refuses rules that nft can scan and does not load: they go on after their end, or bring sets that hold nothing. */
import { PolicySyntaxError } from "../contract.ts";
import { refuse } from "./datatype.ts";
import { shown } from "./token.ts";
import type { Rule, Statement, Value } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";

/** Nothing but its comment stands behind what ends a rule. */
export function checkEnd({ statements }: Rule): void {
  const end = statements.findIndex(ends);
  const late = end < 0 ? undefined : statements.find(({ kind }, i) => i > end && kind !== "comment");
  if (late === undefined) return;
  const { file, line, column } = late.at;
  const problem = `unexpected ${shown(printStatement(late))} after what ends the rule`;
  throw new PolicySyntaxError(file, line, column, problem);
}

function ends(statement: Statement): boolean {
  if (statement.kind === "verdict") return statement.verdict !== "continue";
  return statement.kind === "branch" || statement.kind === "reject";
}

/** A set that stands in a rule holds something, and gives nothing. */
export function checkInPlace(set: Value & { readonly kind: "set" }): void {
  const [first] = set.elements;
  const mapping = set.elements.find(({ data }) => data !== null);
  if (first === undefined) refuse(set, 'unexpected "}", expected an element');
  if (mapping !== undefined)
    refuse(mapping.key, `unexpected ":" after ${shown(printValue(mapping.key))} outside of a map`);
}
