/** A fix is offered only if the rule still loads with it, alone, and no comment is lost. */
import type { Edit, Lint } from "../../../model/lint.ts";
import { InputError } from "../../../model/error.ts";
import { loadPolicy } from "../load.ts";
import { parseTree } from "../parse.ts";
import { Lexer } from "../token.ts";
import { endOf, left, spanOf, type Written } from "./written.ts";

export function verified(written: Written, found: Lint): Lint {
  const { edits } = found.fix;
  if (edits === null || holds(written, edits)) return found;
  return { ...found, fix: left(`${found.fix.says}; it cannot be written in place safely`) };
}

function holds({ text, node, rule }: Written, edits: readonly Edit[]): boolean {
  const start = node.effect.offset;
  const last = node.clauses.at(-1);
  const end = Math.max(last ? spanOf(last).end : 0, endOf(node.tool.at(-1) ?? node.effect));
  const before = text.slice(start, end);
  const after = applyEdits(
    before,
    edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
  );
  try {
    const [mended, ...others] = loadPolicy([parseTree({ path: "", text: after })]).rules;
    const same =
      mended?.effect === rule.effect &&
      mended.tool.text === rule.tool.text &&
      mended.reason.length > 0 === rule.reason.length > 0;
    return same && others.length === 0 && comments(before) === comments(after);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

function comments(text: string): string {
  const found: string[] = [];
  const lexer = new Lexer("", text, (comment) => found.push(comment.text));
  while (lexer.next().kind !== "end");
  return found.join("\n");
}

/** The edits do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let from = 0;
  for (const { start, end, text: by } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(from, start) + by;
    from = end;
  }
  return result + text.slice(from);
}
