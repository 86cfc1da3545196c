import { describe, expect, test } from "vitest";
import { EXPLANATION_SCHEMA, type FlowExplanation, type QuestionSummary } from "../../src/model/explanation.ts";
import { explanationJson, explanationText } from "../../src/report/index.ts";
import { address, fqdn } from "../support/build.ts";

const flow: FlowExplanation = {
  _schema: EXPLANATION_SCHEMA,
  kind: "flow",
  question: "192.0.2.1",
  run: "run-07",
  source: "run-07.pcap",
  unit: "packet",
  transport: "tcp",
  client: { address: address("10.0.0.2"), port: 40_000 },
  server: { address: address("192.0.2.1"), port: 443 },
  state: "established",
  outcome: "allowed",
  connections: 1,
  firstSeen: "2026-11-01T12:00:00.000000Z",
  lastSeen: "2026-11-01T12:00:01.000000Z",
  workload: null,
  tool: null,
  process: null,
  packets: { count: 9, first: 3, last: 20 },
  opening: [{ kind: "syn", record: 3 }],
  spoke: null,
  hello: [5, 6],
  said: [{ source: "tls-sni", name: fqdn("api.example.com"), address: null, port: null, records: [5, 6] }],
  flags: ["ech"],
  answers: [
    {
      source: "dns",
      name: fqdn("api.example.com"),
      chain: [],
      client: address("10.0.0.2"),
      resolver: address("10.0.0.53"),
      ttl: 60,
      at: "2026-11-01T11:59:59.000000Z",
      until: "2026-11-01T12:05:59.000000Z",
      record: 2,
      records: [2],
      use: "agrees",
      why: "says the same name",
    },
  ],
  answersLeftOut: 0,
  verdicts: [
    {
      name: fqdn("api.example.com"),
      nameSource: "tls-sni",
      address: address("192.0.2.1"),
      port: 443,
      via: null,
      flags: ["ech"],
      sentence: "named api.example.com by tls-sni (packets 5, 6)",
    },
  ],
};
const summary: QuestionSummary = {
  _schema: EXPLANATION_SCHEMA,
  kind: "question",
  question: "192.0.2.1",
  runs: 1,
  flows: 1,
  explained: 1,
  nearMisses: [],
};
const ALONE = { joined: new Set<string>() };

const row = (label: string, more: Partial<FlowExplanation>): string[] =>
  explanationText({ flows: [{ ...flow, ...more }], summary }, ALONE)
    .split("\n")
    .filter((line) => line.startsWith(`  ${label} `))
    .map((line) => line.slice(14));

describe("the rows of a flow", () => {
  test.each<[string, Partial<FlowExplanation>, string, readonly string[]]>([
    ["the opening", {}, "opened", ["packet 3 (SYN)"]],
    ["no opening", { opening: [] }, "opened", ["not captured"]],
    ["midstream", { opening: [], state: "midstream" }, "opened", ["not captured: the direction is guessed"]],
    ["a log has no opening", { unit: "line", packets: null, opening: [] }, "opened", []],
    ["every packet that holds the name", {}, "said", ["packets 5, 6: TLS server name api.example.com (tls-sni)"]],
    ["a hello without a name", { said: [] }, "said", ["packets 5, 6: no name"]],
    ["bytes that name nothing", { said: [], hello: [], spoke: 7 }, "said", ["packet 7: nothing that names a host"]],
    [
      "an answer",
      {},
      "dns",
      [
        "packet 2: api.example.com, 10.0.0.53 to 10.0.0.2, TTL 60 s, good until 2026-11-01T12:05:59.000000Z: not used: says the same name",
      ],
    ],
    ["answers left out", { answers: [], answersLeftOut: 3 }, "dns", ["and 3 answers more"]],
    ["a sum of several", { connections: 4 }, "state", ["established, allowed, 4 connections"]],
    ["no times", { firstSeen: null, lastSeen: null }, "seen", ["at no known time"]],
    ["packets to open", {}, "wireshark", ["frame.number in {2, 3, 5, 6}"]],
    ["no packet to open", { opening: [], hello: [], said: [], answers: [] }, "wireshark", ["no packet to show"]],
    ["no filter for a log", { unit: "line" }, "wireshark", []],
  ])("%s", (_, more, label, expected) => expect(row(label, more)).toEqual(expected));
});

describe("the filter of a flow", () => {
  const filter = (more: Partial<FlowExplanation>): string =>
    (
      JSON.parse(explanationJson({ flows: [{ ...flow, ...more }], summary }, ALONE).split("\n")[0] ?? "") as {
        filters: { flow: string };
      }
    ).filters.flow;

  test.each<[string, Partial<FlowExplanation>, string]>([
    ["TCP", {}, "ip.addr == 10.0.0.2 && ip.addr == 192.0.2.1 && tcp.port == 40000 && tcp.port == 443"],
    [
      "UDP over IPv6",
      {
        transport: "udp",
        client: { address: address("2001:db8::2"), port: 5000 },
        server: { address: address("2001:db8::1"), port: 443 },
      },
      "ipv6.addr == 2001:db8::2 && ipv6.addr == 2001:db8::1 && udp.port == 5000 && udp.port == 443",
    ],
    [
      "ICMP",
      {
        transport: "icmp",
        client: { address: address("10.0.0.2"), port: null },
        server: { address: address("192.0.2.1"), port: null },
      },
      "ip.addr == 10.0.0.2 && ip.addr == 192.0.2.1 && icmp",
    ],
  ])("%s", (_, more, expected) => expect(filter(more)).toBe(expected));
});

test("flows beyond those shown are told", () => {
  const text = explanationText({ flows: [flow], summary: { ...summary, flows: 250 } }, ALONE);
  expect(text).toContain("192.0.2.1: 250 flows (1 run read)\n  249 of them are not shown");
});
