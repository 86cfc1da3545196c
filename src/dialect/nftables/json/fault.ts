/** Where a text stops being JSON, and what could have stood there: JSON.parse says so in other words in every version. */

export interface Fault {
  readonly offset: number;
  readonly expected: string;
}

type Wanted = "value" | "first value" | "key" | "first key" | "colon" | "next" | "end";

const WORDS: Readonly<Record<Wanted, (inside: string) => string>> = {
  value: () => "a value",
  "first value": () => 'a value or "]"',
  key: () => "a key in double quotes",
  "first key": () => 'a key in double quotes or "}"',
  colon: () => '":"',
  next: (inside) => `"," or "${inside === "{" ? "}" : "]"}"`,
  end: () => "nothing more",
};

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
/** What may follow a backslash. */
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** For text that JSON.parse refused: the first place at which it had to. */
export function faultIn(text: string): Fault {
  const inside: string[] = [];
  let wanted: Wanted = "value";
  for (let at = after(SPACE, text, 0) ?? 0; ; at = after(SPACE, text, at) ?? at) {
    const mark = text[at] ?? "";
    const fault: Fault = { offset: at, expected: WORDS[wanted](inside.at(-1) ?? "") };
    if (mark === "" || wanted === "end") return fault;
    const closes = wanted === "next" || wanted.startsWith("first ");
    if (closes && mark === (inside.at(-1) === "{" ? "}" : "]")) {
      inside.pop();
      at++;
    } else if (wanted === "next" || wanted === "colon") {
      if (mark !== (wanted === "colon" ? ":" : ",")) return fault;
      wanted = wanted === "next" && inside.at(-1) === "{" ? "key" : "value";
      at++;
      continue;
    } else if (mark === '"') {
      const end = stringEnd(text, at);
      if (typeof end !== "number") return end;
      at = end;
      if (wanted.endsWith("key")) {
        wanted = "colon";
        continue;
      }
    } else if (wanted.endsWith("key")) return fault;
    else if (mark === "{" || mark === "[") {
      inside.push(mark);
      wanted = mark === "{" ? "first key" : "first value";
      at++;
      continue;
    } else {
      const end = after(SCALAR, text, at);
      if (end === null) return fault;
      at = end;
    }
    wanted = inside.length === 0 ? "end" : "next";
  }
}

function after(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** Character by character: a string may be as long as the file. */
function stringEnd(text: string, from: number): number | Fault {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return { offset: at, expected: "no control character in a string" };
    if (code !== 0x5c) continue;
    const end = after(ESCAPE, text, at + 1);
    if (end === null) return { offset: at, expected: "an escape that JSON knows" };
    at = end - 1;
  }
  return { offset: text.length, expected: 'the end of a string, "' };
}
