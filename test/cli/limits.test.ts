import { describe, expect, test } from "vitest";
import { limitsOf } from "../../src/cli/limits.ts";

describe("the limits of address rules", () => {
  test.each([
    [null, null, null, null],
    ["0.95", null, 0.95, null],
    ["1", "0", 1, 0n],
    ["0", "340282366920938463463374607431768211456", 0, 1n << 128n],
    [".5", "4096", 0.5, 4096n],
  ])("%s and %s", (rate, exposure, minHitRate, maxExposure) => {
    expect(limitsOf(rate, exposure)).toEqual({ minHitRate, maxExposure });
  });

  test.each([["95"], ["95%"], ["-0.5"], ["1.5"], ["1e-1"], ["NaN"], [""]])("--min-hit-rate %s is refused", (rate) => {
    expect(() => limitsOf(rate, null)).toThrow(`--min-hit-rate: expected a share such as 0.95, not ${rate}`);
  });

  test.each([["-1"], ["1.5"], ["a lot"], [""], ["9".repeat(40)]])("--max-exposure %s is refused", (exposure) => {
    expect(() => limitsOf(null, exposure)).toThrow("--max-exposure: expected a number of addresses");
  });
});
