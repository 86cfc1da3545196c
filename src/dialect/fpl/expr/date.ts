/** expr-lang's `date()`: the layouts it tries, as Go's time.Parse takes them. */
import { type Instant, SECOND } from "../../../model/instant.ts";

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const CLOCK = /^(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?$/;
const DAY_AND_CLOCK = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:[.,](\d+))?$/;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
/** RFC 822, 850 and 1123 begin with a day's number or name; they are left to the engine. */
const OTHER_LAYOUT = /^(\d\d |[A-Z][a-z]+, )/;

/** The instant, null when the engine fails on it, or undefined when it may be a layout not modelled here. */
export function parseDate(text: string): Instant | null | undefined {
  const day = DAY.exec(text);
  if (day) return instant(day.slice(1, 4), ["0", "0", "0"], undefined);
  const clock = CLOCK.exec(text);
  if (clock) return instant(["0", "1", "1"], clock.slice(1, 4), clock[4]);
  const both = DAY_AND_CLOCK.exec(text) ?? RFC3339.exec(text);
  if (both) {
    const at = instant(both.slice(1, 4), both.slice(4, 7), both[7]);
    return at === null ? null : shift(at, both[8], both[9], both[10]);
  }
  return OTHER_LAYOUT.test(text) ? undefined : null;
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
