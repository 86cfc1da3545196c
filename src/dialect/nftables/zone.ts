/** Time zones, for dates in quotes: nft reads them in its loader's zone and lists them in its lister's. */
import type { Zone } from "../contract.ts";

const OFFSET = /^([+-])(\d\d):?([0-5]\d)$/;

/** From UTC-12 to UTC+14: how far off a date may be where nobody said which zone it is in. */
const WIDEST = 14 * 3600;

/** `UTC`, `+02:00`, or a zone of the tz database (`Europe/Vienna`); null for anything else. */
export function parseZone(text: string): Zone | null {
  if (text === "UTC") return () => 0;
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
  if (sign !== undefined) {
    const seconds = Number(hours) * 3600 + Number(minutes) * 60;
    if (seconds > WIDEST) return null;
    return () => (sign === "-" ? -seconds : seconds);
  }
  return /^[A-Za-z]+(\/[A-Za-z0-9_+-]+){1,2}$/.test(text) ? named(text) : null;
}

function named(text: string): Zone | null {
  let clock: Intl.DateTimeFormat;
  try {
    const fields = { year: "numeric", month: "numeric", day: "numeric" } as const;
    const times = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
    clock = new Intl.DateTimeFormat("en-US", { timeZone: text, calendar: "gregory", ...fields, ...times });
  } catch {
    return null;
  }
  return (seconds) => {
    const part = new Map(clock.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
    const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
    return local / 1000 - seconds;
  };
}

/** The seconds since 1970 that a local date may stand for, the earliest and the latest. */
export function instantsOf(local: number, zone: Zone | null): { readonly first: number; readonly last: number } {
  if (zone === null) return { first: local - WIDEST, last: local + WIDEST };
  // Loading, nft takes the zone's offset as if the local date were UTC. What it lists is right; about a change of the
  // clocks the two differ, and a file does not say whether it was written or listed.
  const possible = [zone(local), zone(local - zone(local - 86_400)), zone(local - zone(local + 86_400))];
  const instants = possible.map((offset) => local - offset);
  return { first: Math.min(...instants), last: Math.max(...instants) };
}
