/**
 * The fast way to a record's fields: one pass over the bytes of a flat JSON object, without making strings.
 *
 * It gives up, and JSON.parse takes over, at whatever is unusual: nesting, escapes, bytes beyond ASCII in keys or in
 * values that matter, a known key twice, and every syntax error. So it never has to decide what broken JSON means.
 */
import { FieldBytes } from "./field-bytes.ts";
import { type Fields, setField, SLOTS } from "./fields.ts";
import { type Key, KeyTable } from "./keys.ts";
import { numberEnd, numberValue } from "./numeral.ts";
import { matches, type Pattern, patternOf, plainEnd, viewOf } from "./words.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const DASH = 0x2d;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const [NULL, TRUE, FALSE] = ["null", "true", "false"].map((word) => {
  const view = viewOf(new TextEncoder().encode(word));
  return patternOf(view, 0, view.byteLength);
}) as [Pattern, Pattern, Pattern];

/** What stands between two values, `,"dest_port":` and the like, and the key in it. */
interface Joint {
  readonly pattern: Pattern;
  readonly key: Key | null;
}

/** Joints beyond these are parsed each time: what is remembered must not grow with the log. */
const MAX_JOINTS = 64;
const MAX_JOINT = 80;

export class Scanner {
  private readonly keys: KeyTable;
  private readonly values = new FieldBytes();
  private readonly seen: Int32Array;
  /** Per slot, the rank of the alias that spoke last, and the line it spoke on. */
  private readonly ranks: Int32Array;
  private readonly rankedOn: Int32Array;
  /** The joints of an earlier line by position: one program writes its keys in one order and one style. */
  private readonly joints: (Joint | undefined)[] = Array.from({ length: MAX_JOINTS });
  private generation = 0;
  private key: Key | null = null;
  private ascii = true;

  constructor(runField: string) {
    this.keys = new KeyTable(runField);
    this.seen = new Int32Array(this.keys.size);
    this.ranks = new Int32Array(SLOTS.length);
    this.rankedOn = new Int32Array(SLOTS.length);
  }

  /** False when the line is for JSON.parse to judge; `fields` is then half filled. */
  scan(view: DataView, start: number, end: number, fields: Fields): boolean {
    fields.clear();
    this.generation = (this.generation + 1) | 0;
    let at = start;
    for (let position = 0; ; position++) {
      const known = position < MAX_JOINTS ? this.joints[position] : undefined;
      if (known !== undefined && matches(known.pattern, view, at, end)) {
        at += known.pattern.length;
        this.key = known.key;
      } else {
        at = this.joint(view, at, end, position);
        if (at < 0) return false;
      }
      if (this.key !== null && this.repeated(this.key)) return false;
      at = this.value(view, at, end, this.key, fields);
      if (at < 0) return false;
      const next = skipSpace(view, at, end);
      if (next < end && view.getUint8(next) === CLOSE) return skipSpace(view, next + 1, end) === end;
    }
  }

  /** Reads up to the next value: `{` or `,`, the key, the colon. Gives the value's place, or -1. */
  private joint(view: DataView, start: number, end: number, position: number): number {
    const open = skipSpace(view, start, end);
    if (open >= end || view.getUint8(open) !== (position === 0 ? OPEN : COMMA)) return -1;
    const quote = skipSpace(view, open + 1, end);
    if (quote >= end || view.getUint8(quote) !== QUOTE) return -1;
    const close = this.stringEnd(view, quote + 1, end);
    if (close < 0 || !this.ascii) return -1;
    const colon = skipSpace(view, close + 1, end);
    if (colon >= end || view.getUint8(colon) !== COLON) return -1;
    const value = skipSpace(view, colon + 1, end);
    this.key = this.keys.find(view, quote + 1, close);
    if (position < MAX_JOINTS && value - start <= MAX_JOINT) {
      this.joints[position] = { pattern: patternOf(view, start, value), key: this.key };
    }
    return value;
  }

  /** JSON.parse keeps the last of two equal keys; a rare case that is left to it. */
  private repeated(key: Key): boolean {
    if (this.seen[key.index] === this.generation) return true;
    this.seen[key.index] = this.generation;
    return false;
  }

  /** Where the string that began before `start` has its closing quote, or -1. */
  private stringEnd(view: DataView, start: number, end: number): number {
    this.ascii = true;
    for (let at = plainEnd(view, start, end); at < end; at = plainEnd(view, at + 1, end)) {
      const byte = view.getUint8(at);
      if (byte === QUOTE) return at;
      if (byte < 0x80) return -1;
      this.ascii = false;
    }
    return -1;
  }

  /** Takes the value at `start` and gives the place after it, or -1. */
  private value(view: DataView, start: number, end: number, key: Key | null, fields: Fields): number {
    if (start >= end) return -1;
    const first = view.getUint8(start);
    if (first === QUOTE) {
      const close = this.stringEnd(view, start + 1, end);
      if (close < 0 || key === null) return close < 0 ? -1 : close + 1;
      if (!this.ascii) return -1;
      this.takeString(view, start + 1, close, key, fields);
      return close + 1;
    }
    if (first === DASH || (first >= 0x30 && first <= 0x39)) {
      const after = numberEnd(view, start, end);
      if (after >= 0 && key !== null) this.takeNumber(numberValue(view, start, after), key, fields);
      return after;
    }
    if (first === LETTER_N) return wordEnd(view, start, end, NULL);
    if (key !== null) return -1;
    return wordEnd(view, start, end, first === LETTER_T ? TRUE : FALSE);
  }

  private takeString(view: DataView, start: number, end: number, key: Key, fields: Fields): void {
    if (end === start || (end === start + 1 && view.getUint8(start) === DASH)) return;
    if (key.namesRun) this.values.set(fields, "run", view, start, end);
    if (key.slot !== null && !this.outranked(key)) this.values.set(fields, key.slot, view, start, end);
  }

  private takeNumber(value: number, key: Key, fields: Fields): void {
    if (key.namesRun) setField(fields, "run", String(value));
    if (key.slot !== null && !this.outranked(key)) this.values.setNumber(fields, key.slot, value);
  }

  /** Whether a more telling alias of the same field has already spoken. Outcomes are summed up, not ranked. */
  private outranked(key: Key): boolean {
    const { slotIndex, rank } = key;
    if (this.rankedOn[slotIndex] === this.generation && key.slot !== "outcome" && (this.ranks[slotIndex] ?? 0) < rank) {
      return true;
    }
    this.rankedOn[slotIndex] = this.generation;
    this.ranks[slotIndex] = rank;
    return false;
  }
}

function skipSpace(view: DataView, start: number, end: number): number {
  let i = start;
  while (i < end && (view.getUint8(i) === 0x20 || view.getUint8(i) === 0x09 || view.getUint8(i) === 0x0d)) i++;
  return i;
}

function wordEnd(view: DataView, start: number, end: number, word: Pattern): number {
  return matches(word, view, start, end) ? start + word.length : -1;
}
