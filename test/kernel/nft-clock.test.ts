import { describe, expect, it } from "vitest";
import { loadNftables, parseZone } from "../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../src/model/address.ts";
import { SECOND } from "../../src/model/instant.ts";
import { kernelVerdicts } from "./namespace.ts";

const MINUTE = 60;
const now = Math.floor(Date.now() / 1000);
const AHEAD: Readonly<Record<string, number>> = { UTC: 0, "Asia/Tokyo": 9 * 3600 };

/** Far enough from now that no bound is crossed while the test runs. */
const SPANS = [
  [-90, 90],
  [90, -90],
  [30, 90],
  [-90, -30],
  [-30, -90],
  [90, 30],
  [-600, 300],
  [300, 600],
] as const;

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DAY_RULES = [
  ...DAYS.flatMap((day) => [`meta day "${day}"`, `meta day != "${day}"`]),
  'meta day { "Monday", 3, "Saturday" }',
  "meta day 1-5",
];

function hourRules(zone: string): string[] {
  const clock = (minutes: number): string =>
    new Date((now + (AHEAD[zone] ?? 0) + minutes * MINUTE) * 1000).toISOString().slice(11, 19);
  const seconds = (minutes: number): number => (((now + minutes * MINUTE) % 86_400) + 86_400) % 86_400;
  return [
    ...SPANS.flatMap(([from, to]) => [
      `meta hour "${clock(from)}"-"${clock(to)}"`,
      `meta hour != "${clock(from)}"-"${clock(to)}"`,
    ]),
    ...[-90, 90].flatMap((at) => ["<", "<=", ">", ">="].map((operator) => `meta hour ${operator} "${clock(at)}"`)),
    ...SPANS.filter(([from, to]) => seconds(from) < seconds(to)).map(
      ([from, to]) => `meta hour ${seconds(from)}-${seconds(to)}`,
    ),
  ];
}

/** Each of the rules with a port of its own. */
function verdicts(rules: readonly string[], zone: string): { rule: string; ours: string; kernel: string }[] {
  const lines = rules.map((rule, i) => `udp dport ${1000 + i} ${rule} accept`);
  const text = `table inet t {\nchain o {\ntype filter hook output priority 0; policy drop;\n${lines.join("\n")}\n}\n}\n`;
  const questions = rules.map((_, i) => ({
    transport: "udp" as const,
    address: parseAddress("192.0.2.1"),
    name: null,
    port: 1000 + i,
  }));
  const told = parseZone(zone);
  const layer = loadNftables([{ path: "r.nft", text, ...(told !== null && { zone: told }) }]);
  const kernel = kernelVerdicts(`TZ=${zone} nft -f r.nft`, { "r.nft": text }, questions);
  return questions.map((question, i) => ({
    rule: rules[i] ?? "",
    ours: layer.decide(question, now * SECOND).verdict,
    kernel: kernel[i] ?? "",
  }));
}

describe("hours and days, by the kernel's own clock", () => {
  it.each(Object.keys(AHEAD))("hours loaded in %s", (zone) => {
    const found = verdicts(hourRules(zone), zone);
    expect(found.filter(({ ours, kernel }) => ours !== kernel)).toEqual([]);
    expect(new Set(found.map(({ kernel }) => kernel))).toEqual(new Set(["permit", "deny"]));
  });

  it("days, as far as every zone the kernel may be in agrees", () => {
    const found = verdicts(DAY_RULES, "UTC");
    expect(found.filter(({ ours, kernel }) => ours !== kernel && ours !== "unknown")).toEqual([]);
    expect(found.some(({ ours }) => ours !== "unknown")).toBe(true);
  });
});
