/** Prints the domains for sandbox-runtime, which are open on every port. */
import { sortedUnique } from "../../model/compare.ts";
import { describeRule } from "../packet/plan.ts";
import { type ListPrinter, no, type Said, wider } from "../lists/print.ts";
import { notProxied, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = notProxied(row);
  if (reason !== null) return no(reason);
  return row.name === null ? no("no sure name is known") : wider(`every port of ${row.name}`);
}

/** JSON has no comments: they stand under a key that the runtime does not read. */
function write(rows: readonly Row[], comments: readonly string[]): string {
  const allowedDomains = sortedUnique(rows.flatMap(({ name }) => name ?? []));
  const about = [...comments, ...rows.map(({ rule }) => describeRule(rule))];
  return `${JSON.stringify({ "//": about, network: { allowedDomains, deniedDomains: [] } }, null, 2)}\n`;
}

export const sandboxRuntimePrinter: ListPrinter = {
  target: "sandbox-runtime",
  file: "candidate.sandbox-runtime.json",
  say,
  write,
};
