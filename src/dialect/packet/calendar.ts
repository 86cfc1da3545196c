/** Whether hours of certain days are on at an instant, as xt_time of the kernel tells it. */
import type { Calendar } from "./program.ts";

const DAY = 86_400;
const MINUTE = 60n;

/** Zones differ from UTC by whole minutes: where not all of those in reach agree, nobody can tell. */
export function recurs(calendar: Calendar & { readonly slack: bigint }, now: bigint): boolean | "unknown" {
  const first = isOn(calendar, now - calendar.slack);
  for (let at = now - calendar.slack; at <= now + calendar.slack; at += MINUTE) {
    if (isOn(calendar, at) !== first) return "unknown";
  }
  return first;
}

function isOn({ weekdays, monthDays, start, stop, contiguous }: Calendar, now: bigint): boolean {
  const seconds = Number(now);
  const clock = ((seconds % DAY) + DAY) % DAY;
  const overMidnight = start >= stop;
  if (overMidnight ? clock < start && clock > stop : clock < start || clock > stop) return false;
  const day = new Date((overMidnight && contiguous && clock <= stop ? seconds - DAY : seconds) * 1000);
  return weekdays.has(day.getUTCDay()) && monthDays.has(day.getUTCDate());
}
