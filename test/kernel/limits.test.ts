import { describe, expect, it } from "vitest";
import { loadIptables } from "../../src/dialect/iptables/index.ts";
import { loadNftables } from "../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../src/model/address.ts";
import { SECOND } from "../../src/model/instant.ts";
import type { Layer } from "../../src/model/policy.ts";
import { BACKENDS } from "./iptables.ts";
import { kernelVerdicts } from "./namespace.ts";

const NOW = 1_800_000_000 * SECOND;

/** One packet for each of the rules, which have a port of their own: none meets a limit that another has used. */
const questionsOf = (rules: readonly string[]) =>
  rules.map((_, i) => ({
    transport: "udp" as const,
    address: parseAddress("192.0.2.1"),
    name: null,
    port: 1000 + i,
  }));

function compare(rules: readonly string[], layer: Layer, load: string, files: Readonly<Record<string, string>>): void {
  const questions = questionsOf(rules);
  const kernel = kernelVerdicts(load, files, questions);
  const ours = questions.map((question) => layer.decide(question, NOW).verdict);
  const found = rules.map((rule, i) => ({ rule, ours: ours[i], kernel: kernel[i] }));
  expect(found.filter((each) => each.ours !== each.kernel)).toEqual([]);
  expect(new Set(kernel)).toEqual(new Set(["permit", "deny"]));
}

const NFT = [
  ...["", "over "].flatMap((over) =>
    [
      "1/week",
      "5/minute",
      "1/day burst 1 packets",
      "400000/second",
      "1 mbytes/hour",
      "20 bytes/second",
      "1 bytes/minute burst 9 bytes",
      "9 bytes/hour burst 5 kbytes",
    ].map((rate) => `limit rate ${over}${rate}`),
  ),
  ...["", "over ", "until "].flatMap((over) =>
    ["5 bytes", "25 mbytes", "2 kbytes used 2040 bytes", "9 mbytes used 5 kbytes"].map(
      (amount) => `quota ${over}${amount}`,
    ),
  ),
  ...["0", "1", "5"].flatMap((count) => [`ct count ${count}`, `ct count over ${count}`]),
  'limit name "few"',
  'limit name "beyond"',
  'quota name "much"',
  'quota name "past"',
  "add @m { ip daddr limit rate 1/minute burst 1 packets }",
  "add @m { ip daddr limit rate over 5/minute }",
  "update @n { udp dport . ip daddr limit rate over 1/day burst 1 packets }",
  "update @n { udp dport . ip daddr ct count over 3 }",
  "meter flood { ip daddr limit rate 1/minute }",
];

const IPTABLES = [
  "-m limit",
  "-m limit --limit 1/day --limit-burst 1",
  "-m limit --limit 5/min --limit-burst 7",
  ...["upto 5/min", "above 5/min", "above 1/day --hashlimit-burst 1 --hashlimit-mode srcip,dstport"].flatMap(
    (rate, i) => ["", "! "].map((not, n) => `-m hashlimit ${not}--hashlimit-${rate} --hashlimit-name h${i}${n}`),
  ),
  ...["above 0", "above 1", "upto 0", "upto 1", "above 9 --connlimit-mask 24"].flatMap((bound) =>
    ["", "! "].map((not) => `-m connlimit ${not}--connlimit-${bound}`),
  ),
  ...["5", "25000000"].flatMap((amount) => ["", "! "].map((not) => `-m quota ${not}--quota ${amount}`)),
];

it("what is in a set with timeouts, and what is not, as loaded", () => {
  const rules = ["ip daddr @s", "ip daddr != @s", "ip daddr @t", "ip daddr != @t"];
  const lines = rules.map((rule, i) => `udp dport ${1000 + i} ${rule} accept`);
  const text = `table inet t {
set s { type ipv4_addr; flags interval,timeout; elements = { 192.0.2.0/31 timeout 1h, 192.0.2.4 } }
set t { type ipv4_addr; timeout 1d; elements = { 192.0.2.1, 192.0.2.5 timeout 2h } }
chain o {\ntype filter hook output priority 0; policy drop;\n${lines.join("\n")}\n}\n}\n`;
  const questions = [0, 1, 2, 3, 4, 5, 6].flatMap((last) =>
    questionsOf(rules).map((question) => ({ ...question, address: parseAddress(`192.0.2.${last}`) })),
  );
  const layer = loadNftables([{ path: "r.nft", text }]);
  const ours = questions.map((question) => layer.decide(question, NOW).verdict);
  expect(ours).toEqual(kernelVerdicts("nft -f r.nft", { "r.nft": text }, questions));
});

describe("limits, as the first packet after the load meets them", () => {
  it("of nftables", () => {
    const lines = NFT.map((limit, i) => `udp dport ${1000 + i} ${limit} accept`);
    const text = `table inet t {
limit few { rate 1/minute burst 1 packets; }
limit beyond { rate over 5/minute; }
quota much { 25 mbytes; }
quota past { over 25 mbytes used 5 bytes; }
set m { type ipv4_addr; size 99; flags dynamic; }
set n { type inet_service . ipv4_addr; size 99; flags dynamic; }
chain o {\ntype filter hook output priority 0; policy drop;\n${lines.join("\n")}\n}\n}\n`;
    compare(NFT, loadNftables([{ path: "r.nft", text }]), "nft -f r.nft", { "r.nft": text });
  });

  it.each(BACKENDS)("of iptables-%s", (backend) => {
    const lines = IPTABLES.map((limit, i) => `-A OUTPUT -p udp -m udp --dport ${1000 + i} ${limit} -j ACCEPT`);
    const text = `*filter\n:OUTPUT DROP [0:0]\n${lines.join("\n")}\nCOMMIT\n`;
    const layer = loadIptables([{ path: "rules.v4", text }]);
    compare(IPTABLES, layer, `iptables-${backend}-restore rules.v4`, { "rules.v4": text });
  });
});
