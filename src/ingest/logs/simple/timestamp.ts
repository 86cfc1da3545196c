/** `2026-11-01T10:00:00.123456Z` straight from bytes: the one shape of RFC 3339 that machines write. */
import { type Instant, parseInstant, SECOND } from "../../../model/instant.ts";
import { asciiText } from "./words.ts";

const MAX_FRACTION = 12;

export class TimestampReader {
  private readonly day = new Uint8Array(10);
  private midnight: Instant | null = null;

  /** Null means "not this shape", not "no time". */
  read(view: DataView, start: number, end: number): Instant | null {
    if (end - start < 20 || view.getUint8(start + 10) !== 0x54 || view.getUint8(end - 1) !== 0x5a) return null;
    if (view.getUint8(start + 13) !== 0x3a || view.getUint8(start + 16) !== 0x3a) return null;
    const hour = twoDigits(view, start + 11);
    const minute = twoDigits(view, start + 14);
    const second = twoDigits(view, start + 17);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
    const micros = fraction(view, start + 19, end - 1);
    if (micros < 0) return null;
    const midnight = this.midnightOf(view, start);
    return midnight === null ? null : midnight + ((hour * 60 + minute) * 60 + second) * SECOND + micros;
  }

  private midnightOf(view: DataView, start: number): Instant | null {
    for (let i = 0; i < 10; i++) {
      if (this.day[i] === view.getUint8(start + i)) continue;
      this.midnight = parseInstant(asciiText(view, start, start + 10));
      for (let j = 0; j < 10; j++) this.day[j] = view.getUint8(start + j);
      break;
    }
    return this.midnight;
  }
}

function twoDigits(view: DataView, at: number): number {
  const tens = view.getUint8(at) - 0x30;
  const ones = view.getUint8(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** Microseconds of `.123…`, digits beyond the sixth cut off; 0 for no fraction, -1 for anything else. */
function fraction(view: DataView, start: number, end: number): number {
  if (start === end) return 0;
  const digits = end - start - 1;
  if (view.getUint8(start) !== 0x2e || digits < 1 || digits > MAX_FRACTION) return -1;
  let micros = 0;
  for (let i = 0; i < Math.max(digits, 6); i++) {
    const digit = i < digits ? view.getUint8(start + 1 + i) - 0x30 : 0;
    if (digit < 0 || digit > 9) return -1;
    if (i < 6) micros = micros * 10 + digit;
  }
  return micros;
}
