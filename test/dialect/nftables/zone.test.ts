import { describe, expect, it } from "vitest";
import { instantsOf, parseZone } from "../../../src/dialect/nftables/zone.ts";

const seconds = (text: string): number => Date.parse(text) / 1000;
const read = (local: string, zone: string): string[] => {
  const { first, last } = instantsOf(seconds(`${local}Z`), parseZone(zone));
  return [first, last].map((each) => new Date(each * 1000).toISOString().slice(0, 16));
};

describe("a local date in a zone", () => {
  it.each([
    ["UTC", "2026-07-01T00:00", "2026-07-01T00:00"],
    ["+02:00", "2026-07-01T00:00", "2026-06-30T22:00"],
    ["-0330", "2026-07-01T00:00", "2026-07-01T03:30"],
    ["America/New_York", "2026-07-01T00:00", "2026-07-01T04:00"],
    ["America/New_York", "2026-12-01T00:00", "2026-12-01T05:00"],
    ["Europe/Vienna", "2026-07-01T00:00", "2026-06-30T22:00"],
  ])("%s: %s is %s UTC", (zone, local, utc) => {
    expect(read(local, zone)).toEqual([utc, utc]);
  });

  it("is one of two instants about a change of the clocks, where nft loads and lists differently", () => {
    // Loaded as 09:30 UTC (tried with nft 1.0.6), listed for 10:30.
    expect(read("2026-11-01T05:30", "America/New_York")).toEqual(["2026-11-01T09:30", "2026-11-01T10:30"]);
  });

  it("is within a day's zones where nobody said which", () => {
    const { first, last } = instantsOf(0, null);
    expect([first, last]).toEqual([-14 * 3600, 14 * 3600]);
  });
});

it.each(["", "Mars/Base", "+25:00", "+2", "utc", "Europe", "../etc", "Europe/Vienna/../.."])(
  "%j is no zone",
  (text) => {
    expect(parseZone(text)).toBeNull();
  },
);
