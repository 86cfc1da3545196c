/** The dates that the engine reads, and those that make a condition fail. */
import { expect, test } from "vitest";
import { parseDate } from "../../../../src/dialect/fpl/expr/date.ts";
import { formatInstant } from "../../../../src/model/instant.ts";

test.each([
  ["2027-01-31", "2027-01-31T00:00:00"],
  ["2027-01-31 9:05:06", "2027-01-31T09:05:06"],
  ["2027-01-31T23:00:00.5+02:00", "2027-01-31T21:00:00.5"],
  ["2027-01-31T9:00:00Z", "2027-01-31T09:00:00"],
  ["31 Jan 27 10:00 MST", "2027-01-31T10:00:00"],
  ["31 JAN 70 10:00 GMT+3", "1970-01-31T10:00:00"],
  ["Sunday, 31-Jan-27 10:00:00 CEST", "2027-01-31T10:00:00"],
  ["Mon, 31 jan 2027 10:00:00 -07", "2027-01-31T10:00:00"],
])("%s is %s", (text, instant) => {
  expect(formatInstant(parseDate(text) ?? 0)).toContain(instant);
});

test.each([
  "",
  "soon",
  " 2027-01-31",
  "2027-1-31",
  "2027-02-30",
  "2027-01-31T10:00:00",
  "2027-01-31T24:00:00Z",
  "2027-01-31T10:00:00z",
  "2027-01-31T10:00:00+0200",
  "31 Jan 2027",
  "31 Jan 2027 10:00 UTC",
  "31 January 27 10:00 UTC",
  "30 Feb 27 10:00 UTC",
  "31 Jan 27 10:00 utc",
  "31 Jan 27 10:00 ABCD",
  "Mon, 31 Jan 27 10:00:00 UTC",
  "Tues, 31 Jan 2027 10:00:00 UTC",
  "Jan 31, 2027",
])("%j is no date", (text) => expect(parseDate(text)).toBeNull());
