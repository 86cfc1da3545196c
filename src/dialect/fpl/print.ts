/** The text of an FPL tree, in one shape whatever shape it was read in. */
import type { Token } from "./token.ts";
import type { Block, Clause, FplDocument, RuleStatement, Setting, Statement, Words } from "./tree.ts";

/** Parses back to the same tree but for places, and so means the same to the engine. */
export function printDocument(document: FplDocument): string {
  const lines: string[] = [];
  printStatements(document.statements, "", lines);
  if (document.statements.length > 0 && document.closing.length > 0) lines.push("");
  for (const comment of document.closing) lines.push(`#${comment}`);
  return lines.map((line) => `${line}\n`).join("");
}

function printStatements(statements: readonly Statement[], indent: string, lines: string[]): void {
  for (const [i, statement] of statements.entries()) {
    // A block or a commented statement stands apart; others of one kind stand together.
    const apart = statement.kind === "block" || statement.comments.length > 0;
    const afterBlock = statements[i - 1]?.kind === "block";
    if (i > 0 && (apart || afterBlock)) lines.push("");
    for (const comment of statement.comments) lines.push(`${indent}#${comment}`);
    const remark = statement.remark === null ? "" : ` #${statement.remark}`;
    if (statement.kind === "block") printBlock(statement, indent, lines, remark);
    else lines.push(`${indent}${statement.kind === "rule" ? ruleText(statement) : settingText(statement)}${remark}`);
  }
}

function printBlock(block: Block, indent: string, lines: string[], remark: string): void {
  const name = block.name === null ? "" : ` ${wordsText(block.name)}`;
  lines.push(`${indent}${block.keyword.text}${name} {`);
  printStatements(block.body, `${indent}  `, lines);
  for (const comment of block.closing) lines.push(`${indent}  #${comment}`);
  lines.push(`${indent}}${remark}`);
}

function settingText(setting: Setting): string {
  return wordsText([setting.key, ...setting.words]);
}

/** A rule on one line. */
function ruleText(rule: RuleStatement): string {
  const head = `${tokenText(rule.effect)}${rule.bang ? "!" : ""} ${wordsText(rule.tool)}`;
  return [head, ...rule.clauses.map(clauseText)].join(" ");
}

function clauseText({ keyword, value }: Clause): string {
  const isWord = keyword.text === "notify" || keyword.text === "reason";
  const colon = keyword.text === "when" ? "" : ":";
  return `${keyword.text}${colon} ${isWord ? wordsText(value) : runText(value)}`.trimEnd();
}

function tokenText(token: Token): string {
  // A lone `!` is a word only before some characters; quoted it is the same word before any.
  if (token.kind === "ident" && token.text === "!") return '"!"';
  return rawText(token);
}

const rawText = (token: Token): string => `${token.quote}${token.text}${token.quote}`;

const wordsText = (words: Words): string => spacedText(words, tokenText);

/** In a run strings keep their quotes in the engine too, so nothing may be quoted that was not. */
const runText = (words: Words): string => spacedText(words, rawText);

function spacedText(words: Words, text: (token: Token) => string): string {
  return words.map((word, i) => `${i > 0 && spaced(words[i - 1], word) ? " " : ""}${text(word)}`).join("");
}

/** Whether a space stands between two tokens; it must wherever they would otherwise read as one. */
function spaced(before: Token | undefined, token: Token): boolean {
  if (before === undefined || before.kind === "$" || before.kind === "[" || before.kind === "(") return false;
  if (token.kind === ")" || token.kind === ":") return false;
  if (token.kind === "(") return !isCallee(before);
  if (token.kind === "string" && before.kind === "ident" && before.text.endsWith("[")) return false;
  if (before.kind === "number" && token.kind === "ident") return before.offset + before.text.length !== token.offset;
  // A comma or bracket after a closing quote needs none; after a word it would become part of it.
  return !(before.kind === "string" && (token.kind === "]" || token.text === ","));
}

/** A word that a call may begin with; the operators among the words stand apart from their brackets. */
function isCallee({ kind, text }: Token): boolean {
  return kind === "ident" && /^[A-Za-z_][A-Za-z0-9_.]*$/.test(text) && !/^(and|or|not|in|matches|contains)$/.test(text);
}
