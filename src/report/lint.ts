/** Lints for a terminal, one below the other as a compiler prints its errors, and as JSON. */
import { createHash } from "node:crypto";
import { at } from "../model/error.ts";
import { type Fix, type Lint, LINT_KINDS, LINT_SCHEMA } from "../model/lint.ts";
import { json, plain } from "./escape.ts";

export interface LintReport {
  readonly files: readonly string[];
  readonly found: readonly Lint[];
  /** Whether the fixes were written. */
  readonly written: boolean;
}

export function lintText({ files, found, written }: LintReport): string {
  const lines = found.flatMap((lint) => [
    plain(`${at(lint.file, lint.line, lint.column)}: ${lint.kind}: ${lint.means}`),
    plain(`    ${fixWord(lint.fix, written)}: ${lint.fix.says}`),
  ]);
  const mendable = found.filter(({ fix }) => fix.edits !== null).length;
  const count = `${found.length} ${found.length === 1 ? "finding" : "findings"} in ${files.length} ${files.length === 1 ? "file" : "files"}`;
  const rest = found.length - mendable;
  const fixes = written ? `${mendable} fixed, ${rest} left to you` : `--fix mends ${mendable}, ${rest} left to you`;
  return `${[...lines, found.length === 0 ? `nothing found in ${count.replace(/^.* in /, "")}` : `${count}: ${fixes}`].join("\n")}\n`;
}

const fixWord = (fix: Fix, written: boolean): string =>
  fix.edits === null ? "left to you" : written ? "fixed" : "fix";

export function lintJson({ files, found, written }: LintReport): string {
  const seen = new Map<string, number>();
  const findings = found.map((lint) => {
    const about = `${lint.kind}|${lint.file}|${lint.rule}`;
    const count = (seen.get(about) ?? 0) + 1;
    seen.set(about, count);
    const { kind, file, line, column, rule, means } = lint;
    const fix = { says: lint.fix.says, edits: lint.fix.edits, written: written && lint.fix.edits !== null };
    return { id: idOf(`${about}|${count}`), kind, title: LINT_KINDS[kind], file, line, column, rule, means, fix };
  });
  return `${json({ _schema: LINT_SCHEMA, files, findings }, 1)}\n`;
}

/** By what is found in which rule, not by its line: the same while the rule stays. */
const idOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
