/** Prefixes that were chosen for the packet filters, nested ones among them, in the real kernel: it says what our own reading says. */
import { describe, expect, test } from "vitest";
import { candidateLayer, printCandidate } from "../../src/dialect/index.ts";
import { DAY, formatSeconds } from "../../src/model/instant.ts";
import type { Prefix } from "../../src/model/prefix.ts";
import { address, candidate, rule } from "../support/build.ts";
import { kernelVerdicts } from "./namespace.ts";

const STAND = { hook: "output", source: null, interface: null } as const;
const NOW = Date.now() * 1000;
const expires = formatSeconds(NOW + DAY);

const told = (id: string, name: string, at: string, ...prefixes: readonly string[]): ReturnType<typeof rule> =>
  rule(name, [at], {
    id: `00000000000${id}`,
    expires,
    chosen: {
      kind: "published",
      detail: "",
      prefixes: prefixes as readonly Prefix[],
      reason: "asked for",
      enough: true,
    },
  });

const CHOSEN = candidate([
  told("a", "a.example", "192.0.2.1", "192.0.2.0/28", "2001:db8::/64"),
  told("b", "b.example", "192.0.2.2", "192.0.2.0/24", "2001:db8::/48"),
  told("c", "c.example", "203.0.113.130", "203.0.113.128/25"),
  rule("d.example", ["192.0.2.3", "203.0.113.1"], { id: "00000000000d", expires }),
]);
const printed = printCandidate(CHOSEN, NOW, STAND);

const QUESTIONS = [
  "192.0.2.0",
  "192.0.2.3",
  "192.0.2.15",
  "192.0.2.255",
  "192.0.3.0",
  "192.0.1.255",
  "203.0.113.1",
  "203.0.113.2",
  "203.0.113.127",
  "203.0.113.128",
  "203.0.113.254",
  "2001:db8::1",
  "2001:db8:0:1::1",
  "2001:db8:1::1",
].flatMap((at) => [443, 444].map((port) => ({ transport: "tcp" as const, address: address(at), port })));

describe.each([
  ["nftables", "nft -f candidate.nft && nft -f candidate.nft"],
  ["iptables", "iptables-nft-restore -n rules.v4 && ip6tables-nft-restore -n rules.v6"],
] as const)("%s", (dialect, load) => {
  test("every question is answered alike by the kernel and by us", () => {
    const layer = candidateLayer(CHOSEN, printed, dialect, NOW, STAND);
    const ours = QUESTIONS.map((question) => layer.decide({ ...question, name: null }, NOW).verdict);
    expect(new Set(ours)).toEqual(new Set(["permit", "deny"]));
    expect(kernelVerdicts(load, Object.fromEntries(printed.files), QUESTIONS)).toEqual(ours);
  });
});

/** So many that iptables gets them as sets; in both families, prefixes of every length beside addresses. */
const MANY = candidate([
  ...CHOSEN.rules,
  ...Array.from({ length: 120 }, (_, i) =>
    rule(`n${i}.example`, [`198.51.100.${i}`, `2001:db8:f::${i.toString(16)}`], {
      id: (0x1000 + i).toString(16).padStart(12, "0"),
      expires,
    }),
  ),
]);

describe.each(["nft", "legacy"])("sets of prefixes and addresses, iptables-%s", (backend) => {
  test("every question is answered alike by the kernel and by us", () => {
    const sets = printCandidate(MANY, NOW, STAND);
    expect(sets.files.get("candidate.ipset")).toMatch(/^create \S+ hash:net,port family inet /m);
    const load = `ipset -exist restore < candidate.ipset && iptables-${backend}-restore -n rules.v4 && ip6tables-${backend}-restore -n rules.v6`;
    const more = ["198.51.100.0", "198.51.100.119", "198.51.100.120", "2001:db8:f::77", "2001:db8:f::78"].map((at) => ({
      transport: "tcp" as const,
      address: address(at),
      port: 443,
    }));
    const questions = [...QUESTIONS, ...more];
    const layer = candidateLayer(MANY, sets, "iptables", NOW, STAND);
    const ours = questions.map((question) => layer.decide({ ...question, name: null }, NOW).verdict);
    expect(new Set(ours)).toEqual(new Set(["permit", "deny"]));
    expect(kernelVerdicts(load, Object.fromEntries(sets.files), questions)).toEqual(ours);
  });
});
