/** Numbers in JSON (RFC 8259 section 6), on bytes. */
import { asciiText } from "./words.ts";

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

/** Where the number that starts at `start` ends, or -1 when JSON knows no such number. */
export function numberEnd(view: DataView, start: number, end: number): number {
  let i = view.getUint8(start) === MINUS ? start + 1 : start;
  const integer = digitsEnd(view, i, end);
  if (integer === i || (view.getUint8(i) === ZERO && integer > i + 1)) return -1;
  i = integer;
  if (i < end && view.getUint8(i) === POINT) {
    const fraction = digitsEnd(view, i + 1, end);
    if (fraction === i + 1) return -1;
    i = fraction;
  }
  if (i < end && (view.getUint8(i) | 0x20) === 0x65) {
    const sign = i + 1 < end && (view.getUint8(i + 1) === PLUS || view.getUint8(i + 1) === MINUS) ? i + 2 : i + 1;
    const exponent = digitsEnd(view, sign, end);
    if (exponent === sign) return -1;
    i = exponent;
  }
  return i;
}

/** 10^k is exact in a double up to k = 22, so a quotient by it is rounded once, as JSON.parse would. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, k) => 10 ** k);

/**
 * The value of a JSON number: digits and at most one point are added up while they stay exact (below 2^53), everything
 * else is for `Number` to read.
 */
export function numberValue(view: DataView, start: number, end: number): number {
  let mantissa = 0;
  let decimals = -1;
  for (let i = start; i < end; i++) {
    const byte = view.getUint8(i);
    if (byte === POINT) decimals = 0;
    else if (byte < ZERO || byte > 0x39 || mantissa > 900_719_925_474_098) return slowValue(view, start, end);
    else {
      mantissa = mantissa * 10 + byte - ZERO;
      if (decimals >= 0) decimals++;
    }
  }
  if (decimals > 22) return slowValue(view, start, end);
  return decimals > 0 ? mantissa / (POWERS[decimals] ?? 1) : mantissa;
}

function slowValue(view: DataView, start: number, end: number): number {
  return Number(asciiText(view, start, end));
}

function digitsEnd(view: DataView, start: number, end: number): number {
  let i = start;
  while (i < end && view.getUint8(i) >= ZERO && view.getUint8(i) <= 0x39) i++;
  return i;
}
