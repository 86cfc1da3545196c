/** Sets of code points: ranges, their complement, the Perl and POSIX classes, and ASCII case folding. */
import { type Range, UnsupportedRegex } from "./node.ts";

export const MAX_CODE_POINT = 0x10ffff;

const DIGIT: readonly Range[] = [[0x30, 0x39]];
const LOWER: Range = [0x61, 0x7a];
const UPPER: Range = [0x41, 0x5a];
const WORD: readonly Range[] = [...DIGIT, UPPER, [0x5f, 0x5f], LOWER];
/** RE2's \s has no vertical tab. */
const SPACE: readonly Range[] = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];

const PERL: Readonly<Record<string, readonly Range[]>> = { d: DIGIT, s: SPACE, w: WORD };

const POSIX: Readonly<Record<string, readonly Range[]>> = {
  alnum: [...DIGIT, UPPER, LOWER],
  alpha: [UPPER, LOWER],
  ascii: [[0, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: DIGIT,
  graph: [[0x21, 0x7e]],
  lower: [LOWER],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [UPPER],
  word: WORD,
  xdigit: [...DIGIT, [0x41, 0x46], [0x61, 0x66]],
};

/** `\d`, `\W` and the like; null when the letter names none. */
export function perlClass(letter: string): readonly Range[] | null {
  const ranges = PERL[letter.toLowerCase()];
  if (!ranges) return null;
  return letter === letter.toLowerCase() ? ranges : complement(ranges);
}

/** The inside of `[:alpha:]` or `[:^alpha:]`; null when the name is unknown. */
export function posixClass(name: string): readonly Range[] | null {
  const negated = name.startsWith("^");
  const ranges = POSIX[negated ? name.slice(1) : name];
  return ranges ? (negated ? complement(ranges) : ranges) : null;
}

export function complement(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const gaps: Range[] = [];
  let next = 0;
  for (const [low, high] of sorted) {
    if (low > next) gaps.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= MAX_CODE_POINT) gaps.push([next, MAX_CODE_POINT]);
  return gaps;
}

/** The ranges with their other case, and the two letters outside ASCII that fold into it. */
export function folded(ranges: readonly Range[]): readonly Range[] {
  const added: Range[] = [];
  for (const [low, high] of ranges) {
    // Folding beyond ASCII needs tables; a class that reaches everything folds to itself.
    if (high > 0x7f && high !== MAX_CODE_POINT) throw new UnsupportedRegex("case folding beyond ASCII");
    shift(low, high, UPPER, 32, added);
    shift(low, high, LOWER, -32, added);
  }
  const has = (point: number): boolean => [...ranges, ...added].some(([low, high]) => low <= point && point <= high);
  if (has(0x6b)) added.push([0x212a, 0x212a]);
  if (has(0x73)) added.push([0x17f, 0x17f]);
  return [...ranges, ...added];
}

function shift(low: number, high: number, within: Range, by: number, added: Range[]): void {
  const [from, to] = [Math.max(low, within[0]), Math.min(high, within[1])];
  if (from <= to) added.push([from + by, to + by]);
}
