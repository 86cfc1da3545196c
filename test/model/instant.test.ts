import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DAY,
  formatDay,
  formatInstant,
  formatSeconds,
  parseDuration,
  parseInstant,
  SECOND,
} from "../../src/model/instant.ts";

describe("reading a time", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0],
    ["1970-01-01T00:00:00.000001Z", 1],
    ["1970-01-01t00:00:01z", SECOND],
    ["1970-01-01 00:00:01Z", SECOND],
    ["1970-01-02", DAY],
    ["1970-01-01T01:00:00+01:00", 0],
    ["1969-12-31T16:00:00-08:00", 0],
    ["1970-01-01T05:45:00.5+0545", 500_000],
    ["1970-01-01T00:00:00.1234567899Z", 123_456],
    ["1969-12-31T23:59:59.999999Z", -1],
    ["2016-12-31T23:59:60Z", 1_483_228_800 * SECOND],
    ["2024-02-29", 1_709_164_800 * SECOND],
    ["2000-02-29", 951_782_400 * SECOND],
  ])("%s", (text, at) => expect(parseInstant(text)).toBe(at));

  it.each([
    ["2026-02-29", "no leap year"],
    ["1900-02-29", "no leap year either"],
    ["2026-02-30T00:00:00Z", "never a day"],
    ["2026-04-31", "thirty days"],
    ["2026-13-01", "a thirteenth month"],
    ["2026-00-10", "no month"],
    ["2026-01-00", "no day"],
    ["2026-01-01T24:00:00Z", "hour 24"],
    ["2026-01-01T00:60:00Z", "minute 60"],
    ["2026-01-01T00:00:61Z", "second 61"],
    ["2026-01-01T00:00:00", "no zone"],
    ["2026-01-01T00:00:00+24:00", "an offset of a day"],
    ["2026-01-01T00:00:00+01:60", "an offset of sixty minutes"],
    ["2026-01-01T00:00:00.Z", "a point without digits"],
    ["26-01-01", "two digits of a year"],
    ["0026-01-01", "a year that Date takes for 1926"],
    ["2026-1-1", "one digit of a month"],
    [" 2026-01-01", "a blank"],
    ["2026-01-01\n", "a line end"],
    ["1764547200", "seconds"],
    ["", "nothing"],
  ])("%j is refused: %s", (text) => expect(parseInstant(text)).toBeNull());

  it("agrees with Date on every day and second", () => {
    const seconds = fc.integer({ min: -59_000_000_000, max: 8_000_000_000 });
    fc.assert(
      fc.property(seconds, (s) => {
        expect(parseInstant(new Date(s * 1000).toISOString())).toBe(s * SECOND);
      }),
    );
  });

  it("is the same for the form that is written here as for its other spellings", () => {
    const two = fc.nat({ max: 99 }).map((n) => String(n).padStart(2, "0"));
    const parts = fc.record({
      day: fc.tuple(two, two, two, two),
      time: fc.tuple(two, two, two),
      micros: fc.nat(999_999),
    });
    fc.assert(
      fc.property(parts, ({ day: [century, year, month, day], time, micros }) => {
        const text = `${century}${year}-${month}-${day}T${time.join(":")}.${String(micros).padStart(6, "0")}Z`;
        expect(parseInstant(text)).toBe(parseInstant(`${text.slice(0, -1)}0z`));
      }),
      { numRuns: 5000, examples: [[{ day: ["20", "26", "11", "01"], time: ["23", "59", "60"], micros: 0 }]] },
    );
  });

  it("takes an offset off", () => {
    const offset = fc.record({ sign: fc.constantFrom(1, -1), h: fc.nat({ max: 23 }), m: fc.nat({ max: 59 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), offset, (s, { sign, h, m }) => {
        const local = new Date((s + sign * (h * 3600 + m * 60)) * 1000).toISOString().slice(0, 19);
        const zone = `${sign > 0 ? "+" : "-"}${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
        expect(parseInstant(`${local}${zone}`)).toBe(s * SECOND);
      }),
    );
  });
});

describe("writing a time", () => {
  const at = fc.integer({ min: -59_000_000_000 * SECOND + 1, max: Number.MAX_SAFE_INTEGER });

  it("reads back to the microsecond", () => {
    fc.assert(
      fc.property(at, (t) => {
        expect(parseInstant(formatInstant(t))).toBe(t);
      }),
    );
  });

  it("tells seconds apart that are remembered at one place", () => {
    const seconds = [0, 1024, 0, -1024, 2 ** 32, 0].map((second) => formatInstant(second * SECOND));
    expect(seconds).toEqual([
      "1970-01-01T00:00:00.000000Z",
      "1970-01-01T00:17:04.000000Z",
      "1970-01-01T00:00:00.000000Z",
      "1969-12-31T23:42:56.000000Z",
      "2106-02-07T06:28:16.000000Z",
      "1970-01-01T00:00:00.000000Z",
    ]);
  });

  it("cuts seconds and days downwards", () => {
    fc.assert(
      fc.property(at, (t) => {
        expect(parseInstant(formatSeconds(t))).toBe(Math.floor(t / SECOND) * SECOND);
        expect(parseInstant(formatDay(t))).toBe(Math.floor(t / DAY) * DAY);
      }),
    );
  });

  it("keeps the order as text", () => {
    fc.assert(
      fc.property(at, at, (a, b) => {
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
      }),
    );
  });
});

describe("reading a duration", () => {
  it.each([
    ["90d", 90 * DAY],
    ["12h", DAY / 2],
    ["30m", 1800 * SECOND],
    ["1s", SECOND],
    ["2w", 14 * DAY],
    ["36525d", 36_525 * DAY],
  ])("%s", (text, length) => expect(parseDuration(text)).toBe(length));

  it.each(["", "d", "90", "0d", "-1d", "1.5d", "1D", "1 d", "1y", "36526d", "9999999999s", "1d1h"])(
    "%j is refused",
    (text) => expect(parseDuration(text)).toBeNull(),
  );
});
