import { describe, expect, test } from "vitest";
import { Explainer, Inquiry, parseQuestion, search } from "../../../src/attribute/explain/index.ts";
import type { FlowExplanation, NearMiss } from "../../../src/model/explanation.ts";
import type { DnsAnswer, Flow, FlowPackets } from "../../../src/model/flow.ts";
import { SECOND } from "../../../src/model/instant.ts";
import { address, answer, claim, facts, flow, fqdn, NOON } from "../../support/build.ts";

type Event = Flow | DnsAnswer;

function explain(
  what: string,
  events: readonly Event[],
  format = "pcap",
): { flows: FlowExplanation[]; near: NearMiss[] } {
  const inquiry = new Inquiry(parseQuestion(what));
  const found = { flows: [], addresses: new Set<never>() };
  const first = search("run-07", [inquiry], found);
  const explainer = new Explainer("run-07", "run-07.pcap", [inquiry.question], found);
  for (const sink of [first, explainer.sink]) {
    for (const event of events) {
      if ("responder" in event) sink.flow(event);
      else sink.answer(event);
    }
    sink.close(facts({ format }));
  }
  return { flows: explainer.explanations(), near: inquiry.near.told() };
}

const packets = (more: Partial<FlowPackets> = {}): FlowPackets => ({
  count: 9,
  first: 3,
  last: 11,
  opening: [{ kind: "syn", record: 3 }],
  spoke: 7,
  said: [],
  asked: [],
  whole: true,
  ...more,
});

const to = (more: Partial<Flow> = {}): Flow => flow("192.0.2.1", 443, { packets: packets(), ...more });
const sentences = (events: readonly Event[], format?: string): string[] =>
  explain("192.0.2.1", events, format).flows.flatMap(({ verdicts }) => verdicts.map(({ sentence }) => sentence));

describe("the verdict", () => {
  const spoke = { claims: [claim("api.example.com", "tls-sni", 5)], packets: packets({ said: [4, 5] }) };
  const connect = {
    kind: "http-connect" as const,
    name: fqdn("far.example.com"),
    address: null,
    port: 443,
    record: 6,
  };
  const NOTHING_READ = "no name: what the client said first (packet 7) is no hello or request that names a host, and ";

  test.each<[string, readonly Event[], readonly string[]]>([
    ["what the client said", [to(spoke)], ["named api.example.com by tls-sni (packets 4, 5)"]],
    [
      "what the client said, with another name from DNS",
      [answer("cdn.example.net", "192.0.2.1", { record: 2 }), to(spoke)],
      ["named api.example.com by tls-sni (packets 4, 5), although DNS gave this address to cdn.example.net (packet 2)"],
    ],
    [
      "an answer",
      [answer("db.example.com", "192.0.2.1", { record: 2, chain: [fqdn("edge.example.net")] }), to()],
      ["named db.example.com by dns (packet 2, TTL 60 s + 300 s grace, through edge.example.net)"],
    ],
    [
      "the latest of several answers with the name",
      [
        answer("db.example.com", "192.0.2.1", { record: 1, at: NOON - 9 * SECOND }),
        answer("db.example.com", "192.0.2.1", { record: 2, at: NOON - 8 * SECOND }),
        to(),
      ],
      ["named db.example.com by dns (packet 2, TTL 60 s + 300 s grace)"],
    ],
    [
      "two names as good",
      [
        answer("a.example.com", "192.0.2.1", { record: 1, at: NOON - 9 * SECOND }),
        answer("b.example.com", "192.0.2.1", { record: 2, at: NOON - 8 * SECOND }),
        to(),
      ],
      [
        "ambiguous: named b.example.com by dns (packet 2, TTL 60 s + 300 s grace), and a.example.com (packet 1) was as valid",
      ],
    ],
    [
      "a name resolution block",
      [answer("h.example.com", "192.0.2.1", { source: "pcapng-nrb", client: null, ttl: null, at: null }), to()],
      ["named h.example.com by pcapng-nrb (a name resolution block of the capture)"],
    ],
    [
      "a proxy",
      [to({ tunnels: [connect], packets: packets({ asked: [6] }) })],
      [
        "the proxy was asked for far.example.com:443 by http-connect (packet 6)",
        "the proxy itself is without a name: no DNS answer gave its address",
      ],
    ],
    [
      "a proxy that was asked for an address, and the name inside",
      [
        to({
          tunnels: [{ ...connect, name: null, address: address("198.51.100.7") }],
          claims: [claim("in.example.com", "tls-sni", 8)],
          packets: packets({ asked: [6], said: [8] }),
        }),
      ],
      [
        "the proxy was asked for 198.51.100.7:443 by http-connect (packet 6); named in.example.com by tls-sni inside (packet 8)",
        "the proxy itself is without a name: no DNS answer gave its address",
      ],
    ],
    ["nothing", [to()], [`${NOTHING_READ}no DNS answer gave its address`]],
    [
      "answers that cannot explain it",
      [
        answer("a.example.com", "192.0.2.1", { client: address("10.0.0.3") }),
        answer("b.example.com", "192.0.2.1", { at: NOON - 361 * SECOND }),
        answer("c.example.com", "192.0.2.1", { at: NOON + 1 }),
        to(),
      ],
      [
        `${NOTHING_READ}no DNS answer for its address fits: given after the flow began, given to another client, over before it began`,
      ],
    ],
    [
      "midstream",
      [to({ state: "midstream", flags: ["midstream"] })],
      [
        "no name: no hello or request was seen (midstream: the opening is not in the capture), and no DNS answer gave its address",
      ],
    ],
    [
      "a refusal",
      [to({ state: "rejected", outcome: "failed" })],
      ["no name: the connection was refused, so the client said nothing, and no DNS answer gave its address"],
    ],
    [
      "a hello that the capture cut",
      [to({ flags: ["hello-cut"], packets: packets({ said: [4] }) })],
      ["no name: the client's hello (packet 4) is not whole in the capture, and no DNS answer gave its address"],
    ],
    [
      "a hello without a name",
      [to({ flags: ["ech"], packets: packets({ said: [4] }) })],
      ["no name: the client's hello (packet 4) holds no name, and no DNS answer gave its address"],
    ],
  ])("on %s", (_, events, expected) => expect(sentences(events)).toEqual(expected));

  test("speaks of lines where a log is explained", () => {
    const logged = flow("192.0.2.1", 443, { claims: [claim("api.example.com", "log", 7)] });
    expect(sentences([logged], "zeek")).toEqual(["named api.example.com by log (line 7)"]);
    expect(sentences([flow("192.0.2.1", 443)], "zeek")).toEqual([
      "no name: the log gives none, and no DNS answer gave its address",
    ]);
  });

  test("names only the completing packet where the others are not known", () => {
    const spoken = to({ ...spoke, packets: packets({ said: [5], whole: false }) });
    expect(sentences([spoken])).toEqual(["named api.example.com by tls-sni (packet 5)"]);
  });
});

describe("the answers", () => {
  test("come with their use, what decided first, and never more than can be read", () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      answer("old.example.com", "192.0.2.1", { at: NOON - 1000 * SECOND + i, record: i + 1 }),
    );
    const [got] = explain("192.0.2.1", [...many, answer("db.example.com", "192.0.2.1", { record: 50 }), to()]).flows;
    expect(got?.answers.map(({ use, record }) => `${use} ${record}`).slice(0, 3)).toEqual([
      "used 50",
      "over 30",
      "over 29",
    ]);
    expect(got?.answers).toHaveLength(12);
    expect(got?.answersLeftOut).toBe(19);
  });

  test("of another address are not told", () => {
    const [got] = explain("192.0.2.1", [answer("b.example.com", "192.0.2.9"), to()]).flows;
    expect(got?.answers).toEqual([]);
  });
});

describe("many flows", () => {
  const many = Array.from({ length: 250 }, (_, i) =>
    flow("192.0.2.1", 443, { originator: { address: address("10.0.0.2"), port: 1000 + i } }),
  );

  test("are explained a hundred at most", () => expect(explain("192.0.2.1", many).flows).toHaveLength(100));
});

describe("near misses", () => {
  test.each<[string, readonly Event[], readonly string[]]>([
    ["192.0.2.1:80", [to()], ["same-address 192.0.2.1 443 1"]],
    ["10.0.0.2", [to(), to()], ["as-client 192.0.2.1 443 2"]],
    ["api.example.com:80", [to({ claims: [claim("api.example.com")] })], ["same-name 192.0.2.1 443 1"]],
    ["cdn.example.net", [answer("cdn.example.net", "192.0.2.7")], ["resolved 192.0.2.7 null 1"]],
    [
      "edge.example.net",
      [answer("cdn.example.net", "192.0.2.7", { chain: [fqdn("edge.example.net")] })],
      ["resolved 192.0.2.7 null 1"],
    ],
    ["10.0.0.2:1 > 192.0.2.1:443", [to()], ["same-hosts 192.0.2.1 443 1"]],
    ["198.51.100.1", [to()], []],
  ])("of %s", (what, events, expected) => {
    const { flows, near } = explain(what, events);
    expect(flows).toEqual([]);
    expect(near.map((miss) => `${miss.kind} ${miss.address} ${miss.port} ${miss.count}`)).toEqual(expected);
  });
});
