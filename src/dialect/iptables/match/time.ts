/** `time`: one span of dates, hours of the day, days of the week and of the month; UTC unless the kernel's zone is asked for. */
import { parseInstant, SECOND } from "../../../model/instant.ts";
import type { Condition } from "../../packet/program.ts";
import type { Option } from "../tree.ts";
import { printOption } from "../write.ts";
import { refuse, ZONES } from "./reading.ts";

const DATES: ReadonlySet<string> = new Set(["--datestart", "--datestop"]);
const RECURRING: ReadonlySet<string> = new Set(["--timestart", "--timestop", "--weekdays", "--monthdays"]);
const MANNER: ReadonlySet<string> = new Set(["--contiguous", "--kerneltz", "--utc"]);

/** Options of one `-m time` are read together, because they mean one thing together. */
export function isTimeOption({ flag }: Option): boolean {
  return DATES.has(flag) || RECURRING.has(flag) || MANNER.has(flag);
}

/** The last instant that the kernel's 32 bits name; a rule that says no date holds at any. */
const END_OF_TIME = 1n << 62n;
const LAST_SECOND = 86_399;

export function timeOf(options: readonly Option[]): Condition[] {
  const slack = options.some(({ flag }) => flag === "--kerneltz") ? ZONES : 0n;
  return [...span(options, slack), ...recurring(options, slack)];
}

function span(options: readonly Option[], slack: bigint): Condition[] {
  const dates = options.filter(({ flag }) => DATES.has(flag));
  if (dates.length === 0) return [];
  let [from, to] = [0n, END_OF_TIME];
  for (const option of dates) {
    if (option.flag === "--datestart") from = secondsOf(option);
    else to = secondsOf(option);
  }
  return [{ kind: "time", from, to, slack, text: dates.map(printOption).join(" ") }];
}

function recurring(options: readonly Option[], slack: bigint): Condition[] {
  const asked = options.filter(({ flag }) => RECURRING.has(flag));
  if (asked.length === 0) return [];
  const last = (name: string): Option | undefined => asked.findLast(({ flag }) => flag === name);
  const [start, stop] = [last("--timestart"), last("--timestop")];
  const [week, month] = [last("--weekdays"), last("--monthdays")];
  return [
    {
      kind: "recurring",
      weekdays: week === undefined ? every(0, 6) : days(week, every(0, 6), weekday),
      monthDays: month === undefined ? every(1, 31) : days(month, every(1, 31), monthDay),
      start: start === undefined ? 0 : clockOf(start),
      stop: stop === undefined ? LAST_SECOND : clockOf(stop),
      contiguous: options.some(({ flag }) => flag === "--contiguous"),
      slack,
      text: asked.map(printOption).join(" "),
    },
  ];
}

function every(first: number, last: number): ReadonlySet<number> {
  return new Set(Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

function days(option: Option, all: ReadonlySet<number>, read: (word: string) => number | null): ReadonlySet<number> {
  const named = new Set(
    (option.words[0] ?? "").split(",").map((word) => read(word) ?? refuse(option, "days, separated by commas")),
  );
  return option.negated ? new Set([...all].filter((day) => !named.has(day))) : named;
}

const WEEK = ["su", "mo", "tu", "we", "th", "fr", "sa"];

/** `Mon`, `Mo` or 1 to 7, where 7 is Sunday. */
function weekday(word: string): number | null {
  if (/^[1-7]$/.test(word)) return Number(word) % WEEK.length;
  const index = WEEK.indexOf(word.slice(0, 2).toLowerCase());
  return index < 0 ? null : index;
}

function monthDay(word: string): number | null {
  return /^([1-9]|[12]\d|3[01])$/.test(word) ? Number(word) : null;
}

function clockOf(option: Option): number {
  const match = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(option.words[0] ?? "");
  const [hour, minute, second] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3] ?? 0)];
  if (match === null || hour > 23 || minute > 59 || second > 59) return refuse(option, "a time such as 08:30");
  return (hour * 60 + minute) * 60 + second;
}

function secondsOf(option: Option): bigint {
  const [date = "1970", clock = "00:00:00"] = (option.words[0] ?? "").split("T");
  const [year = "1970", month = "01", day = "01"] = date.split("-");
  const [hour = "00", minute = "00", second = "00"] = clock.split(":");
  const two = (text: string): string => text.padStart(2, "0");
  const at = parseInstant(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`);
  return at === null ? refuse(option, "a date such as 2027-02-23T00:00:00") : BigInt(at / SECOND);
}
