import { describe, expect, test } from "vitest";
import { brief, jsonl, read, rejected } from "../reading.ts";

const event = (event_type: string, flow_id: number, more: object = {}): object => ({
  timestamp: "2026-11-01T10:00:00.500000+0000",
  flow_id,
  event_type,
  src_ip: "10.0.0.2",
  src_port: 40_000,
  dest_ip: "203.0.113.7",
  dest_port: 443,
  proto: "TCP",
  ...more,
});
const swapped = { src_ip: "203.0.113.7", src_port: 443, dest_ip: "10.0.0.2", dest_port: 40_000 };
const resolver = { dest_ip: "203.0.113.53", dest_port: 53, proto: "UDP" };
const TO = "10.0.0.2:40000 > 203.0.113.7:443";

describe("events of one flow", () => {
  test("are joined by flow_id, whichever comes first", () => {
    const events = [
      event("tls", 1, { tls: { sni: "api.example.net", client_handshake: { exts: [0, 65_037] } } }),
      event("alert", 1, { ...swapped, alert: { action: "allowed" } }),
      event("flow", 1, {
        timestamp: "2026-11-01T10:05:00+0000",
        flow: {
          state: "closed",
          start: "2026-11-01T10:00:00.1+0000",
          end: "2026-11-01T10:00:09+0000",
          bytes_toserver: 900,
          bytes_toclient: 7000,
        },
        tcp: { tcp_flags_ts: "1b", tcp_flags_tc: "1b" },
      }),
    ];
    for (const order of [events, events.toReversed()]) {
      const { flows, facts } = read("suricata", jsonl(...order));
      expect(flows.map(brief)).toEqual([`tcp ${TO} established allowed tls-sni=api.example.net +ech`]);
      expect(flows[0]).toMatchObject({
        bytesOut: 900,
        bytesIn: 7000,
        firstSeen: 1_793_527_200_100_000,
        lastSeen: 1_793_527_209_000_000,
      });
      expect(rejected(facts)).toEqual({});
    }
  });

  test.for<[object, string]>([
    [
      event("tls", 1, { tls: { sni: "api.example.net", ja3: { string: "771,4865,0-65037-23,29,0" } } }),
      `tcp ${TO} established allowed tls-sni=api.example.net +ech`,
    ],
    [event("tls", 1, { tls: { sni: "evil\u001b]0;x\u0007" } }), `tcp ${TO} established allowed +invalid-name`],
    [
      event("http", 1, { http: { hostname: "api.example.net", url: "/", http_method: "GET" } }),
      `tcp ${TO} established allowed http-host=api.example.net`,
    ],
    [
      event("http", 1, {
        http: { hostname: "pkg.example.net", url: "pkg.example.net:443", http_method: "CONNECT", status: 403 },
      }),
      `tcp ${TO} established denied tunnel=pkg.example.net:443`,
    ],
    [event("http", 1, { http: { hostname: "203.0.113.7", url: "/" } }), `tcp ${TO} established allowed`],
    [
      event("quic", 1, { proto: "UDP", quic: { sni: "h3.example.net" } }),
      `udp ${TO} established allowed quic-sni=h3.example.net`,
    ],
    [event("ssh", 1), `tcp ${TO} established allowed`],
    // The source of an alert is the sender of its packet; the event may tell who opened the flow, else the ports must.
    [
      event("alert", 1, { ...swapped, flow: { src_ip: "10.0.0.2", src_port: 40_000 } }),
      `tcp ${TO} established allowed`,
    ],
    [event("alert", 1, { ...swapped, direction: "to_client" }), `tcp ${TO} established allowed`],
    [event("alert", 1, swapped), `tcp ${TO} midstream allowed +midstream`],
    [event("alert", 1, { alert: { action: "blocked" } }), `tcp ${TO} midstream denied +midstream`],
    [event("drop", 1, { direction: "to_server" }), `tcp ${TO} established denied`],
    [
      event("flow", 1, { flow: { state: "new" }, tcp: { tcp_flags_ts: "02", tcp_flags_tc: "00" } }),
      `tcp ${TO} attempted failed`,
    ],
    [
      event("flow", 1, { flow: { state: "closed" }, tcp: { tcp_flags_ts: "02", tcp_flags_tc: "14" } }),
      `tcp ${TO} rejected failed`,
    ],
    [
      event("flow", 1, { flow: { state: "closed" }, tcp: { tcp_flags_ts: "1e", tcp_flags_tc: "1b" } }),
      `tcp ${TO} reset allowed`,
    ],
    [
      event("flow", 1, { flow: { state: "established" }, tcp: { tcp_flags_ts: "18", tcp_flags_tc: "18" } }),
      `tcp ${TO} midstream allowed +midstream`,
    ],
    [event("flow", 1, { flow: { state: "new", action: "drop" } }), `tcp ${TO} attempted denied`],
    [event("flow", 1, { proto: "UDP", flow: { state: "new" } }), `udp ${TO} attempted allowed`],
    [
      event("flow", 1, { proto: "IPv6-ICMP", dest_ip: "2001:db8::7", flow: { state: "new" } }),
      "icmpv6 10.0.0.2:? > 2001:db8::7:? attempted allowed",
    ],
  ])("%j alone is %s", ([line, expected]) => {
    expect(read("suricata", jsonl(line)).flows.map(brief)).toEqual([expected]);
  });

  test("netflow has an event a direction, the originator's first", () => {
    const half = (more: object, bytes: number): object =>
      event("netflow", 1, {
        ...more,
        netflow: { bytes, pkts: 3, start: "2026-11-01T10:00:00+0000", end: "2026-11-01T10:00:02+0000" },
      });
    expect(read("suricata", jsonl(half({}, 900), half(swapped, 7000))).flows).toMatchObject([
      { state: "established", bytesOut: 900, bytesIn: 7000, responder: { address: "203.0.113.7", port: 443 } },
    ]);
    expect(read("suricata", jsonl(half({}, 900))).flows.map(brief)).toEqual([`tcp ${TO} attempted failed`]);
  });
});

test.for<[object, string]>([
  [event("stats", 0, { src_ip: undefined }), "other-event"],
  [event("flow", 1, { src_ip: undefined }), "no-endpoint"],
  [event("flow", 1, { dest_ip: "x" }), "bad-address"],
  [event("flow", 1, { proto: undefined }), "no-protocol"],
  [event("flow", 1, { proto: "GRE" }), "unknown-protocol"],
  [event("alert", 1, { src_port: 50_000, dest_port: 50_001 }), "direction-unknown"],
])("%j is not used: %s", ([line, reason]) => {
  const { facts, flows } = read("suricata", jsonl(line));
  expect([flows.length, rejected(facts)]).toEqual([0, { [reason]: 1 }]);
});

describe("DNS", () => {
  const answers = [
    { rrname: "api.example.net", rrtype: "CNAME", ttl: 300, rdata: "edge.example.org" },
    { rrname: "edge.example.org", rrtype: "CNAME", ttl: 20, rdata: "e7.example.org" },
    { rrname: "e7.example.org", rrtype: "A", ttl: 60, rdata: "203.0.113.7" },
  ];
  const reply = { src_ip: "203.0.113.53", src_port: 53, dest_ip: "10.0.0.2", dest_port: 40_000, proto: "UDP" };
  const v1 = (dns: object): object =>
    event("dns", 3, { ...resolver, dns: { type: "answer", id: 7, rcode: "NOERROR", ...dns } });
  test.for<[string, object[]]>([
    [
      "version 1, one event an answer",
      [event("dns", 3, { ...resolver, dns: { type: "query", id: 7, rrname: "api.example.net" } }), ...answers.map(v1)],
    ],
    ["version 1, in another order", answers.toReversed().map(v1)],
    [
      "version 2, from the client",
      [event("dns", 3, { ...resolver, dns: { version: 2, type: "answer", rrname: "api.example.net", answers } })],
    ],
    ["version 2, as the packet went", [event("dns", 3, { ...reply, dns: { version: 2, type: "answer", answers } })]],
    [
      "version 3, from the responder",
      [
        event("dns", 3, {
          ...reply,
          dns: { version: 3, type: "response", queries: [{ rrname: "api.example.net", rrtype: "A" }], answers },
        }),
      ],
    ],
  ])("of %s gives the name, the aliases and the least TTL", ([, events]) => {
    const result = read("suricata", jsonl(...events));
    expect(result.answers).toMatchObject([
      {
        name: "api.example.net",
        chain: ["edge.example.org", "e7.example.org"],
        address: "203.0.113.7",
        ttl: 20,
        client: "10.0.0.2",
        resolver: "203.0.113.53",
        at: 1_793_527_200_500_000,
      },
    ]);
    expect(result.flows.map(brief)).toEqual(["udp 10.0.0.2:40000 > 203.0.113.53:53 established allowed +dns"]);
  });

  test("a question without an answer was only asked", () => {
    const { flows } = read(
      "suricata",
      jsonl(event("dns", 3, { ...resolver, dns: { type: "query", rrname: "api.example.net" } })),
    );
    expect(flows.map(brief)).toEqual(["udp 10.0.0.2:40000 > 203.0.113.53:53 attempted allowed"]);
  });

  test("aliases that never end lead nowhere", () => {
    const loop = [
      { rrname: "a.example", rrtype: "CNAME", rdata: "b.example" },
      { rrname: "b.example", rrtype: "CNAME", rdata: "a.example" },
      { rrname: "a.example", rrtype: "A", rdata: "203.0.113.7" },
      { rrname: "bad name", rrtype: "A", rdata: "203.0.113.7" },
      { rrname: "c.example", rrtype: "A", rdata: "nowhere" },
    ];
    const { answers: found, facts } = read(
      "suricata",
      jsonl(event("dns", 3, { ...reply, dns: { version: 2, type: "answer", answers: loop } })),
    );
    expect(found).toEqual([]);
    expect(rejected(facts)).toEqual({ "alias-loop": 1, "invalid-name": 1, "unusable-answer": 1 });
  });
});
