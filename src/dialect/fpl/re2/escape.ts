/** RE2's escapes that stand for one character. */
import { MAX_CODE_POINT } from "./class.ts";
import { InvalidRegex } from "./node.ts";

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** What the text after a backslash stands for, and how much of it was used. */
export function parseEscape(text: string): { readonly point: number; readonly length: number } {
  const control = CONTROLS[text.charAt(0)];
  if (control !== undefined) return { point: control, length: 1 };
  // A single digit would be a back-reference, which RE2 has not; two or three octal digits are a character.
  const octal = /^(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text);
  if (octal) return { point: Number.parseInt(octal[0], 8), length: octal[0].length };
  const hex = /^x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(text);
  if (hex) {
    const point = Number.parseInt(hex[1] ?? hex[2] ?? "", 16);
    if (point > MAX_CODE_POINT) throw new InvalidRegex("invalid escape sequence");
    return { point, length: hex[0].length };
  }
  const point = text.codePointAt(0) ?? 0x80;
  if (point < 0x80 && !/^[A-Za-z0-9]/.test(text)) return { point, length: 1 };
  throw new InvalidRegex(text === "" ? "trailing backslash" : "invalid escape sequence");
}
