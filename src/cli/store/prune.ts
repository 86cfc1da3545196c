/** Keeps a run store within its bounds: what was not used for the longest time goes first. */
import { readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
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

export function prune(folder: string, bounds: Bounds, now: number): void {
  const runs = join(folder, "runs");
  let [bytes, entries] = [0, 0];
  for (const entry of entriesOf(runs).sort((a, b) => b.used - a.used || compareText(a.path, b.path))) {
    const abandoned = entry.path.endsWith(".tmp") && now - entry.used > ABANDONED_MS;
    bytes += entry.bytes;
    entries++;
    if (abandoned || bytes > bounds.bytes || entries > bounds.entries) quietly(() => rmSync(entry.path));
  }
  for (const question of namesIn(runs)) {
    // Only an empty folder goes: one that another program has just written to stays.
    if (namesIn(join(runs, question)).length === 0) quietly(() => rmdirSync(join(runs, question)));
  }
}

function entriesOf(runs: string): Entry[] {
  return namesIn(runs).flatMap((question) =>
    namesIn(join(runs, question)).flatMap((name): Entry[] => {
      const path = join(runs, question, name);
      const info = statSync(path, { throwIfNoEntry: false });
      return info?.isFile() ? [{ path, bytes: info.size, used: info.mtimeMs }] : [];
    }),
  );
}

function namesIn(folder: string): string[] {
  return quietly(() => readdirSync(folder)) ?? [];
}
