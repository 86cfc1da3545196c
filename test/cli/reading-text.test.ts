import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Reading, readingText } from "../../src/cli/reading-text.ts";

const GIB = 2 ** 30;
const reading = (more: Partial<Reading>): Reading => ({
  records: 1_234_567,
  bytes: GIB / 2,
  total: 2 * GIB,
  runs: 1,
  done: 0,
  seconds: 2,
  ...more,
});

describe("how far a read has come", () => {
  test.each([
    ["a file", {}, "1 234 567 records, 512 MiB of 2.00 GiB, 256 MiB/s, 6 s left"],
    [
      "one of several",
      { runs: 20, done: 4 },
      "run 5 of 20, 1 234 567 records, 512 MiB of 2.00 GiB, 256 MiB/s, 6 s left",
    ],
    [
      "the last of several",
      { runs: 20, done: 20 },
      "run 20 of 20, 1 234 567 records, 512 MiB of 2.00 GiB, 256 MiB/s, 6 s left",
    ],
    ["a pipe, whose end nobody knows", { total: null }, "1 234 567 records, 512 MiB, 256 MiB/s"],
    ["a pipe that has brought nothing yet", { total: null, records: 0, bytes: 0 }, "0 records, 0 B, 0 B/s"],
    ["a file nothing was read of", { records: 0, bytes: 0 }, "0 records, 0 B of 2.00 GiB, 0 B/s"],
    ["a file that grew", { bytes: 3 * GIB }, "1 234 567 records, 3.00 GiB of 2.00 GiB, 1.50 GiB/s, 0 s left"],
    ["minutes", { bytes: 10_000_000 }, "1 234 567 records, 9.54 MiB of 2.00 GiB, 4.77 MiB/s, 7 min 8 s left"],
    ["hours", { bytes: 500_000 }, "1 234 567 records, 488 KiB of 2.00 GiB, 244 KiB/s, 2 h 24 min left"],
    ["few", { records: 999, bytes: 1023, total: 1024 }, "999 records, 1023 B of 1.00 KiB, 512 B/s, 1 s left"],
    ["a size just below the next unit", { bytes: GIB - 1, total: null }, "1 234 567 records, 1.00 GiB, 512 MiB/s"],
    ["tens", { bytes: 50 * 2 ** 20, total: null }, "1 234 567 records, 50.0 MiB, 25.0 MiB/s"],
  ] as const)("%s", (_, more, text) => expect(readingText(reading(more), 100)).toBe(text));

  test.each([
    [72, "run 5 of 20, 1 234 567 records, 512 MiB of 2.00 GiB, 256 MiB/s, 6 s left"],
    [71, "1 234 567 records, 512 MiB of 2.00 GiB, 256 MiB/s, 6 s left"],
    [58, "512 MiB of 2.00 GiB, 256 MiB/s, 6 s left"],
    [39, "256 MiB/s, 6 s left"],
    [18, "6 s left"],
    [3, "6 s"],
    [0, ""],
    [-1, ""],
  ])("in %i columns", (width, text) => expect(readingText(reading({ runs: 20, done: 4 }), width)).toBe(text));

  test("fits every width and says nothing but words and numbers, whatever was read", () => {
    const count = fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }).map(Math.floor);
    const any = fc.record({
      records: count,
      bytes: count,
      total: fc.option(count),
      runs: fc.integer({ min: 1, max: 100_000 }),
      done: fc.nat(100_000),
      seconds: fc.double({ min: 1, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 200 }), (one, width) => {
        const text = readingText(one, width);
        expect(text.length).toBeLessThanOrEqual(width);
        expect(text).toMatch(/^[\w .,/]*$/);
        expect(text).not.toMatch(/NaN|Infinity|undefined|e\+/);
      }),
    );
  });
});
