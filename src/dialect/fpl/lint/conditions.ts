/** Conditions that take more than they name, and dates that nobody can read. */
import type { Fix, Lint } from "../../../model/lint.ts";
import { parseDate } from "../expr/date.ts";
import { escaped } from "./restriction.ts";
import { clauseOf, left, lint, opens, type Written } from "./written.ts";

export function* lintConditions(written: Written): Generator<Lint> {
  const words = clauseOf(written, "when")?.value ?? [];
  // Under a negation, or compared with a truth value, the expression that takes less lets more through.
  const negates = words.some(({ text }) => /^(not|true|false|!(?!=).*)$/.test(text));
  for (const [i, word] of words.entries()) {
    const [before, operand] = [words[i - 1], words[i + 1]];
    if (word.text === "matches" && before?.text === "args.host" && operand?.kind === "string" && opens(written)) {
      if (isAnchored(operand.text)) continue;
      const means =
        "matches looks anywhere in the host and takes . for any character: it permits other hosts than those named";
      yield lint(written, "unanchored-regex", operand, means, anchored(operand.text, operand.offset, negates));
    }
    if (word.text === "date" && words[i + 1]?.kind === "(") {
      const argument = words[i + 2];
      const text = argument?.kind === "string" ? argument.text : written.policy.vars.get(variable(argument?.text));
      if (argument === undefined || text === undefined || parseDate(text) !== null) continue;
      const means = `${JSON.stringify(text)} is no date to the engine: the condition fails, which denies, and no rule below is asked`;
      yield lint(written, "bad-date", argument, means, left('write a date as "2027-01-31" or "2027-01-31T00:00:00Z"'));
    }
  }
}

const variable = (text: string | undefined): string => /^vars\.(.+)$/.exec(text ?? "")?.[1] ?? "";

/** From the first character to the last, each alternative too; a dot that stands for any character is none of a name. */
function isAnchored(pattern: string): boolean {
  const bare = pattern.replace(/^\(\?i\)/, "");
  const begins = /^(\^|\\A|\[\.\]|\\\\\.)/.test(bare);
  const ends = /(\$|\\z)$/.test(bare);
  const alternatives = bare.includes("|") && !/^\^\(.*\)\$$/.test(bare);
  return begins && ends && !alternatives && !/(?<![[\\])\.(?![*+?{\]])/.test(bare);
}

/** Names with bars between them are evidently those names; of any other expression we cannot tell where it was to end. */
function anchored(pattern: string, offset: number, negates: boolean): Fix {
  const says = 'anchor it: "^(?:api[.]x[.]com)$"';
  const names = pattern.replace(/^\^/, "").replace(/\$$/, "").replaceAll("[.]", ".").split("|");
  if (negates || !names.every((name) => /^[A-Za-z0-9_.-]+$/.test(name) && !/^\.|\.$/.test(name))) return left(says);
  if (names.length > 1 && /^\^|\$$/.test(pattern)) return left(says);
  const text = `^(?:${names.map(escaped).join("|")})$`;
  return { says: `write matches "${text}"`, edits: [{ start: offset + 1, end: offset + 1 + pattern.length, text }] };
}
