/** Keeps a run store within its bounds: what was not used for the longest time goes first. */
import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../model/compare.ts";
import { quietly } from "./quietly.ts";

export interface Bounds {
  readonly bytes: number;
  readonly entries: number;
}

export const BOUNDS: Bounds = { bytes: 2 ** 30, entries: 100_000 };

/** What a program that was killed left behind; one that is still at work renames its file within moments. */
const ABANDONED_MS = 3_600_000;

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly used: number;
}

/**
 * What is not named as this store names its own is somebody else's and stays, and no link is followed: `.sallyport` of
 * a checkout is made by others, and may say that `runs` is `/etc`.
 */
const QUESTION = /^[0-9a-f]{64}$/;
const ENTRY = /^[0-9a-f]{64}\.(jsonl|\d+-\d+\.tmp)$/;

export function prune(folder: string, bounds: Bounds, now: number): void {
  const runs = join(folder, "runs");
  let [bytes, entries] = [0, 0];
  for (const entry of entriesOf(runs).sort((a, b) => b.used - a.used || compareText(a.path, b.path))) {
    const abandoned = entry.path.endsWith(".tmp") && now - entry.used > ABANDONED_MS;
    bytes += entry.bytes;
    entries++;
    if (abandoned || bytes > bounds.bytes || entries > bounds.entries) quietly(() => rmSync(entry.path));
  }
  // Only an empty folder goes: one that another program has just written to stays.
  for (const path of questionsIn(runs)) if (namesIn(path).length === 0) quietly(() => rmdirSync(path));
}

function entriesOf(runs: string): Entry[] {
  return questionsIn(runs).flatMap((folder) =>
    namesIn(folder).flatMap((name): Entry[] => {
      const path = join(folder, name);
      const info = ENTRY.test(name) ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
      return info?.isFile() ? [{ path, bytes: info.size, used: info.mtimeMs }] : [];
    }),
  );
}

function questionsIn(runs: string): string[] {
  return namesIn(runs)
    .filter((name) => QUESTION.test(name))
    .map((name) => join(runs, name))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory());
}

function namesIn(folder: string): string[] {
  return quietly(() => readdirSync(folder)) ?? [];
}
