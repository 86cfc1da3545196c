import { describe, expect, test } from "vitest";
import { type Load, threadsWorth } from "../../src/cli/worth.ts";

const MIB = 2 ** 20;
const captures = (...sizes: readonly number[]): Load[] => sizes.map((size) => ({ size: size * MIB, isCapture: true }));
const logs = (...sizes: readonly number[]): Load[] => sizes.map((size) => ({ size: size * MIB, isCapture: false }));

describe("threads", () => {
  const table: readonly (readonly [string, readonly Load[], number, number])[] = [
    ["none for nothing", [], 8, 1],
    ["one for one run, however large", captures(9000), 8, 1],
    ["one for small captures", captures(200, 200, 200), 8, 1],
    ["one for a small capture beside a large one", captures(9000, 200), 8, 1],
    ["as many for large captures as leave V8's own a processor each", captures(600, 600), 8, 4],
    ["one for large captures on two processors", captures(600, 600), 2, 1],
    ["one for large captures on one processor", captures(600, 600), 1, 1],
    ["as many for logs as there are processors", logs(70, 70), 2, 2],
    ["one for small logs", logs(60, 60), 8, 1],
    ["as for logs where most of the work is logs", [...captures(600), ...logs(300)], 4, 4],
  ];
  test.each(table)("%s", (_, loads, processors, expected) => expect(threadsWorth(loads, processors)).toBe(expected));
});
