/** Go's numbers and durations: the values, and that no text keeps the reader. */
import { expect, test } from "vitest";
import {
  isByteLimit,
  isInteger,
  parseFloat64,
  parseGoDuration,
  printFloat64,
} from "../../../src/dialect/fpl/go-number.ts";

test.each([
  ["0", 0],
  ["-0", 0],
  ["1h", 3_600_000_000],
  ["1h30m", 5_400_000_000],
  ["-1.5s", -1_500_000],
  [".5ms", 500],
  ["2.us", 2],
  ["2µs", 2],
  ["2μs", 2],
  ["1500ns", 1.5],
  ["", null],
  ["1", null],
  [".s", null],
  ["30d", null],
  ["1h ", null],
  ["9".repeat(18) + "h", null],
])("the duration %j is %s microseconds", (text, microseconds) => expect(parseGoDuration(text)).toBe(microseconds));

test.each([
  ["1", 1],
  ["+1.5", 1.5],
  ["1.", 1],
  [".5", 0.5],
  ["-2e3", -2000],
  ["-inf", -Infinity],
  ["NaN", Number.NaN],
  [".", null],
  ["1e", null],
  ["0x1", null],
  ["1_0", 10],
  ["4_4_3_0.0_1", 4430.01],
  ["0x_1p4", 16],
  ["-0x1.8p1", -3],
  ["0X.8P1", 1],
  ["0xp1", null],
  ["1__0", null],
  ["_1", null],
  ["1_", null],
  ["0b1", null],
  ["1e999", null],
])("the number %j is %s", (text, value) => expect(parseFloat64(text)).toBe(value));

test.each([
  ["9223372036854775807", true],
  ["9223372036854775808", false],
  ["-9223372036854775808", true],
  ["1.0", false],
])("%s is an int64: %s", (text, expected) => expect(isInteger(text)).toBe(expected));

test.each([
  ["500mb", true],
  [" 1 KB ", true],
  ["7", true],
  ["0b", false],
  ["1.5gb", false],
  ["8388608tb", false],
  ["8388607tb", true],
])("%j is a limit in bytes: %s", (text, expected) => expect(isByteLimit(text)).toBe(expected));

test.each([
  ["durations", () => parseGoDuration(`${"12m".repeat(60)}x`)],
  ["digits", () => parseFloat64(`${"1".repeat(1 << 20)}x`)],
])("%s without end are refused at once", (_, parse) => expect(parse()).toBeNull());

test.each([
  [443, "443"],
  [-0, "-0"],
  [999_999.5, "999999.5"],
  [1_000_000, "1e+06"],
  [12_345_678.25, "1.234567825e+07"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1e100, "1e+100"],
  [-Infinity, "-Inf"],
])("the number %d is printed %s", (value, text) => expect(printFloat64(value)).toBe(text));
