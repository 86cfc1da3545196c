import { describe, expect, it } from "vitest";
import { loadNftables } from "../../../src/dialect/nftables/index.ts";
import { FROM_HOST } from "../../../src/dialect/packet/packet.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { Layer } from "../../../src/model/policy.ts";

function output(rules: string, outInterface: string | null = null, extra = ""): Layer {
  const text = `table inet t {\n${extra}\nchain o {\ntype filter hook output priority 0; policy drop;\n${rules}\n}\n}\n`;
  return loadNftables([{ path: "p.nft", text }], { ...FROM_HOST, outInterface });
}

function verdict(layer: Layer, address: string, port = 443): string {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port }, 0).verdict;
}

const TWO = '{ "eth0" . 192.0.2.1, "lo" . 127.0.0.1 }';

describe("an interface beside an address", () => {
  it.each([
    [`oifname . ip daddr ${TWO} accept`, "eth0", "192.0.2.1", "permit"],
    [`oifname . ip daddr ${TWO} accept`, "eth0", "192.0.2.2", "deny"],
    [`oifname . ip daddr ${TWO} accept`, "eth1", "192.0.2.1", "deny"],
    [`oifname . ip daddr ${TWO} accept`, null, "192.0.2.1", "unknown"],
    [`oifname . ip daddr ${TWO} accept`, null, "192.0.2.2", "deny"],
    [`oifname . ip daddr ${TWO} accept`, null, "127.0.0.1", "permit"],
    [`ip daddr . oifname { 192.0.2.1 . "lo" } accept`, null, "192.0.2.1", "deny"],
    [`oifname . ip daddr != ${TWO} accept`, "eth0", "192.0.2.1", "deny"],
    [`oifname . ip daddr != ${TWO} accept`, "eth0", "192.0.2.2", "permit"],
    [`oifname . ip daddr != ${TWO} accept`, "eth1", "192.0.2.1", "permit"],
    [`oifname . ip daddr != ${TWO} accept`, "eth1", "2001:db8::1", "deny"],
    [`oifname . ip daddr vmap { "eth0" . 192.0.2.1 : accept, * : drop }`, "eth0", "192.0.2.1", "permit"],
    [`oifname . ip daddr vmap { "eth0" . 192.0.2.1 : drop, * : accept }`, "eth1", "192.0.2.1", "permit"],
    ['oifname . ip daddr . tcp dport { "eth*" . 192.0.2.0/24 . 1-500 } accept', "eth7", "192.0.2.9", "permit"],
    ['oifname . ip daddr . tcp dport { "eth*" . 192.0.2.0/24 . 1-500 } accept', "wlan0", "192.0.2.9", "deny"],
    ['oifname . ip daddr != { "eth*" . 192.0.2.1, "eth0" . 192.0.2.2 } accept', "eth0", "192.0.2.9", "unknown"],
    ['oifname . ip daddr != { "eth*" . 192.0.2.1, "lo" . 127.0.0.1 } accept', "eth0", "192.0.2.1", "deny"],
    ['oifname . ip daddr != { "eth*" . 192.0.2.1, "lo" . 127.0.0.1 } accept', "eth0", "192.0.2.2", "permit"],
    ['oifname . ip daddr != { "lo" . 127.0.0.1, lo . 127.0.0.2 } accept', null, "127.0.0.1", "deny"],
  ])("%s, out through %s, to %s: %s", (rules, through, address, expected) => {
    expect(verdict(output(rules, through), address)).toBe(expected);
  });

  it("can be in a set that has a name, and each element is a rule that a reviewer can point at", () => {
    const set = `set s {\ntype ifname . ipv4_addr\nelements = ${TWO}\n}`;
    const { rules } = output("oifname . ip daddr @s accept", null, set);
    expect(rules.map(({ text }) => text)).toEqual([
      'oifname "eth0" ip daddr 192.0.2.1 accept',
      'oifname "lo" ip daddr 127.0.0.1 accept',
    ]);
  });
});
