/** Candidates of odd shapes, printed and loaded twice by the real programs. */
import { describe, expect, it } from "vitest";
import { printIptables } from "../../src/dialect/iptables/index.ts";
import { printNftables } from "../../src/dialect/nftables/index.ts";
import type { Candidate } from "../../src/model/candidate.ts";
import { parseAddress } from "../../src/model/address.ts";
import { AT_OUTPUT, candidateOf, HOSTILE, NOW } from "../dialect/packet/bakery.ts";
import { kernelVerdicts } from "./namespace.ts";

const LONG = `${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.com`;
const QUESTIONS = [
  { transport: "tcp", address: parseAddress("192.0.2.1"), port: 443 },
  { transport: "tcp", address: parseAddress("2001:db8::1"), port: 443 },
  { transport: "tcp", address: parseAddress("203.0.113.1"), port: 443 },
] as const;

// More in one batch is refused in a namespace of a user, whatever the rules are.
const many = Array.from({ length: 800 }, (_, i) => ({
  addresses: [`10.${i >> 8}.${i & 255}.1`],
  port: 1 + (i % 5000),
}));

const odd: readonly (readonly [string, Candidate, readonly string[]])[] = [
  ["no rule", candidateOf([]), ["deny", "deny", "deny"]],
  ["one rule", candidateOf([{ addresses: ["192.0.2.1"] }]), ["permit", "deny", "deny"]],
  ["IPv6 alone", candidateOf([{ addresses: ["2001:db8::1"] }]), ["deny", "permit", "deny"]],
  [
    "a long name and a hostile reason",
    candidateOf([{ name: LONG, addresses: ["192.0.2.1"], changes: { reason: HOSTILE, owner: HOSTILE } }]),
    ["permit", "deny", "deny"],
  ],
  ["many rules", candidateOf([...many, { addresses: ["192.0.2.1"] }]), ["permit", "deny", "deny"]],
];

describe.each(odd)("%s", (_, candidate, expected) => {
  it("in nft", () => {
    const files = { "c.nft": printNftables(candidate, NOW, AT_OUTPUT).text };
    expect(kernelVerdicts("nft -f c.nft && nft -f c.nft", files, QUESTIONS)).toEqual(expected);
  });

  it.each(["nft", "legacy"])("in iptables-%s", (backend) => {
    const { v4, v6, sets } = printIptables(candidate, NOW, AT_OUTPUT);
    const load = `ipset -exist restore < s && iptables-${backend}-restore --noflush 4 && ip6tables-${backend}-restore --noflush 6`;
    expect(kernelVerdicts(`${load} && ${load}`, { "4": v4, "6": v6, s: sets ?? "" }, QUESTIONS)).toEqual(expected);
  });
});
