/** expr-lang's `date()`: the layouts it tries, as Go's time.Parse takes them. */
import { type Instant, SECOND } from "../../../model/instant.ts";

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const CLOCK = /^(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?$/;
const DAY_AND_CLOCK = /^(\d{4})-(\d\d)-(\d\d) (\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?$/;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
/** RFC 822, 850 and 1123: the month by its name, the zone by letters; the name of the day is not held to the date. */
const RFC822 = /^(\d\d) ([a-z]{3}) (\d\d) (\d\d?):(\d\d) (.+)$/i;
const RFC850 =
  /^(?:sun|mon|tues|wednes|thurs|fri|satur)day, (\d\d)-([a-z]{3})-(\d\d) (\d\d?):(\d\d):(\d\d)(?:[.,](\d+))? (.+)$/i;
const RFC1123 =
  /^(?:sun|mon|tue|wed|thu|fri|sat), (\d\d) ([a-z]{3}) (\d{4}) (\d\d?):(\d\d):(\d\d)(?:[.,](\d+))? (.+)$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Whatever zone stands there by letters or hours, Go takes the time for UTC. */
const ZONE = /^(?:(?:GMT)?[+-]0*(?:1?\d|2[0-3])|[A-Z]{3}T?|WITA|[A-Z]{4}T|ChST|MeST)$/;

/** The instant, or null when the engine fails on it. */
export function parseDate(text: string): Instant | null {
  const day = DAY.exec(text);
  if (day) return instant(day.slice(1, 4), ["0", "0", "0"], undefined);
  const clock = CLOCK.exec(text);
  if (clock) return instant(["0", "1", "1"], clock.slice(1, 4), clock[4]);
  const both = DAY_AND_CLOCK.exec(text) ?? RFC3339.exec(text);
  if (both) {
    const at = instant(both.slice(1, 4), both.slice(4, 7), both[7]);
    return at === null ? null : shift(at, both[8], both[9], both[10]);
  }
  return withNames(text);
}

function withNames(text: string): Instant | null {
  const short = RFC822.exec(text);
  const match = short ?? RFC850.exec(text) ?? RFC1123.exec(text);
  if (!match) return null;
  const [, day = "", name = "", year = "", hour = "", minute = ""] = match;
  const second = short ? "0" : (match[6] ?? "");
  if (!ZONE.test((short ? match[6] : match[8]) ?? "")) return null;
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  const century = year.length > 2 ? "" : Number(year) >= 69 ? "19" : "20";
  return instant([century + year, String(month), day], [hour, minute, second], short ? undefined : match[7]);
}

function instant(date: readonly string[], clock: readonly string[], fraction: string | undefined): Instant | null {
  const [year = 0, month = 0, day = 0] = date.map(Number);
  const [hour = 0, minute = 0, second = 0] = clock.map(Number);
  if (hour > 23 || minute > 59 || second > 59) return null;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null;
  const micros = Number((fraction ?? "").padEnd(6, "0").slice(0, 6));
  return (midnight.getTime() / 1000 + hour * 3600 + minute * 60 + second) * SECOND + micros;
}

function shift(at: Instant, sign: string | undefined, hours = "0", minutes = "0"): Instant | null {
  if (Number(hours) > 24 || Number(minutes) > 60) return null;
  const offset = (Number(hours) * 3600 + Number(minutes) * 60) * SECOND;
  return sign === undefined ? at : sign === "-" ? at + offset : at - offset;
}
