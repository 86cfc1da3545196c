/** Estimates of twelve tables against results in exact fractions, cross-checked with vegan, SpadeR and iNEXT. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseIncidence } from "../../src/merge/coverage/csv.ts";
import { statistics } from "../../src/merge/coverage/statistics.ts";

const FOLDER = new URL("../../../shared/reference/statistics/", import.meta.url);

interface Expected extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly file: string;
}
const read = (path: string): string => readFileSync(new URL(path, FOLDER), "utf8");
const { tables } = existsSync(FOLDER)
  ? (JSON.parse(read("expected.json")) as { readonly tables: readonly Expected[] })
  : { tables: [] };

/** Each number, text and null of a document, by its path. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}/${key}`));
}

describe.skipIf(tables.length === 0).each(tables)("table $id", ({ file, ...expected }) => {
  const found = new Map(leaves(statistics(parseIncidence(read(file), file))));
  const wanted = leaves(expected).filter(([path]) => !/^\/(id|split|kinds)\b/.test(path));

  test("has every key", () => {
    expect([...found.keys()].sort()).toEqual(wanted.map(([path]) => path).sort());
  });

  test.each(wanted)("%s is %s", (path, value) => {
    const got = found.get(path);
    if (typeof value !== "number" || typeof got !== "number") {
      expect(got).toBe(value);
      return;
    }
    const tolerance = path.startsWith("/rarefaction_sd") ? 1e-6 : 1e-9 * Math.max(1, Math.abs(value));
    expect(Math.abs(got - value)).toBeLessThanOrEqual(tolerance);
  });
});
