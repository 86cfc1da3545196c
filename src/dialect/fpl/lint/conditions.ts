/** Conditions that take more than they name, and dates that nobody can read. */
import type { Fix, Lint } from "../../../model/lint.ts";
import { parseDate } from "../expr/date.ts";
import type { Words } from "../tree.ts";
import { escaped } from "./restriction.ts";
import { clauseOf, left, lint, opens, type Written } from "./written.ts";

export function* lintConditions(written: Written): Generator<Lint> {
  const words = clauseOf(written, "when")?.value ?? [];
  // Under a negation, or compared with a truth value, the expression that takes less lets more through.
  const negates = words.some(({ text }) => /^(not|true|false|!(?!=).*)$/.test(text));
  for (const [i, word] of words.entries()) {
    const operand = words[i + 1];
    if (word.text === "matches" && operand?.kind === "string" && opens(written)) {
      const subject = subjectOf(words, i);
      if (subject === "host" && !isAnchored(operand.text)) {
        const means =
          "matches looks anywhere in the host and takes . for any character: it permits other hosts than those named";
        yield lint(written, "unanchored-regex", operand, means, anchored(operand.text, operand.offset, negates));
      } else if ((subject === "url" || subject === "path") && !beginsThere(operand.text)) {
        const means = `matches looks anywhere in the ${subject}: what is named may stand behind anything else`;
        yield lint(written, "unanchored-regex", operand, means, left("begin it with ^ and all that comes before"));
      }
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

/** The argument before `matches`: `args.host`, or `args["host"]`. */
function subjectOf(words: Words, at: number): string | undefined {
  const [open, name, before] = [words[at - 3], words[at - 2], words[at - 1]];
  if (before?.kind === "]" && name?.kind === "string" && open?.text === "args[") return name.text;
  return /^args\.([a-z]+)$/.exec(before?.text ?? "")?.[1];
}

const beginsThere = (pattern: string): boolean => /^(\(\?i\))?(\^|\\\\A)/.test(pattern);

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
