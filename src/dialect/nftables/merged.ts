/** Two ports that a rule says a packet shall not have, of which some versions of nft make one comparison of four bytes. */
import type { Condition } from "../packet/program.ts";
import type { Match } from "./match.ts";
import type { Rule, Statement } from "./tree.ts";
import { printStatement } from "./write.ts";

/** `tcp sport != 1 tcp dport != 2`: nft 1.0.6 takes it for "not both of them", whatever stands between the two. */
export interface Merged {
  readonly first: Match;
  readonly second: Match;
}

export function mergedOf({ statements }: Rule): Merged | null {
  // Most rules exclude nothing.
  if (!statements.some((each) => each.kind === "match" && each.operator === "!=")) return null;
  for (const [i, first] of statements.entries()) {
    const header = headerOf(first, "sport") ?? headerOf(first, "dport");
    if (header === null) continue;
    const other = headerOf(first, "sport") === null ? "sport" : "dport";
    const second = statements.slice(i + 1).find((each) => headerOf(each, other) === header);
    if (second !== undefined && first.kind === "match" && second.kind === "match") return { first, second };
  }
  return null;
}

/** Surely met by a packet with neither port, and not by one with both; of one with one of them nobody can tell. */
export function eitherOf({ first, second }: Merged, conditionsOf: (match: Match) => Condition[][]): Condition[][] {
  const text = `${printStatement(first)} ${printStatement(second)}, which versions of nft take for different things,`;
  const [one, other] = [conditionsOf(first), conditionsOf(second)];
  const untold: Condition = { kind: "opaque", text };
  return [
    ...one.flatMap((a) => other.map((b) => [...a, ...b])),
    ...[...one, ...other].map((conditions) => [...conditions, untold]),
  ];
}

/** The header of a port that one value alone is excluded for. */
function headerOf(statement: Statement, port: "sport" | "dport"): string | null {
  if (statement.kind !== "match" || statement.operator !== "!=" || statement.left.kind !== "selector") return null;
  const { right } = statement;
  const [only, another] = right.kind === "set" ? right.elements : [];
  const single = right.kind === "set" ? another === undefined && only?.key.kind === "word" : right.kind === "word";
  const [header = "", field] = statement.left.words;
  return single && field === port ? header : null;
}
