/** Policies as they are written, compared: over every destination of a small universe, and where rules overlap without end. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadIptables } from "../../../../src/dialect/iptables/index.ts";
import { loadNftables } from "../../../../src/dialect/nftables/index.ts";
import type { PacketLayer } from "../../../../src/dialect/packet/layer.ts";
import { compareJudges } from "../../../../src/dialect/packet/region/compare.ts";
import { fromV4 } from "../../../../src/model/address.ts";
import type { Decision, PolicyComparison, Question } from "../../../../src/model/policy.ts";

/** `ports` null: the rule asks for none. */
interface Written {
  readonly from: number;
  readonly to: number;
  readonly transport: "tcp" | "udp";
  readonly ports: readonly [number, number] | null;
  readonly accepts: boolean;
}

const NOW = 0;
const NET = 0x0a000000;

const range = (a: string | number, b: string | number, between: string): string =>
  a === b ? `${a}` : `${a}${between}${b}`;

const DIALECTS: Readonly<Record<string, (rules: readonly Written[]) => PacketLayer>> = {
  nftables: (rules) => {
    const lines = rules.map(({ from, to, transport, ports, accepts }) => {
      const asked = ports === null ? `meta l4proto ${transport}` : `${transport} dport ${range(...ports, "-")}`;
      return `ip daddr ${range(fromV4(from), fromV4(to), "-")} ${asked} ${accepts ? "accept" : "drop"}`;
    });
    const chain = `chain output {\ntype filter hook output priority 0; policy drop;\noifname "lo" accept\n${lines.join("\n")}\n}`;
    return loadNftables([{ path: "rules.nft", text: `table ip egress {\n${chain}\n}\n` }]);
  },
  iptables: (rules) => {
    const lines = rules.map(({ from, to, transport, ports, accepts }) => {
      const asked = ports === null ? "" : ` -m ${transport} --dport ${range(...ports, ":")}`;
      const where = from === to ? `-d ${fromV4(from)}/32` : `-m iprange --dst-range ${fromV4(from)}-${fromV4(to)}`;
      return `-A OUTPUT ${where} -p ${transport}${asked} -j ${accepts ? "ACCEPT" : "DROP"}\n`;
    });
    const chains = ":INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\n";
    return loadIptables([{ path: "rules.v4", text: `*filter\n${chains}${lines.join("")}COMMIT\n` }]);
  },
};

const [ADDRESSES, PORTS] = [6, 4];

/** Few addresses and ports, so that rules repeat each other, share what they ask for, and overlap. */
const RULE: fc.Arbitrary<Written> = fc
  .record({
    ends: fc.tuple(fc.nat(ADDRESSES - 1), fc.nat(ADDRESSES - 1)),
    single: fc.boolean(),
    transport: fc.constantFrom("tcp", "udp"),
    ports: fc.option(fc.tuple(fc.nat(PORTS - 1), fc.nat(PORTS - 1))),
    accepts: fc.boolean(),
  })
  .map(({ ends: [a, b], single, transport, ports, accepts }) => ({
    from: NET + Math.min(a, b),
    to: NET + (single ? Math.min(a, b) : Math.max(a, b)),
    transport,
    ports: ports && [440 + Math.min(...ports), 440 + Math.max(...ports)],
    accepts,
  }));

const RULES = fc.array(RULE, { maxLength: 12 });

/** All addresses and ports that rules name, and those beside them. */
const QUESTIONS: readonly Question[] = Array.from({ length: ADDRESSES + 2 }, (_, i) => fromV4(NET - 1 + i)).flatMap(
  (address) =>
    Array.from({ length: PORTS + 2 }, (_, i) => 439 + i).flatMap((port) =>
      (["tcp", "udp"] as const).map((transport) => ({ transport, address, name: null, port })),
    ),
);

const pair = (before: Decision, after: Decision): string =>
  [before, after].map(({ verdict, rule, reason }) => `${verdict} ${rule ?? reason}`).join(" > ");

function expectWitnesses(before: PacketLayer, after: PacketLayer, { differences }: PolicyComparison): void {
  for (const { witness, before: was, after: is } of differences)
    expect(pair(before.decide(witness, NOW), after.decide(witness, NOW))).toBe(pair(was, is));
}

describe.each(Object.entries(DIALECTS))("two policies written in %s", (_, load) => {
  it("differ for the pairs of rules that single questions find, and for no other", () => {
    fc.assert(
      fc.property(RULES, RULES, (one, other) => {
        const [before, after] = [load(one), load(other)];
        const compared = compareJudges(before.judge, after.judge, NOW);
        expectWitnesses(before, after, compared);
        const asked = QUESTIONS.map((question) => [before.decide(question, NOW), after.decide(question, NOW)] as const)
          .filter(([was, is]) => was.verdict !== is.verdict)
          .map(([was, is]) => pair(was, is));
        expect(new Set(compared.differences.map((each) => pair(each.before, each.after)))).toEqual(new Set(asked));
        expect(compared.exact).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, (i: number) => [number, number, number, number]]>([
    ["each within the one before", (i) => [NET + i, NET + 4000 - i, 1000 + i, 9000 - i]],
    ["each across all others", (i) => [NET + i, NET + 2000 + i, 1 + i, 30_000 + i]],
    ["steps of one staircase", (i) => [NET + i, NET + 4000, 1 + i, 65_535]],
    ["all at one port", (i) => [NET + i, NET + 4000 + i, 443, 443]],
    ["all at every address", (i) => [0, 2 ** 32 - 1, 1 + i, 30_000 + i]],
  ])("say how far they were compared, and nothing beyond, where hundreds of rules are %s", (_name, shape) => {
    const rules = (shift: number): Written[] =>
      Array.from({ length: 300 }, (_unused, i) => {
        const [from, to, first, last] = shape(i);
        return { from, to, transport: "tcp", ports: [first + shift, last], accepts: i % 3 !== 1 };
      });
    const [before, after] = [load(rules(0)), load(rules(shape(0)[2] === 443 ? 0 : 1))];
    const compared = compareJudges(before.judge, after.judge, NOW, 20_000);
    expect(compared.notes).toEqual([
      expect.stringMatching(
        /^too many rules overlap: tcp over IPv4 was (not compared|compared only below \d+(\.\d+){3})$/,
      ),
    ]);
    expect(compared.exact).toBe(false);
    expect(compared.idle).toEqual({ before: [], after: [] });
    expectWitnesses(before, after, compared);
  });
});
