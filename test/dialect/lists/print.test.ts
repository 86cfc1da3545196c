/** What is printed is what its own reader allows, and what is left out or widened is said. */
import { describe, expect, test } from "vitest";
import { convert, layersOf, type PrintOptions } from "../../../src/dialect/index.ts";
import { LIST_TARGETS } from "../../../src/model/candidate.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Question } from "../../../src/model/policy.ts";
import { candidateOf, HOSTILE, NOW } from "../packet/bakery.ts";

const STAND: PrintOptions = { hook: "output", source: null, interface: null };

const SNI = {
  runs: 3,
  of: 3,
  runsBefore: 0,
  nameSource: "tls-sni",
  connections: 3,
  established: 3,
  firstSeen: null,
  lastSeen: null,
  ambiguous: false,
  deniedOnly: false,
} as const;
const candidate = candidateOf([
  { name: "api.flour.example", addresses: ["192.0.2.10", "2001:db8::10"], changes: { evidence: SNI } },
  { name: "till.flour.example", addresses: ["192.0.2.11"], port: 8443, changes: { evidence: SNI, reason: HOSTILE } },
  {
    name: "web.flour.example",
    addresses: ["192.0.2.12"],
    port: 80,
    changes: { evidence: { ...SNI, nameSource: "http-host" }, access: ["http"] },
  },
  {
    name: "guess.flour.example",
    addresses: ["192.0.2.13"],
    changes: { evidence: { ...SNI, nameSource: "dns", ambiguous: true } },
  },
  { addresses: ["192.0.2.14"], port: 9000 },
  { name: "clock.flour.example", addresses: ["192.0.2.15"], transport: "udp", port: 123 },
  { name: "over.flour.example", addresses: ["192.0.2.16"], expires: "2026-11-01T00:00:00Z" },
]);

const q = (host: string, port: number, extra: Partial<Question> = {}): Question => {
  const address = parseAddress(host);
  return { transport: "tcp", address, name: address === null ? parseFqdn(host) : null, port, ...extra };
};

/** Both what the client asked for and where it went: what a filter between them sees. */
const ASKED: Readonly<Record<string, Question>> = {
  api: { ...q("192.0.2.10", 443), name: parseFqdn("api.flour.example") },
  till: { ...q("192.0.2.11", 8443), name: parseFqdn("till.flour.example") },
  web: { ...q("192.0.2.12", 80, { access: "http" }), name: parseFqdn("web.flour.example") },
  guess: { ...q("192.0.2.13", 443), name: parseFqdn("guess.flour.example") },
  address: q("192.0.2.14", 9000),
  clock: { ...q("192.0.2.15", 123, { transport: "udp" }), name: parseFqdn("clock.flour.example") },
  over: { ...q("192.0.2.16", 443), name: parseFqdn("over.flour.example") },
  other: { ...q("198.51.100.1", 443), name: parseFqdn("other.example") },
  below: { ...q("198.51.100.1", 443), name: parseFqdn("x.api.flour.example") },
  port: { ...q("192.0.2.10", 444), name: parseFqdn("api.flour.example") },
};

const PERMITTED: Readonly<Record<(typeof LIST_TARGETS)[number], string>> = {
  kubernetes: "api till web guess address clock",
  cilium: "api till web guess address clock",
  istio: "api till web guess address",
  squid: "api till web guess address",
  envoy: "api till web guess address",
  awf: "api web below",
  "harden-runner": "api till web",
  "sandbox-runtime": "api till web port",
};

describe.each(LIST_TARGETS)("%s", (target) => {
  const { files, left, widened } = convert(target, candidate, NOW, STAND);
  const [[path, text] = ["", ""]] = [...files];

  test("permits what it was told, when it is read again", () => {
    const [layer] = layersOf([{ path, text }], STAND);
    const permitted = Object.entries(ASKED).filter(([, question]) => layer?.decide(question, NOW).verdict === "permit");
    expect(layer?.dialect).toBe(target);
    expect(permitted.map(([name]) => name).join(" ")).toBe(PERMITTED[target]);
  });

  test("keeps beside each rule why it is there, where the file has a place for it", () => {
    const [layer] = layersOf([{ path, text }], STAND);
    const reasons = layer?.rules
      .filter(({ opens, text: rule }) => opens && !rule.includes("not modelled"))
      .map(({ reason }) => reason);
    expect(reasons?.length).toBeGreaterThan(1);
    for (const reason of reasons ?? []) expect(reason).toMatch(/^b4ce0000000|no place for a reason/);
  });

  test("says what is left out and what is wider", () => {
    expect([...left, "--", ...widened].join("\n")).toMatchSnapshot();
    for (const line of [...left, ...widened]) expect(text).toContain(line.slice(0, 40));
  });

  test("holds no text that a reader could take for anything else", () => {
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text).not.toContain("$(");
    expect(text).not.toContain("};accept");
  });
});

test("what has ended is in none", () => {
  for (const target of LIST_TARGETS)
    expect([...convert(target, candidate, NOW, STAND).files.values()].join("")).not.toContain("over.flour.example");
});
