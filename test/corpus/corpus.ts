/** The corpus of captures that nobody here wrote, and what others say is in them. A user's clone has none: tests are passed over. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = new URL("../../../shared/corpus/", import.meta.url);

export const captures: readonly string[] = existsSync(root) ? readdirSync(new URL("captures/", root)).sort() : [];

export const pathOf = (capture: string): string => fileURLToPath(new URL(`captures/${capture}`, root));

/** The capture, decompressed. */
export function load(capture: string): Uint8Array {
  const bytes = readFileSync(pathOf(capture));
  return new Uint8Array(capture.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

/** The rows below the heading of a table in `expected/`. */
export function rowsOf(table: string): string[][] {
  const [, ...rows] = readFileSync(new URL(`expected/${table}`, root), "utf8")
    .trimEnd()
    .split("\n");
  return rows.map((row) => row.split("\t"));
}

const status = new Map(captures.length === 0 ? [] : rowsOf("STATUS.tsv").map((row) => [row[0], row] as const));

/** Captures that tshark reads to their end. */
export const whole: readonly string[] = captures.filter((capture) => status.get(capture)?.[1] === "0");

/** How many packets tshark counts in a capture. */
export const packetsIn = (capture: string): number => Number(status.get(capture)?.[2]);

/** Files of that name which others' test suites expect for a capture. */
export function opinions(capture: string, name: string): string[] {
  const folder = new URL(`second_opinion/${capture}/`, root);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(`/${name}`));
  return files.sort().map((file) => readFileSync(new URL(file, folder), "utf8"));
}
