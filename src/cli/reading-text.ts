/** How far a read has come, in words that fit a line. It names no file, so nothing of an input can act in the terminal. */

export interface Reading {
  readonly records: number;
  /** As stored. */
  readonly bytes: number;
  /** Bytes there are; null where nobody knows. */
  readonly total: number | null;
  readonly runs: number;
  /** Runs read to their end. */
  readonly done: number;
  readonly seconds: number;
}

/** Where the line is too narrow for all, what matters least is left out: the run first, the time left last. */
export function readingText(reading: Reading, width: number): string {
  const parts = partsOf(reading);
  while (parts.length > 1 && parts.join(", ").length > width) parts.shift();
  return parts.join(", ").slice(0, Math.max(0, width));
}

function partsOf({ records, bytes, total, runs, done, seconds }: Reading): string[] {
  const rate = bytes / seconds;
  // A file may grow while it is read.
  const left = total === null ? null : Math.max(0, total - bytes) / rate;
  return [
    ...(runs > 1 ? [`run ${Math.min(done + 1, runs)} of ${runs}`] : []),
    `${grouped(records)} records`,
    total === null ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(total)}`,
    `${sizeText(rate)}/s`,
    ...(left !== null && Number.isFinite(left) ? [`${durationText(left)} left`] : []),
  ];
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Three figures at least, so that a slow read is seen to move. */
function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(unit > 0 && value < 9.995 ? 2 : unit > 0 && value < 99.95 ? 1 : 0)} ${UNITS[unit]}`;
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.ceil(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
