/** Points in time: microseconds since 1970-01-01 UTC, an integer below 2^53, so exact in a number until the year 2255. */
export type Instant = number;

export const SECOND: number = 1_000_000;
export const DAY: number = 86_400 * SECOND;

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
/** As written here: what is read back has little else, two times for each run of each endpoint. */
const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const SECONDS_A_DAY = 86_400;

/** RFC 3339 (also `+0000` as Suricata writes it, and a bare date as midnight UTC); null for anything else. */
export function parseInstant(text: string): Instant | null {
  if (WRITTEN.test(text)) return fromWritten(text);
  const date = DATE.exec(text);
  if (date) return fromParts(date, 0, 0, 0, 0);
  const match = RFC3339.exec(text);
  if (!match) return null;
  const micros = Number((match[7] ?? "").padEnd(6, "0").slice(0, 6));
  const at = fromParts(match, Number(match[4]), Number(match[5]), Number(match[6]), micros);
  if (at === null || match[8] !== undefined) return at;
  const hours = Number(match[10]);
  const minutes = Number(match[11]);
  if (hours > 23 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * 60 * SECOND;
  return match[9] === "-" ? at + offset : at - offset;
}

/** The day last read: times of one run stand one after another. */
let dayRead: { readonly text: string; readonly midnight: Instant } = { text: "1970-01-01", midnight: 0 };

function fromWritten(text: string): Instant | null {
  if (!text.startsWith(dayRead.text)) {
    const day = text.slice(0, 10);
    const midnight = parseInstant(day);
    if (midnight === null) return null;
    dayRead = { text: day, midnight };
  }
  const [h, m, s] = [digitsAt(text, 11, 2), digitsAt(text, 14, 2), digitsAt(text, 17, 2)];
  if (h > 23 || m > 59 || s > 60) return null;
  return dayRead.midnight + (h * 3600 + m * 60 + s) * SECOND + digitsAt(text, 20, 6);
}

function digitsAt(text: string, from: number, length: number): number {
  let value = 0;
  for (let i = from; i < from + length; i++) value = value * 10 + text.charCodeAt(i) - 0x30;
  return value;
}

function fromParts(date: RegExpExecArray, h: number, m: number, s: number, micros: number): Instant | null {
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  // A leap second (60) is read as the second after it. Date.UTC would take years below 100 for those of the 20th century.
  if (year < 100 || month < 1 || month > 12 || day < 1 || h > 23 || m > 59 || s > 60) return null;
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).getUTCDate() !== day) return null;
  return (midnight / 1000 + h * 3600 + m * 60 + s) * SECOND + micros;
}

/** Seconds put into words lately, at a place that their last bits choose: the lines of a run tell few, in no order. */
const LATELY = 1024;
const lately: { readonly seconds: number; readonly text: string }[] = [];
/** The day the last of them was of. */
let dayWritten = { day: 0, text: "1970-01-01T" };

/** `2026-11-01T10:00:00.000000Z`, always six decimals. */
export function formatInstant(at: Instant): string {
  const seconds = Math.floor(at / SECOND);
  const micros = at - seconds * SECOND;
  const place = seconds & (LATELY - 1);
  let known = lately[place];
  if (known?.seconds !== seconds) {
    known = { seconds, text: secondText(seconds) };
    lately[place] = known;
  }
  return `${known.text}.${String(micros).padStart(6, "0")}Z`;
}

function secondText(seconds: number): string {
  const day = Math.floor(seconds / SECONDS_A_DAY);
  if (dayWritten.day !== day) {
    dayWritten = { day, text: new Date(day * SECONDS_A_DAY * 1000).toISOString().slice(0, 11) };
  }
  const rest = seconds - day * SECONDS_A_DAY;
  const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
  return `${dayWritten.text}${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
}

/** `2026-11-01T10:00:00Z`: the second an expiry falls on; rules cannot be finer than that. */
export function formatSeconds(at: Instant): string {
  return `${new Date(Math.floor(at / SECOND) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-01`, the UTC day. */
export function formatDay(at: Instant): string {
  return formatSeconds(at).slice(0, 10);
}

const UNITS: Record<string, number> = { s: SECOND, m: 60 * SECOND, h: 3600 * SECOND, d: DAY, w: 7 * DAY };

/** A duration such as `90d`, `12h`, `30m`; null for anything else, zero or beyond a century included. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})([smhdw])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  if (!match || unit === undefined) return null;
  const length = Number(match[1]) * unit;
  return length > 0 && length <= 36_525 * DAY ? length : null;
}
