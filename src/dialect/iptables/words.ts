/** The words of one line, split as iptables-restore splits them: at blanks, with double quotes and backslashes inside. */
import { PolicySyntaxError } from "../contract.ts";

export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  /** From 1. */
  readonly column: number;
}

const BLANK: ReadonlySet<string> = new Set([" ", "\t", "\r"]);

/** Up to the next blank, where no quote makes it mean something else: nearly every word there is. */
const PLAIN = /[^ \t\r"]+(?=[ \t\r]|$)/y;

export function splitWords(file: string, line: number, text: string): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < text.length; i++) {
    if (BLANK.has(text[i] ?? "")) continue;
    const column = i + 1;
    PLAIN.lastIndex = i;
    const plain = PLAIN.exec(text)?.[0];
    if (plain !== undefined) {
      words.push({ text: plain, quoted: false, column });
      i += plain.length;
      continue;
    }
    const parts: string[] = [];
    let [open, quoted] = [false, false];
    for (; i < text.length && (open || !BLANK.has(text[i] ?? "")); i++) {
      const char = text[i] ?? "";
      if (char === '"') {
        open = !open;
        quoted = true;
      } else if (open && char === "\\" && i + 1 < text.length) parts.push(text[++i] ?? "");
      else parts.push(char);
    }
    if (open) throw new PolicySyntaxError(file, line, column, 'a quote that nothing closes, expected "');
    words.push({ text: parts.join(""), quoted, column });
  }
  return words;
}

/** A word as iptables-restore reads it back. */
export function quoteWord(text: string): string {
  return /^[^\s"\\]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
