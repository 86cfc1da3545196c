import { describe, expect, it } from "vitest";
import { BACKENDS, compareIptables } from "./iptables.ts";

/** Sets of each type for IPv4, and the same for IPv6, with a rule each that looks a new connection up in them. */
const SETS: Readonly<Record<string, { readonly family: 4 | 6; readonly sets: string; readonly rules: string }>> = {
  "addresses, also by range and prefix": {
    family: 4,
    sets: "create s hash:ip\nadd s 192.0.2.1\nadd s 192.0.2.4-192.0.2.9\nadd s 203.0.113.8/30",
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "addresses by their first bits": {
    family: 4,
    sets: "create s hash:ip netmask 28\nadd s 192.0.2.17",
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "nets and exceptions in exceptions": {
    family: 4,
    sets: `create s hash:net comment
add s 10.0.0.0/8 comment "the \\"whole\\" of it"
add s 10.1.0.0/16 nomatch
add s 10.1.2.0/24
add s 10.1.2.128/25 nomatch
add s 10.1.2.200
add s 192.0.2.0-192.0.2.9`,
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "exceptions, turned round": {
    family: 4,
    sets: "create s hash:net\nadd s 10.0.0.0/8\nadd s 10.1.0.0/16 nomatch",
    rules: "-A OUTPUT -p tcp -m set ! --match-set s dst -j ACCEPT",
  },
  "addresses with ports, TCP where none is named": {
    family: 4,
    sets: "create s hash:ip,port\nadd s 192.0.2.1,443\nadd s 192.0.2.0/30,udp:53-55\nadd s 203.0.113.7,sctp:9999",
    rules: "-A OUTPUT -m set --match-set s dst,dst -j ACCEPT",
  },
  "nets with ports and exceptions of one port": {
    family: 4,
    sets: "create s hash:net,port\nadd s 192.0.2.0/24,80-90\nadd s 192.0.2.0/28,tcp:81-85 nomatch\nadd s 192.0.2.3,82",
    rules: "-A OUTPUT -m set --match-set s dst,dst -j ACCEPT",
  },
  "the destination twice": {
    family: 4,
    sets: "create s hash:ip,port,net\nadd s 192.0.2.1,443,192.0.2.0/24\nadd s 192.0.2.2,443,203.0.113.0/24",
    rules: "-A OUTPUT -m set --match-set s dst,dst,dst -j ACCEPT",
  },
  "a bitmap of ports holds those of TCP and UDP": {
    family: 4,
    sets: "create s bitmap:port range 1-10000\nadd s 443\nadd s 80-90",
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "a bitmap of ports, turned round": {
    family: 6,
    sets: "create s bitmap:port range 1-10000\nadd s 443\nadd s 80-90",
    rules: "-A OUTPUT -m set ! --match-set s dst -j ACCEPT",
  },
  "a bitmap of addresses": {
    family: 4,
    sets: "create s bitmap:ip range 192.0.2.0/24\nadd s 192.0.2.7\nadd s 192.0.2.16/30",
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "a list of sets, one with exceptions": {
    family: 4,
    sets: `create a hash:net\nadd a 10.0.0.0/8\nadd a 10.1.0.0/16 nomatch
create b hash:ip\nadd b 10.1.0.9\nadd b 192.0.2.1
create p bitmap:port range 1-10000\nadd p 9999
create s list:set\nadd s a\nadd s b\nadd s p`,
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "fewer directions than parts never match, more do": {
    family: 4,
    sets: "create s hash:ip,port\nadd s 192.0.2.1,443\ncreate t hash:ip\nadd t 192.0.2.1",
    rules:
      "-A OUTPUT -p tcp -m set --match-set s dst -j ACCEPT\n-A OUTPUT -p udp -m set --match-set t dst,dst -j ACCEPT",
  },
  "an empty set": {
    family: 4,
    sets: "create s hash:net,port",
    rules:
      "-A OUTPUT -p tcp -m set ! --match-set s dst,dst -j ACCEPT\n-A OUTPUT -p udp -m set --match-set s dst,dst -j ACCEPT",
  },
  "IPv6 nets with ports": {
    family: 6,
    sets: "create s hash:net,port family inet6\nadd s 2001:db8::/64,443\nadd s 2001:db8:1::9,udp:53",
    rules: "-A OUTPUT -m set --match-set s dst,dst -j ACCEPT",
  },
  "IPv6 nets with exceptions": {
    family: 6,
    sets: "create s hash:net family inet6\nadd s 2001:db8::/48\nadd s 2001:db8::/64 nomatch\nadd s 2001:db8::1",
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "elements that stay among elements that go": {
    family: 4,
    sets: "create s hash:net timeout 300\nadd s 192.0.2.0/24 timeout 0\nadd s 192.0.2.0/28 nomatch timeout 0",
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT",
  },
  "sets swapped, renamed, flushed and destroyed": {
    family: 4,
    sets: `create s hash:ip\nadd s 192.0.2.1\ncreate n hash:ip\nadd n 203.0.113.7\nswap s n\ndestroy n
create gone hash:ip\nadd gone 192.0.2.1\nflush gone\nrename gone t\nadd t 10.0.0.1\nadd t 10.0.0.2\ndel t 10.0.0.1`,
    rules: "-A OUTPUT -m set --match-set s dst -j ACCEPT\n-A OUTPUT -m set --match-set t dst -j ACCEPT",
  },
};

describe("what sets hold, and what the kernel says they do", () => {
  const cases = Object.entries(SETS).flatMap(([name, each]) => BACKENDS.map((backend) => ({ name, backend, ...each })));
  it.each(cases)("$name, $backend", ({ family, sets, rules, backend }) => {
    const { disagreements, kernel } = compareIptables({ rules: `:OUTPUT DROP [0:0]\n${rules}`, family, backend, sets });
    expect(disagreements).toEqual([]);
    expect(kernel).toEqual(new Set(["permit", "deny"]));
  });
});
