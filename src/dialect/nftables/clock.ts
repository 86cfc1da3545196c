/** `meta hour` and `meta day`: hours of the day and days of the week, by the clocks that the kernel reads them by. */
import type { Zone } from "../contract.ts";
import type { Calendar, Condition } from "../packet/program.ts";
import type { Operator, Value } from "./tree.ts";

const DAY = 86_400;
const LAST = DAY - 1;

/** From UTC-12 to UTC+14: how far off a clock may be where nobody said which zone it is in. */
const WIDEST = 14 * 3600;

const NAMES = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const EVERY_DAY: ReadonlySet<number> = new Set(NAMES.keys());
const EVERY_MONTH_DAY: ReadonlySet<number> = new Set(Array.from({ length: 31 }, (_, i) => i + 1));

/** Seconds of a day in UTC, and by how many they may be off. */
interface Clock {
  readonly seconds: number;
  readonly slack: number;
}

/** The kernel's hour is UTC's. A quoted one is in its loader's zone, and nft counts it over to UTC as it loads; null where it cannot be told. */
export function hourOf(operator: Operator, right: Value, zone: Zone | null, text: string): Condition | null {
  const [from, to] = (right.kind === "range" ? [right.from, right.to] : [right]).map((value) => clockOf(value, zone));
  const span = from && spanOf(operator, from, right.kind === "range" ? (to ?? null) : undefined);
  const slack = BigInt(Math.max(from?.slack ?? 0, to?.slack ?? 0));
  // Before the first second of a day, or after its last.
  const never = slack === 0n && span && (span.stop < 0 || span.start > LAST);
  if (never) return recurring({ start: 0, stop: LAST, weekdays: new Set() }, slack, text);
  // One second alone, or one alone left out, is no span of hours.
  if (!from || !span || span.start === span.stop || !isSecond(span.start) || !isSecond(span.stop)) return null;
  const said = slack > 0n && zone === null ? `${text}, in a time zone that --zone can name` : text;
  return recurring({ ...span, weekdays: EVERY_DAY }, slack, said);
}

/** The kernel tells days by its own zone, which no file says. */
export function dayOf(operator: Operator, right: Value, text: string): Condition | null {
  if (!["implicit", "==", "!="].includes(operator)) return null;
  const values = right.kind === "set" ? right.elements.map(({ key }) => key) : [right];
  const days = values.map(daysOf);
  if (!days.every((each) => each !== null)) return null;
  const named = new Set(days.flat());
  const weekdays = operator === "!=" ? new Set([...EVERY_DAY].filter((day) => !named.has(day))) : named;
  const said = `${text}, by the kernel's own time zone`;
  return recurring({ start: 0, stop: LAST, weekdays }, BigInt(WIDEST), said);
}

function recurring(when: Pick<Calendar, "start" | "stop" | "weekdays">, slack: bigint, text: string): Condition {
  return { kind: "recurring", ...when, monthDays: EVERY_MONTH_DAY, contiguous: false, slack, text };
}

const isSecond = (value: number): boolean => value >= 0 && value <= LAST;

/** `to`: null where it cannot be told, undefined where there is none. */
function spanOf(operator: Operator, from: Clock, to: Clock | null | undefined): { start: number; stop: number } | null {
  if (to === null) return null;
  if (to !== undefined) {
    // A range that goes over midnight in UTC is kept as what is not between its ends, so the ends are not in it.
    const inside =
      from.seconds <= to.seconds
        ? { start: from.seconds, stop: to.seconds }
        : { start: from.seconds + 1, stop: to.seconds - 1 };
    if (operator === "implicit" || operator === "==") return inside;
    if (operator !== "!=") return null;
    // From the first second of the day on, or up to the last, nothing goes over midnight.
    if (inside.start === 0) return { start: inside.stop + 1, stop: LAST };
    return { start: inside.stop === LAST ? 0 : inside.stop + 1, stop: inside.start - 1 };
  }
  // These reach to midnight in UTC, wherever their bound is.
  if (from.slack > 0) return null;
  if (operator === "<") return { start: 0, stop: from.seconds - 1 };
  if (operator === "<=") return { start: 0, stop: from.seconds };
  if (operator === ">") return { start: from.seconds + 1, stop: LAST };
  return operator === ">=" ? { start: from.seconds, stop: LAST } : null;
}

function clockOf(value: Value, zone: Zone | null): Clock | null {
  const text = value.kind === "quoted" || value.kind === "word" ? value.text : "";
  if (value.kind === "word" && /^\d{1,5}$/.test(text)) {
    return Number(text) <= LAST ? { seconds: Number(text), slack: 0 } : null;
  }
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  const [hour, minute, second] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3] ?? 0)];
  if (match === null || hour > 23 || minute > 59 || second > 59) return null;
  const offsets = zone === null ? [-WIDEST, WIDEST] : SEASONS.map(zone);
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  const middle = (hour * 60 + minute) * 60 + second - (least + most) / 2;
  return { seconds: ((middle % DAY) + DAY) % DAY, slack: (most - least) / 2 };
}

/** A winter's and a summer's day of 2026: nobody recorded when the rules were loaded. */
const SEASONS = [Date.UTC(2026, 0, 1) / 1000, Date.UTC(2026, 6, 1) / 1000];

function daysOf(value: Value): number[] | null {
  if (value.kind === "range") {
    const [from, to] = [daysOf(value.from)?.[0], daysOf(value.to)?.[0]];
    if (from === undefined || to === undefined || from > to) return null;
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }
  if (value.kind !== "word" && value.kind !== "quoted") return null;
  if (/^[0-6]$/.test(value.text)) return [Number(value.text)];
  const word = value.text.toLowerCase();
  const at = word.length < 3 ? -1 : NAMES.findIndex((name) => name.startsWith(word));
  return at < 0 ? null : [at];
}
