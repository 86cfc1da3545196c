import { describe, expect, it } from "vitest";
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
import { FROM_HOST } from "../../../src/dialect/packet/packet.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { InputError } from "../../../src/model/error.ts";
import { type Instant, parseInstant } from "../../../src/model/instant.ts";
import type { Verdict } from "../../../src/model/policy.ts";
import { NOW } from "../packet/bakery.ts";

function verdict(rule: string, address: string, now: Instant = NOW, context = FROM_HOST): Verdict {
  const text = `*filter\n:OUTPUT DROP [0:0]\n:FORWARD DROP [0:0]\n${rule}\nCOMMIT\n`;
  const path = address.includes(":") ? "rules.v6" : "rules.v4";
  const layer = loadIptables([{ path, text }], context);
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port: 443 }, now).verdict;
}

describe("masks of any shape", () => {
  it.each([
    ["10.0.0.1/255.0.0.255", "10.9.8.1", "permit"],
    ["10.0.0.1/255.0.0.255", "10.9.8.2", "deny"],
    ["10.0.0.0/255.255.0.0", "10.0.9.9", "permit"],
    ["10.9.9.9/255.0.0.0", "10.0.0.1", "permit"],
    ["10.0.0.9/0.0.0.0", "192.0.2.1", "permit"],
    ["0/0", "192.0.2.1", "permit"],
    ["any/0", "2001:db8::1", "permit"],
    ["10/8", "10.0.0.1", "unknown"],
    ["2001:db8::/ffff:ffff::", "2001:db8:9::1", "permit"],
    ["2001:db8::1/ffff:ffff:0f00:ffff:ffff:ffff:ffff:ffff", "2001:db8:f0ff::1", "permit"],
    ["2001:db8::1/ffff:ffff:0f00:ffff:ffff:ffff:ffff:ffff", "2001:db8:100::1", "deny"],
  ])("-d %s, asked for %s: %s", (mask, address, expected) => {
    expect(verdict(`-A OUTPUT -d ${mask} -j ACCEPT`, address)).toBe(expected);
  });
});

describe("hours and days in UTC", () => {
  // 2026-11-21 is a Saturday.
  it.each([
    ["--timestart 08:00 --timestop 17:00", "2026-11-21T08:00:00Z", "permit"],
    ["--timestart 08:00 --timestop 17:00", "2026-11-21T17:00:00Z", "permit"],
    ["--timestart 08:00 --timestop 17:00", "2026-11-21T17:00:01Z", "deny"],
    ["--timestart 22:00 --timestop 06:00", "2026-11-21T23:00:00Z", "permit"],
    ["--timestart 22:00 --timestop 06:00", "2026-11-21T12:00:00Z", "deny"],
    ["--weekdays Sat,Sun", "2026-11-21T12:00:00Z", "permit"],
    ["--weekdays 6", "2026-11-21T12:00:00Z", "permit"],
    ["--weekdays 7", "2026-11-22T12:00:00Z", "permit"],
    ["! --weekdays Sa", "2026-11-21T12:00:00Z", "deny"],
    ["--monthdays 21,22", "2026-11-21T12:00:00Z", "permit"],
    ["! --monthdays 21", "2026-11-21T12:00:00Z", "deny"],
    ["--timestart 22:00 --timestop 06:00 --weekdays Fri", "2026-11-21T05:00:00Z", "deny"],
    ["--timestart 22:00 --timestop 06:00 --weekdays Fri --contiguous", "2026-11-21T05:00:00Z", "permit"],
    ["--timestart 22:00 --timestop 06:00 --weekdays Sat --contiguous", "2026-11-21T05:00:00Z", "deny"],
    ["--weekdays Sat --datestop 2026-11-20", "2026-11-21T12:00:00Z", "deny"],
    ["--kerneltz --weekdays Sat", "2026-11-21T12:00:00Z", "unknown"],
    ["--kerneltz --weekdays Fri,Sat,Sun", "2026-11-21T12:00:00Z", "permit"],
    ["--kerneltz --weekdays Tue", "2026-11-21T12:00:00Z", "deny"],
  ])("%s at %s: %s", (time, at, expected) => {
    expect(verdict(`-A OUTPUT -m time ${time} -j ACCEPT`, "192.0.2.1", parseInstant(at) ?? 0)).toBe(expected);
  });
});

describe("who sends, and by which way", () => {
  const forwarded = { ...FROM_HOST, hook: "forward", inInterface: "br0", outInterface: "eth0" } as const;
  it.each([
    ["-A OUTPUT -m owner --uid-owner 1000 -j ACCEPT", { ...FROM_HOST, uid: 1000 }, "permit"],
    ["-A OUTPUT -m owner --uid-owner 0-999 -j ACCEPT", { ...FROM_HOST, uid: 1000 }, "deny"],
    ["-A OUTPUT -m owner ! --uid-owner root -j ACCEPT", { ...FROM_HOST, uid: 1000 }, "permit"],
    ["-A OUTPUT -m owner --gid-owner 5 -j ACCEPT", { ...FROM_HOST, uid: 1000 }, "unknown"],
    ["-A OUTPUT -m owner --socket-exists -j ACCEPT", FROM_HOST, "permit"],
    ["-A OUTPUT -o eth+ -j ACCEPT", { ...FROM_HOST, outInterface: "eth1" }, "permit"],
    ["-A OUTPUT ! -o eth0 -j ACCEPT", { ...FROM_HOST, outInterface: "eth0" }, "deny"],
    ["-A FORWARD -i br0 -o eth0 -j ACCEPT", forwarded, "permit"],
    ["-A FORWARD -i br1 -j ACCEPT", forwarded, "deny"],
    ["-A FORWARD -m addrtype --src-type LOCAL -j ACCEPT", forwarded, "deny"],
  ])("%s", (rule, context, expected) => {
    expect(verdict(rule, "192.0.2.1", NOW, context)).toBe(expected);
  });
});

describe("what the loader refuses is refused with a place", () => {
  it.each([
    ["-A OUTPUT -m conntrack --ctstate NEWISH -j ACCEPT", 'unexpected "NEWISH" after --ctstate, expected NEW,'],
    [
      "-A OUTPUT -m time --timestop 24:00 -j ACCEPT",
      'unexpected "24:00" after --timestop, expected a time such as 08:30',
    ],
    ["-A OUTPUT -m time --weekdays Mon,Moonday -j ACCEPT", null],
    ["-A OUTPUT -m time --weekdays never -j ACCEPT", 'unexpected "never" after --weekdays, expected days'],
    ["-A OUTPUT -m time --monthdays 32 -j ACCEPT", 'unexpected "32" after --monthdays, expected days'],
    ["-A OUTPUT -p tcp --dport 90:80 -j ACCEPT", 'unexpected "90:80" after --dport, expected a range'],
    ["-A OUTPUT -m set --match-set s there -j ACCEPT", 'unexpected "s" after --match-set, expected the name of a set'],
  ])("%s", (rule, message) => {
    const ask = (): Verdict => verdict(rule, "192.0.2.1");
    if (message === null) expect(ask).not.toThrow();
    else {
      expect(ask).toThrow(InputError);
      expect(ask).toThrow(message);
    }
  });
});
