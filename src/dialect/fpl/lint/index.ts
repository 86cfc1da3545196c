/** lint: what in an FPL file loads and does not mean what it says, and the file with what can be mended safely. */
import type { PolicyFile } from "../../contract.ts";
import { compareText } from "../../../model/compare.ts";
import type { Lint } from "../../../model/lint.ts";
import { loadPolicy } from "../load.ts";
import { parseTree } from "../parse.ts";
import type { RuleStatement, Statement } from "../tree.ts";
import { lintBare } from "./bare.ts";
import { lintConditions } from "./conditions.ts";
import { lintOpenHost } from "./open-host.ts";
import { lintOrder } from "./order.ts";
import { lintSelectors } from "./selectors.ts";
import { applyEdits, verified } from "./verify.ts";
import type { Written } from "./written.ts";

/** @throws PolicySyntaxError for a file that the engine would not load: that is no lint. */
export function lintFpl(file: PolicyFile): Lint[] {
  const document = parseTree(file);
  const policy = loadPolicy([document]);
  const nodes = new Map(rulesOf(document.statements).map((node) => [placeOf(node.effect), node]));
  const rules = policy.rules.flatMap((rule): Written[] => {
    const node = nodes.get(placeOf(rule.place));
    return node ? [{ file: file.path, text: file.text, node, rule, policy }] : [];
  });
  const found = rules.flatMap((written) =>
    [...lintBare(written), ...lintSelectors(written), ...lintConditions(written), ...lintOpenHost(written)].map(
      (lint) => verified(written, lint),
    ),
  );
  return [...found, ...lintOrder(rules)].sort(
    (a, b) => a.line - b.line || a.column - b.column || compareText(a.kind, b.kind),
  );
}

const placeOf = ({ line, column }: { readonly line: number; readonly column: number }): string => `${line}:${column}`;

function rulesOf(statements: readonly Statement[]): RuleStatement[] {
  return statements.flatMap((node) =>
    node.kind === "rule" ? [node] : node.kind === "block" ? rulesOf(node.body) : [],
  );
}

/** A rule needs at most one fix after another for each of its clauses, as each changes what the next has to fit into. */
const MAX_ROUNDS = 100;

/** The text with every safe fix; only the characters concerned change. */
export function fixFpl(file: PolicyFile): string {
  let { text } = file;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Two fixes of one rule may want the same place: the second waits for the next round.
    const chosen = apart(lintFpl({ ...file, text }).filter(({ fix }) => fix.edits !== null));
    if (chosen.length === 0) break;
    text = applyEdits(
      text,
      chosen.flatMap(({ fix }) => fix.edits ?? []),
    );
  }
  return text;
}

/** The fixes whose edits lie behind those of the one before. */
function apart(lints: readonly Lint[]): Lint[] {
  const spans = lints.map((lint) => {
    const edits = lint.fix.edits ?? [];
    return { lint, start: Math.min(...edits.map((e) => e.start)), end: Math.max(...edits.map((e) => e.end)) };
  });
  let reached = -1;
  return spans
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .flatMap(({ lint, start, end }) => {
      if (start <= reached) return [];
      reached = end;
      return [lint];
    });
}
