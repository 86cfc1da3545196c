/** Prints the step of a GitHub workflow that blocks all but the endpoints. */
import { sortedUnique } from "../../model/compare.ts";
import { describeRule } from "../packet/plan.ts";
import { documentText } from "../lists/documents.ts";
import { EXACT, type ListPrinter, no, type Said } from "../lists/print.ts";
import { behindProxy, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = behindProxy(row);
  if (reason !== null) return no(reason);
  if (row.transport !== "tcp") return no(`it has no ${row.transport}`);
  if (row.port === null) return no("no port is known");
  return row.name === null ? no("no sure name is known, and it takes no addresses") : EXACT;
}

function write(rows: readonly Row[], comments: readonly string[]): string {
  const endpoints = sortedUnique(rows.map(({ name, port }) => `${name}:${port}`));
  const step = {
    name: "Harden runner",
    uses: "step-security/harden-runner@v2",
    with: { "egress-policy": "block", "allowed-endpoints": endpoints.map((endpoint) => `${endpoint}\n`).join("") },
  };
  const head = [
    ...comments,
    "Make it the first step of the job, and pin the action by digest.",
    ...rows.map(({ rule }) => describeRule(rule)),
  ];
  return head.map((line) => `# ${line}\n`).join("") + documentText([step]);
}

export const hardenRunnerPrinter: ListPrinter = {
  target: "harden-runner",
  file: "candidate.harden-runner.yml",
  say,
  write,
};
