import { describe, expect, test } from "vitest";
import { flood } from "./flood.ts";
import { FLOODS } from "./floods.ts";

/** What docs/captures-limits.md promises for one run, however long. */
const PROMISED = 320 << 20;

describe("a flood fills a table, which says so, and memory stays where it is", () => {
  test.for(FLOODS)("$name", (each) => {
    const { run, held } = flood(each, each.timesInTests);
    expect(run.run.records).toBe(each.timesInTests * each.unit.packets);
    expect(Object.keys(run.run.rejected)).toEqual(expect.arrayContaining([...each.reports]));
    expect(Object.keys(run.run.rejected)).not.toContain(each.spares);
    expect(run.run.blindSpots).toEqual(expect.arrayContaining([...(each.blindSpots ?? [])]));
    expect(held).toBeLessThan(PROMISED);
  });
});
