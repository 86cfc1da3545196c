import { describe, expect, it } from "vitest";
import { loadNftables, parseZone } from "../../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { parseInstant } from "../../../src/model/instant.ts";

function verdict(rule: string, at: string, zone: string | null): string {
  const text = `table inet t {\nchain o {\ntype filter hook output priority 0; policy drop;\n${rule} accept\n}\n}\n`;
  const told = zone === null ? null : parseZone(zone);
  const layer = loadNftables([{ path: "p.nft", text, ...(told !== null && { zone: told }) }]);
  const question = { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 } as const;
  return layer.decide(question, parseInstant(at) ?? 0).verdict;
}

describe("the hour", () => {
  it.each([
    ['meta hour "09:00"-"17:00"', "2026-11-21T09:00:00Z", "UTC", "permit"],
    ['meta hour "09:00"-"17:00"', "2026-11-21T17:00:00Z", "UTC", "permit"],
    ['meta hour "09:00"-"17:00"', "2026-11-21T17:00:01Z", "UTC", "deny"],
    ['meta hour != "09:00"-"17:00"', "2026-11-21T17:00:01Z", "UTC", "permit"],
    ['meta hour != "00:00"-"17:00"', "2026-11-21T18:00:00Z", "UTC", "permit"],
    ['meta hour != "00:00"-"17:00"', "2026-11-21T03:00:00Z", "UTC", "deny"],
    ['meta hour "23:00"-"02:00"', "2026-11-21T23:00:00Z", "UTC", "deny"],
    ['meta hour "23:00"-"02:00"', "2026-11-21T23:00:01Z", "UTC", "permit"],
    ['meta hour "23:00"-"02:00"', "2026-11-21T12:00:00Z", "UTC", "deny"],
    ['meta hour "09:00"-"17:00"', "2026-11-21T08:30:00Z", "+02:00", "permit"],
    ['meta hour "09:00"-"17:00"', "2026-11-21T16:00:00Z", "+02:00", "deny"],
    ['meta hour < "09:00"', "2026-11-21T06:00:00Z", "+02:00", "permit"],
    ["meta hour 32400-61200", "2026-11-21T09:00:00Z", "+02:00", "permit"],
    // Nobody recorded whether it was loaded in summer or in winter.
    ['meta hour "09:00"-"17:00"', "2026-11-21T07:30:00Z", "Europe/Vienna", "unknown"],
    ['meta hour "09:00"-"17:00"', "2026-11-21T12:00:00Z", "Europe/Vienna", "permit"],
    ['meta hour "09:00"-"17:00"', "2026-11-21T12:00:00Z", null, "unknown"],
    ["meta hour 32400-61200", "2026-11-21T12:00:00Z", null, "permit"],
    ["meta hour != 0-86399", "2026-11-21T12:00:00Z", "UTC", "deny"],
    ["meta hour < 0", "2026-11-21T12:00:00Z", null, "deny"],
    ['meta hour "09:00"', "2026-11-21T09:00:00Z", "UTC", "unknown"],
  ])("%s at %s in %s", (rule, at, zone, expected) => {
    expect(verdict(rule, at, zone)).toBe(expected);
  });
});

describe("the day, by a zone that no file says", () => {
  // A Wednesday.
  it.each([
    ["meta day 1-5", "2026-11-18T12:00:00Z", "permit"],
    ['meta day "Wednesday"', "2026-11-18T12:00:00Z", "unknown"],
    ['meta day { "Tue", "wed", 4 }', "2026-11-18T12:00:00Z", "permit"],
    ['meta day != "Sunday"', "2026-11-18T12:00:00Z", "permit"],
    ['meta day { "Saturday", 0 }', "2026-11-18T12:00:00Z", "deny"],
    ['meta day "Noday"', "2026-11-18T12:00:00Z", "unknown"],
  ])("%s at %s", (rule, at, expected) => {
    expect(verdict(rule, at, "UTC")).toBe(expected);
  });
});
