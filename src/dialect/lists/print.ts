/** The printing half of a list dialect: what it can say of a row, what that widens, and the file around it. */
import type { Candidate, NotExpressed, Target } from "../../model/candidate.ts";
import { formatEndpoint } from "../../model/evidence.ts";
import { formatSeconds, type Instant } from "../../model/instant.ts";
import type { Printed } from "../contract.ts";
import { describeLeftOut } from "../packet/plan.ts";
import { safeProse } from "../packet/prose.ts";
import { type Row, rowsOf } from "./rows.ts";

/** `wider`: what else it opens, because the target has no way to say just that. */
export type Said =
  | { readonly kind: "exact" }
  | { readonly kind: "wider"; readonly how: string }
  | { readonly kind: "no"; readonly reason: string };

export interface ListPrinter {
  readonly target: Target;
  /** Name of the printed file. */
  readonly file: string;
  readonly say: (row: Row) => Said;
  /** `comments` are safe and bounded lines for the head of the file. */
  readonly write: (rows: readonly Row[], comments: readonly string[]) => string;
}

export const EXACT: Said = { kind: "exact" };
export const no = (reason: string): Said => ({ kind: "no", reason });
export const wider = (how: string): Said => ({ kind: "wider", how });

export interface PrintedList extends Printed {
  /** What is opened beyond what was decided, a line each. */
  readonly widened: readonly string[];
}

export function printList(printer: ListPrinter, candidate: Candidate, now: Instant): PrintedList {
  const said = rowsOf(candidate, now).map((row) => ({ row, said: printer.say(row) }));
  const notExpressed = said.flatMap(({ row, said: { kind, ...rest } }): NotExpressed[] =>
    kind !== "no" || !("reason" in rest)
      ? []
      : [{ target: printer.target, rule: row.rule.id, endpoint: row.rule.endpoint, reason: rest.reason }],
  );
  const rows = said.filter(({ said: { kind } }) => kind !== "no").map(({ row }) => row);
  const widened = said.flatMap(({ row, said: answer }) =>
    answer.kind === "wider" ? [`${describe(row)}: opens ${answer.how}`] : [],
  );
  const beyond = widened.map((line) => `wider than decided: ${line}`);
  const comments = [...head(candidate, rows), ...beyond, ...notExpressed.map(describeLeftOut)];
  return {
    text: printer.write(
      rows,
      comments.map((line) => safeProse(line, 400)),
    ),
    notExpressed,
    widened,
  };
}

const describe = ({ rule }: Row): string => `${rule.id} ${formatEndpoint(rule.endpoint)}`;

function head(candidate: Candidate, rows: readonly Row[]): string[] {
  const ends = rows.map(({ expires }) => expires);
  const open = rows.filter(({ rule }) => rule.review === "unreviewed").length;
  return [
    "Egress allowlist by sallyport: a question put to a reviewer, not an answer.",
    `Proposed ${candidate.proposedAt} from ${candidate.runs} runs.`,
    "This target has no clock, so nothing here ends by itself.",
    ends.length === 0
      ? "Nothing is open."
      : `Print it again before ${formatSeconds(Math.min(...ends))}, when the first rule ends.`,
    ...(open > 0
      ? [`${open} of ${rows.length} endpoints marked unreviewed were seen in a sandbox and decided by nobody.`]
      : []),
  ];
}
