/** Numbers, durations and sizes as Go's strconv and time read them: what the engine refuses, and nothing more. */

const INT64 = 1n << 63n;

export function isInteger(text: string): boolean {
  if (!/^[+-]?[0-9]{1,40}$/.test(text)) return false;
  const value = BigInt(text.replace(/^\+/, ""));
  return value >= -INT64 && value < INT64;
}

/** The value of `strconv.ParseFloat`, or null where it reports an error. */
export function parseFloat64(text: string): number | null {
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  // An underscore stands between two digits, or after the prefix 0x.
  const plain = text.replace(/(?<=[0-9a-f]|0x)_(?=[0-9a-f])/gi, "");
  const isDecimal = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(plain);
  const value = isDecimal ? Number(plain) : hexadecimal(plain);
  return value !== null && Number.isFinite(value) ? value : null;
}

/** `0x1.8p3`: the digits are hexadecimal, the exponent is of two and must stand. */
function hexadecimal(text: string): number | null {
  const match = /^([+-]?)0x([0-9a-f]{0,12})(?:\.([0-9a-f]{0,12}))?p([+-]?[0-9]{1,4})$/i.exec(text);
  const [, sign, whole = "", fraction = "", exponent] = match ?? [];
  if (whole + fraction === "") return null;
  const mantissa = Number.parseInt(`0${whole}`, 16) + Number.parseInt(`0${fraction}`, 16) / 16 ** fraction.length;
  return (sign === "-" ? -mantissa : mantissa) * 2 ** Number(exponent);
}

/** Go's `%v` of a float64: the fewest digits that tell it from others, with an exponent from a million on. */
export function printFloat64(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "-Inf" : "+Inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Every text has one way through it: with two for the digits of a number, hundreds of numbers would never be refused. */
const DURATION = /^([+-]?)((?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;

/** Microseconds of `time.ParseDuration`; null for `30d`, `1w` and everything else it refuses. */
export function parseGoDuration(text: string): number | null {
  if (/^[+-]?0$/.test(text)) return 0;
  const body = text.length > 200 ? null : DURATION.exec(text);
  if (!body) return null;
  let total = 0;
  for (const [, amount, unit] of (body[2] ?? "").matchAll(/([0-9.]+)([a-z\u00b5\u03bc]+)/g)) {
    total += Number(amount) * (NANOSECONDS[unit ?? ""] ?? 0);
  }
  if (total > Number(INT64)) return null;
  return (body[1] === "-" ? -total : total) / 1000;
}

const isPositive = (text: string): boolean => isInteger(text) && BigInt(text.replace(/^\+/, "")) > 0n;

/** A whole number above zero. */
export const isPositiveLimit = (text: string): boolean => isPositive(text.trim());

const SIZES: readonly (readonly [suffix: string, bytes: bigint])[] = [
  ["tb", 1n << 40n],
  ["gb", 1n << 30n],
  ["mb", 1n << 20n],
  ["kb", 1n << 10n],
  ["b", 1n],
];

/** `500mb`: a whole number above zero and a unit, within an int. */
export function isByteLimit(text: string): boolean {
  const lower = text.trim().toLowerCase();
  const [suffix, bytes] = SIZES.find(([unit]) => lower.endsWith(unit)) ?? ["", 1n];
  const digits = lower.slice(0, lower.length - suffix.length).trim();
  return isPositive(digits) && BigInt(digits.replace(/^\+/, "")) <= (INT64 - 1n) / bytes;
}
