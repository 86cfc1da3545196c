/** One rule: effect, tool, and clauses in any order over any number of lines. */
import type { Cursor } from "./cursor.ts";
import type { Token } from "./token.ts";
import { type Clause, endsClause, isClause, type RuleStatement, type Words } from "./tree.ts";

/**
 * Reads a rule whose effect is ahead. Inside `rules {}` the engine takes any token for an effect; whether it is one is
 * only asked when the policy is loaded.
 */
export function parseRule(at: Cursor): RuleStatement {
  const opened = at.open();
  const effect = at.next();
  const bang = effect.text === "deny" && at.skip("!");
  const tool = at.word("the rule's tool");
  const clauses: Clause[] = [];
  while (isClause(at.peekIdent())) clauses.push(parseClause(at));
  return { kind: "rule", effect, bang, tool, clauses, ...at.close(opened) };
}

function parseClause(at: Cursor): Clause {
  const keyword = at.next();
  if (keyword.text === "when") return { keyword, colon: false, value: run(at) };
  const colon = at.skip(":");
  if (keyword.text === "notify" || keyword.text === "reason") return { keyword, colon, value: at.word() };
  const clause = { keyword, colon, value: run(at) };
  if (/^(query|headers?)$/.test(keyword.text) && !keyValue(joined(clause.value))) {
    throw at.refuse(keyword, `${keyword.text} needs key=value`);
  }
  return clause;
}

/** Everything up to a brace, the end, or a word that ends clauses: the engine asks nothing else of it. */
function run(at: Cursor): Words {
  const ends = ({ kind, text }: Token): boolean =>
    kind === "end" || kind === "{" || kind === "}" || (kind === "ident" && endsClause(text));
  return at.record(() => {
    while (!ends(at.peek())) at.next();
  }).words;
}

/**
 * A run of tokens as the engine writes it back into one text: single spaces, every string in double quotes. That is why a
 * quoted host never matches, and why `1password.com`, two tokens, becomes `1 password.com`.
 */
export function joined(words: Words): string {
  let text = "";
  let before = "";
  for (const [i, word] of words.entries()) {
    const part = word.kind === "string" ? `"${word.text}"` : word.text;
    if (!(part === "=" && before === "=")) {
      const glued = i === 0 || part === "(" || part === ")" || part === "," || before === "(";
      text += glued ? part : ` ${part}`;
    }
    before = part;
  }
  return text.trim();
}

export function keyValue(text: string): readonly [key: string, value: string] | null {
  const equals = text.indexOf("=");
  const [key, value] = [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
  return equals < 0 || key === "" || value === "" ? null : [key, value];
}
