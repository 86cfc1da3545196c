/** What nft refuses to load and what it loads, one rule or set at a time, and whether we say the same, at the same place. */
import { describe, expect, it } from "vitest";
import { loadNftables } from "../../src/dialect/nftables/index.ts";
import { InputError } from "../../src/model/error.ts";
import { run } from "./namespace.ts";

/** A rule in a table, and before it what the table holds besides. */
type Case = readonly [family: "ip" | "ip6" | "inet", rule: string, more?: string];

const set = (type: string, elements: string, flags = "interval"): string =>
  `set s {\ntype ${type}\n${flags === "" ? "" : `flags ${flags}\n`}elements = { ${elements} }\n}`;

const map = (type: string, elements: string, flags = "interval"): string =>
  set(type, elements, flags).replace("set", "map");

const REFUSED: readonly Case[] = [
  ["inet", "tcp dport 80 udp dport 53 accept"],
  ["ip", "udp dport 53 tcp dport 80 accept"],
  ["inet", "tcp dport 80 sctp dport 53 accept"],
  ["inet", "tcp sport 1 udp sport 2 accept"],
  ["inet", "tcp flags syn udp dport 1 accept"],
  ["ip", "ip protocol tcp udp dport 53 accept"],
  ["inet", "meta l4proto tcp udp dport 53 accept"],
  ["inet", "meta l4proto 6 udp dport 53 accept"],
  ["inet", "meta l4proto icmp tcp dport 53 accept"],
  ["ip6", "ip6 nexthdr tcp udp dport 5 accept"],
  ["ip6", "ip6 nexthdr icmpv6 tcp dport 5 accept"],
  ["ip", "tcp dport 80 icmp type 8 accept"],
  ["inet", "icmp type 8 icmpv6 type 128 accept"],
  ["inet", "tcp dport . udp dport { 1 . 1 } accept"],
  ["inet", "udp dport 53 tcp dport vmap { 80 : accept }"],
  ["ip", "ip6 saddr ::1 accept"],
  ["ip", "ip6 nexthdr tcp accept"],
  ["ip6", "ip daddr 192.0.2.1 accept"],
  ["ip6", "ip protocol tcp accept"],
  ["inet", "ip daddr 192.0.2.1 ip6 daddr ::1 accept"],
  ["inet", "ip6 saddr ::1 ip daddr 192.0.2.1 accept"],
  ["inet", "ip saddr . ip6 daddr { 192.0.2.1 . ::1 } accept"],
  ["inet", "meta nfproto ipv4 ip6 daddr ::1 accept"],
  ["inet", "meta nfproto ipv6 ip daddr 192.0.2.1 accept"],
  ["inet", "icmp type 8 ip6 daddr ::1 accept"],
  ["inet", "icmpv6 type 128 ip daddr 192.0.2.1 accept"],
  ["inet", "ip protocol tcp ip6 nexthdr tcp accept"],
  ["inet", "accept drop"],
  ["inet", "drop tcp dport 80"],
  ["inet", "tcp dport 80 return counter"],
  ["inet", "reject counter"],
  ["inet", "jump c counter"],
  ["inet", 'accept comment "x" drop'],
  ["inet", "ip daddr 192.0.2.300 accept"],
  ["inet", "ct state bogus accept"],
  ["inet", "tcp dport { 80 : accept }"],
  ["inet", "limit rate 5 accept"],
  ["inet", "ip daddr . tcp dport { 192.0.2.1 } accept"],
  ["inet", "ip daddr . tcp dport { 192.0.2.1 . 80 . 3 } accept"],
  ["inet", "tcp dport > 80-90 accept"],
  ["inet", "ip daddr <= 192.0.2.0/24 accept"],
  ["inet", "tcp dport vmap { 80 : accept, 80 : drop }"],
  ["inet", "tcp dport vmap { 80-90 : accept, 85 : drop }"],
  ["inet", "ct state vmap { new : accept, new : drop }"],
  ["inet", "ip daddr @s accept", set("ipv4_addr", "10.0.0.0/8, 10.1.0.0/16")],
  ["inet", "tcp dport @s accept", set("inet_service", "80-90, 1-5, 90-95")],
  ["inet", "ip daddr vmap @s", map("ipv4_addr : verdict", "192.0.2.0/24 : accept, 192.0.2.1 : drop")],
  ["inet", "ip daddr @s accept", set("ipv4_addr", "192.0.2.1 timeout 1h", "")],
  ["inet", "ip daddr @s accept", set("inet_service", "80", "")],
  ["inet", "ip daddr @s accept", set("ipv6_addr", "::1", "")],
  ["inet", "ip daddr @s accept", set("ipv4_addr . inet_service", "192.0.2.1 . 80", "")],
  ["inet", "ip daddr . tcp dport @s accept", set("ipv4_addr", "192.0.2.1", "")],
  ["inet", "ip daddr vmap @s", set("ipv4_addr", "192.0.2.1", "")],
];

/** Refused by either, with nft pointing elsewhere: the end of what is missing something, or what it was at work on. */
const REFUSED_ELSEWHERE: readonly Case[] = [
  ["inet", "tcp dport { } accept"],
  ["inet", "tcp dport vmap { 80 }"],
  ["inet", "ip daddr vmap @s", map("ipv4_addr : ipv4_addr", "192.0.2.1 : 192.0.2.2", "")],
  ["inet", "accept", "chain b {\ntype bogus hook output priority 0\n}"],
  ["inet", "accept", "chain b {\ntype nat hook forward priority 0\n}"],
  ["inet", "accept", "chain b {\ntype route hook forward priority 0\n}"],
  ["inet", "accept", "chain b {\ntype filter hook output priority bogus\n}"],
  ["inet", "jump d", "chain d {\njump d\n}"],
];

const LOADED: readonly Case[] = [
  ["ip", "icmpv6 type echo-request accept"],
  ["ip6", "icmp type echo-request accept"],
  ["inet", "ip protocol icmpv6 accept"],
  ["inet", "ip daddr 192.0.2.1 icmpv6 type 128 accept"],
  ["inet", "ip protocol != tcp udp dport 53 accept"],
  ["inet", "meta nfproto != ipv4 ip daddr 192.0.2.1 accept"],
  ["inet", "meta protocol ip6 ip daddr 192.0.2.1 accept"],
  ["inet", "udp dport 1 meta l4proto tcp accept"],
  ["inet", "tcp dport 80 meta l4proto tcp tcp sport 1 accept"],
  ["inet", "tcp dport 80 th dport 80 th sport 5 accept"],
  ["inet", "meta l4proto { tcp, udp } th dport 53 accept"],
  ["inet", "ip protocol 6 ip protocol 17 accept"],
  ["inet", "meta nfproto ipv4 meta nfproto ipv6 accept"],
  ["inet", "ip daddr 192.0.2.1 jump {\nip6 daddr ::1 accept\n}"],
  ["inet", "ip daddr 192.0.2.1 ip daddr 192.0.2.2 tcp dport 1 tcp dport 2 accept"],
  ["inet", "ct original ip daddr 192.0.2.1 ip6 daddr ::1 accept"],
  ["inet", 'continue accept comment "x"'],
  ["inet", "tcp dport { 80, 80-90, 85-95 } accept"],
  ["inet", "ip daddr != { 192.0.2.0/24, 192.0.2.1 } accept"],
  ["inet", "tcp dport vmap { 80 : accept, 80 : accept, 81-90 : drop }"],
  ["inet", "limit rate 5/second limit rate 1 mbytes/second limit rate over 2/day burst 3 packets accept"],
  ["inet", "ip daddr @s accept", set("ipv4_addr", "10.0.0.0/8, 10.0.0.0/8, 11.0.0.0/8, 9.0.0.0/8")],
  ["inet", "ip daddr @s accept", set("ipv4_addr", "10.0.0.0/8, 10.1.0.0/16", "interval\nauto-merge")],
  ["inet", "ip daddr @s accept", set("ipv4_addr", "192.0.2.1 timeout 1h", "timeout")],
  ["inet", "ip daddr @s accept", set("ipv4_addr", "192.0.2.1, 192.0.2.1", "")],
  ["inet", "ip daddr @s accept", map("ipv4_addr : verdict", "192.0.2.1 : accept", "")],
  ["inet", "meta l4proto . th dport @s accept", set("inet_proto . inet_service", "tcp . 80", "")],
  ["inet", "ip protocol @s accept", set("inet_proto", "tcp", "")],
  ["inet", "accept", "chain b {\ntype filter hook output priority filter - 5\n}"],
  ["inet", "accept", "chain b {\ntype nat hook output priority -100\n}"],
  ["inet", "accept", "chain d {\njump e\n}\nchain e {\njump d\n}"],
];

const textOf = ([family, rule, more = ""]: Case): string =>
  `table ${family} t {\n${more === "" ? "" : `${more}\n`}chain c {\n}\nchain o {\ntype filter hook output priority 0; policy drop;\n${rule}\n}\n}\n`;

/** Where the first complaint points, `line:column`; null where there is none. */
function nftComplains(text: string): string | null {
  try {
    run("nft", ["-f", "p.nft"], { "p.nft": text }, "");
    return null;
  } catch (error) {
    return /p\.nft:(\d+:\d+)/.exec(String((error as { stderr?: unknown }).stderr))?.[1] ?? "nowhere";
  }
}

function weComplain(text: string): string | null {
  try {
    loadNftables([{ path: "p.nft", text }]);
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return /^p\.nft:(\d+:\d+): ./.exec(error.message)?.[1] ?? "nowhere";
  }
}

const named = (cases: readonly Case[]): { name: string; text: string }[] =>
  cases.map((each) => ({ name: each.join(" "), text: textOf(each) }));

describe("nft refuses, and so do we", () => {
  it.each(named(REFUSED))("at the same place, in $name", ({ text }) => {
    const theirs = nftComplains(text);
    expect(theirs).not.toBeNull();
    expect(weComplain(text)).toBe(theirs);
  });

  it.each(named(REFUSED_ELSEWHERE))("in $name", ({ text }) => {
    expect([nftComplains(text), weComplain(text)]).not.toContain(null);
  });
});

describe("nft loads, and so do we", () => {
  it.each(named(LOADED))("in $name", ({ text }) => {
    expect([nftComplains(text), weComplain(text)]).toEqual([null, null]);
  });
});
