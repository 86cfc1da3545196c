import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadIptables, printIptables } from "../../../src/dialect/iptables/index.ts";
import { loadNftables, printNftables } from "../../../src/dialect/nftables/index.ts";
import { Judge } from "../../../src/dialect/packet/judge.ts";
import { FROM_HOST, type Packet, type PacketContext, packetOf } from "../../../src/dialect/packet/packet.ts";
import type { PacketLayer } from "../../../src/dialect/packet/layer.ts";
import { compareJudges } from "../../../src/dialect/packet/region/compare.ts";
import { fromBigInt, parseAddress } from "../../../src/model/address.ts";
import { SECOND } from "../../../src/model/instant.ts";
import type { Decision, PolicyComparison } from "../../../src/model/policy.ts";
import { AT_OUTPUT, BAKERY, NOW as BAKERY_NOW } from "./bakery.ts";
import { addressesAround, NOW_SECONDS, PROGRAM, VERSIONS } from "./region/programs.ts";

const NOW = Number(NOW_SECONDS) * SECOND;

function iptables(rules: readonly string[], context: PacketContext = FROM_HOST): PacketLayer {
  const chains = ":INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n";
  const open = "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
  const text = `*filter\n${chains}${rules.join("\n")}\nCOMMIT\n`;
  return loadIptables(
    [
      { path: "rules.v4", text },
      { path: "rules.v6", text: open },
    ],
    context,
  );
}

function nftables(rules: readonly string[], context: PacketContext = FROM_HOST): PacketLayer {
  const chain = `chain o {\ntype filter hook ${context.hook} priority 0; policy drop;\n${rules.join("\n")}\n}`;
  return loadNftables([{ path: "rules.nft", text: `table ip t {\n${chain}\n}\n` }], context);
}

const ask = (layer: PacketLayer): Decision =>
  layer.decide({ transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 }, NOW);

const compare = (before: PacketLayer, after: PacketLayer): PolicyComparison =>
  compareJudges(before.judge, after.judge, NOW);

describe("a connection of which no file tells the source port or the user", () => {
  it.each([
    [["tcp sport 0-65535 accept"], "permit"],
    [["tcp sport 1-65535 accept"], "permit"],
    [["tcp sport != 0-65535 accept"], "deny"],
    [["tcp sport 0 accept"], "deny"],
    [["tcp sport 1024-65535 accept"], "unknown"],
    [["tcp sport 1024-65535 accept", "tcp sport < 1024 accept"], "permit"],
    [["tcp sport 1024-65535 accept", "tcp sport < 1023 accept"], "unknown"],
    [["tcp sport { 1-9, 10-65535 } accept"], "permit"],
    [["tcp sport . tcp dport { 1-99 . 443, 100-65535 . 1-1000 } accept"], "permit"],
    [["tcp sport . tcp dport { 1-99 . 443, 100-65535 . 1-442 } accept"], "unknown"],
    [["meta skuid 0 accept", "meta skuid != 0 accept"], "permit"],
    [["meta skuid 0 tcp sport 53 accept", "meta skuid 0 drop", "tcp sport 53 drop"], "unknown"],
    [["meta skuid 0 tcp sport 53 drop", "meta skuid 0 drop", "tcp sport 53 drop"], "deny"],
    [["ip saddr 10.0.0.0/8 accept", "ip saddr != 10.0.0.0/8 accept"], "permit"],
    [["meta mark 1 accept", "meta mark != 1 accept"], "unknown"],
  ])("%j: %s", (rules, verdict) => {
    expect(ask(nftables(rules)).verdict).toBe(verdict);
  });

  it("is answered with every rule that decides some case of it", () => {
    const { rule, reason } = ask(nftables(["tcp sport 1024-65535 accept", "tcp sport < 1024 accept"]));
    expect([rule, reason]).toEqual([null, "in every case, by rules.nft:5 or rules.nft:4"]);
  });

  it("meets the rules of a chain in their order, though another packet came through it before", () => {
    const text = `table ip t {
chain c {
ct state new tcp sport 1-65535 drop
tcp sport 1-65535 accept
}
chain early {
type filter hook output priority raw;
jump c
}
chain late {
type filter hook output priority 0;
jump c
}
}
`;
    expect(ask(loadNftables([{ path: "p.nft", text }])).verdict).toBe("deny");
  });

  it("may come from any address of the source that was asked for, and no other", () => {
    const [first, last] = [0x0a000000n, 0x0a0000ffn];
    const context: PacketContext = { ...FROM_HOST, hook: "forward", source: { family: 4, first, last } };
    const halves = ["ip saddr 10.0.0.0/25 accept", "ip saddr 10.0.0.128/25 accept"];
    expect(ask(nftables(halves, context)).verdict).toBe("permit");
    expect(ask(nftables(halves.slice(1), context)).verdict).toBe("unknown");
  });
});

describe("policies that differ in nothing but how they say it", () => {
  const CONTEXT: PacketContext = {
    ...FROM_HOST,
    hook: "forward",
    source: { family: 4, first: 0x0a000000n, last: 0x0a0000ffn },
  };

  it.each([
    ["udp sport 68 udp dport 67 accept", "-A OUTPUT -p udp -m udp --sport 68 --dport 67 -j ACCEPT"],
    ["tcp sport { 1-9, 10-20 } accept", "-A OUTPUT -p tcp -m multiport --sports 1:5,6:20 -j ACCEPT"],
    ["meta skuid 33 tcp dport 80 accept", "-A OUTPUT -m owner --uid-owner 33 -p tcp -m tcp --dport 80 -j ACCEPT"],
    ["ip saddr 10.0.0.0/24 accept", "-A OUTPUT -s 10.0.0.0/25 -j ACCEPT\n-A OUTPUT -s 10.0.0.128/25 -j ACCEPT"],
  ])("%s is %s", (nft, ipt) => {
    const { differences, exact } = compare(nftables([nft]), iptables([ipt]));
    expect([differences, exact]).toEqual([[], true]);
  });

  it("are one candidate's print for either packet filter", () => {
    const lasting = { ...BAKERY, rules: BAKERY.rules.filter(({ expires }) => expires < "2038") };
    const { v4, v6 } = printIptables(lasting, BAKERY_NOW, AT_OUTPUT);
    const nft = loadNftables([{ path: "candidate.nft", text: printNftables(lasting, BAKERY_NOW, AT_OUTPUT).text }]);
    const ipt = loadIptables([
      { path: "rules.v4", text: v4 },
      { path: "rules.v6", text: v6 },
    ]);
    const { differences, exact } = compareJudges(nft.judge, ipt.judge, BAKERY_NOW);
    expect([differences, exact]).toEqual([[], true]);
  });

  it.each([
    ["udp sport 68 udp dport 67 accept", "-A OUTPUT -p udp -m udp --sport 69 --dport 67 -j ACCEPT"],
    ["meta skuid 33 tcp dport 80 accept", "-A OUTPUT -m owner --uid-owner 34 -p tcp -m tcp --dport 80 -j ACCEPT"],
  ])("%s is not %s", (nft, ipt) => {
    const { differences, exact } = compare(nftables([nft]), iptables([ipt]));
    expect([differences.map(({ before, after }) => [before.verdict, after.verdict]), exact]).toEqual([
      [["unknown", "unknown"]],
      false,
    ]);
  });

  it("are told apart where one of them is about some of the source's addresses only", () => {
    const [all, half] = [
      ["ip saddr 10.0.0.0/24 meta skuid 0-9 accept"],
      ["ip saddr 10.0.0.0/25 meta skuid 0-9 accept"],
    ];
    expect(compare(nftables(all, CONTEXT), nftables(half, CONTEXT)).exact).toBe(false);
    expect(compare(nftables(half, CONTEXT), nftables(all, CONTEXT)).exact).toBe(false);
    expect(compare(nftables(half, CONTEXT), nftables(half, CONTEXT)).exact).toBe(true);
  });
});

const SOURCES = [1n, 2n, 52n, 53n, 54n, 1023n, 1024n, 1025n, 65_534n, 65_535n];
const USERS = [0n, 1n, 32n, 33n, 34n];

const FLOWS: readonly Packet[] = addressesAround().flatMap((address) =>
  [53, 443].flatMap(
    (port) => packetOf({ transport: "tcp", address: fromBigInt(address, 4), name: null, port }, NOW, FROM_HOST) ?? [],
  ),
);

/** The verdict in every case of what is not known, and the limits that it holds within. */
function everywhere(judge: Judge, packet: Packet): string[] {
  return SOURCES.flatMap((sport) =>
    USERS.map((uid) => {
      const { verdict, within } = judge.judge({ ...packet, facts: { ...packet.facts, sport, uid } });
      return `${verdict} ${within}`;
    }),
  );
}

describe("whatever the program", () => {
  it("a verdict that is known is the verdict in every case, and one that is not differs somewhere", () => {
    fc.assert(
      fc.property(PROGRAM, (program) => {
        const judge = new Judge(program, FROM_HOST);
        for (const packet of FLOWS) {
          const { verdict } = judge.judge(packet);
          const verdicts = new Set(everywhere(judge, packet).map((each) => each.split(" ")[0]));
          if (verdict !== "unknown") expect([...verdicts]).toEqual([verdict]);
          else expect(verdicts.size > 1 || verdicts.has("unknown")).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("policies that are not called different agree in every case", () => {
    fc.assert(
      fc.property(VERSIONS, ([one, other]) => {
        const [before, after] = [new Judge(one, FROM_HOST), new Judge(other, FROM_HOST)];
        if (compareJudges(before, after, NOW).differences.length > 0) return;
        for (const packet of FLOWS) expect(everywhere(before, packet)).toEqual(everywhere(after, packet));
      }),
      { numRuns: 60 },
    );
  });
});
