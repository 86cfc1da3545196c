import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brief, jsonl, read, rejected } from "../reading.ts";

const ids = (uid: string, host: string, port: number): object => ({
  uid,
  "id.orig_h": "10.0.0.2",
  "id.orig_p": 40_000,
  "id.resp_h": host,
  "id.resp_p": port,
});
const conn = (uid: string, host: string, port: number, more: object = {}): object => ({
  ts: 1_793_527_200.5,
  ...ids(uid, host, port),
  proto: "tcp",
  conn_state: "SF",
  ...more,
});

const CONN = jsonl(
  conn("C1", "203.0.113.7", 443, { duration: 1.5, orig_bytes: 100, resp_bytes: 2000 }),
  conn("C2", "203.0.113.8", 80, { ts: 1_793_527_201 }),
  conn("C3", "203.0.113.53", 53, { ts: 1_793_527_199, proto: "udp" }),
  conn("C4", "203.0.113.9", 443, { ts: 1_793_527_202, conn_state: "REJ" }),
  conn("C5", "203.0.113.10", 3128, { ts: 1_793_527_203 }),
  conn("C6", "203.0.113.11", 443, { ts: 1_793_527_204, proto: "udp" }),
);
const DNS = jsonl({
  ts: 1_793_527_199,
  ...ids("C3", "203.0.113.53", 53),
  proto: "udp",
  trans_id: 7,
  rtt: 0.25,
  query: "api.example.net",
  qtype: 1,
  qtype_name: "A",
  rcode: 0,
  answers: ["edge.example.org", "e7.example.org", "203.0.113.7", "203.0.113.8"],
  TTLs: [300, 20.7, 60, 5],
});
const SSL = jsonl({
  ts: 1_793_527_200.6,
  ...ids("C1", "203.0.113.7", 443),
  version: "TLSv13",
  cipher: "x",
  server_name: "api.example.net",
  established: true,
});
const HTTP = jsonl(
  {
    ts: 1_793_527_201.1,
    ...ids("C2", "203.0.113.8", 80),
    trans_depth: 1,
    method: "GET",
    host: "plain.example.net",
    uri: "/",
    status_code: 404,
    username: "u",
    password: "hunter2",
  },
  {
    ts: 1_793_527_201.2,
    ...ids("C2", "203.0.113.8", 80),
    trans_depth: 2,
    method: "GET",
    host: "plain.example.net",
    uri: "/2",
  },
  {
    ts: 1_793_527_203.1,
    ...ids("C5", "203.0.113.10", 3128),
    trans_depth: 1,
    method: "CONNECT",
    host: "pkg.example.net",
    uri: "pkg.example.net:443",
    status_code: 200,
  },
);
const QUIC = jsonl({
  ts: 1_793_527_204.1,
  ...ids("C6", "203.0.113.11", 443),
  version: "1",
  client_initial_dcid: "aa",
  server_name: "h3.example.net",
  client_protocol: "h3",
  history: "ISishIHhH",
});
const FILES = [CONN, DNS, SSL, HTTP, QUIC];

describe("the logs of one sensor", () => {
  test("are joined by uid and handed over in order of time", () => {
    const { flows, answers, order, facts } = read("zeek", FILES);
    expect(flows.map(brief)).toMatchInlineSnapshot(`
      [
        "udp 10.0.0.2:40000 > 203.0.113.53:53 established allowed +dns",
        "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed tls-sni=api.example.net",
        "tcp 10.0.0.2:40000 > 203.0.113.8:80 established allowed http-host=plain.example.net",
        "tcp 10.0.0.2:40000 > 203.0.113.9:443 rejected failed",
        "tcp 10.0.0.2:40000 > 203.0.113.10:3128 established allowed tunnel=pkg.example.net:443",
        "udp 10.0.0.2:40000 > 203.0.113.11:443 established allowed quic-sni=h3.example.net",
      ]
    `);
    expect(order.slice(0, 4)).toEqual([
      "flow 203.0.113.53:53",
      "answer api.example.net 203.0.113.7",
      "answer api.example.net 203.0.113.8",
      "flow 203.0.113.7:443",
    ]);
    expect(answers[0]).toEqual({
      source: "dns",
      name: "api.example.net",
      chain: ["edge.example.org", "e7.example.org"],
      address: "203.0.113.7",
      ttl: 20,
      client: "10.0.0.2",
      resolver: "203.0.113.53",
      resolverPort: 53,
      at: 1_793_527_199_250_000,
      record: 1,
    });
    expect(answers[1]?.ttl).toBe(5);
    expect(flows[1]).toMatchObject({
      bytesOut: 100,
      bytesIn: 2000,
      firstSeen: 1_793_527_200_500_000,
      lastSeen: 1_793_527_202_000_000,
    });
    expect(facts).toMatchObject({ records: 12, flows: 6, blindSpots: [] });
  });

  test("say the same in any order of files", () => {
    const whole = read("zeek", FILES);
    fc.assert(
      fc.property(fc.shuffledSubarray(FILES, { minLength: FILES.length }), (files) => {
        const { flows, answers, order } = read("zeek", files);
        expect({ flows, answers, order }).toEqual({ flows: whole.flows, answers: whole.answers, order: whole.order });
      }),
      { numRuns: 20 },
    );
  });

  test("stand for themselves where the conn log is missing", () => {
    expect(read("zeek", [SSL, HTTP, QUIC, DNS]).flows.map(brief)).toEqual([
      "udp 10.0.0.2:40000 > 203.0.113.53:53 established allowed +dns",
      "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed tls-sni=api.example.net",
      "tcp 10.0.0.2:40000 > 203.0.113.8:80 established allowed http-host=plain.example.net",
      "tcp 10.0.0.2:40000 > 203.0.113.10:3128 established allowed tunnel=pkg.example.net:443",
      "udp 10.0.0.2:40000 > 203.0.113.11:443 established allowed quic-sni=h3.example.net",
    ]);
  });
});

describe("a connection", () => {
  test.for<[string, string, string]>([
    ["S0", "attempted failed", "attempted allowed"],
    ["SH", "attempted failed", "attempted allowed"],
    ["RSTOS0", "attempted failed", "attempted allowed"],
    ["REJ", "rejected failed", "rejected failed"],
    ["RSTRH", "rejected failed", "rejected failed"],
    ["S1", "established allowed", "established allowed"],
    ["S2", "established allowed", "established allowed"],
    ["S3", "established allowed", "established allowed"],
    ["SF", "established allowed", "established allowed"],
    ["RSTO", "reset allowed", "reset allowed"],
    ["RSTR", "reset allowed", "reset allowed"],
    ["OTH", "midstream allowed +midstream", "midstream allowed +midstream"],
    ["SHR", "midstream allowed +midstream", "midstream allowed +midstream"],
  ])("in state %s is %s over TCP, %s over UDP", ([conn_state, tcp, udp]) => {
    const [first, second] = read(
      "zeek",
      jsonl(
        conn("C1", "203.0.113.7", 443, { conn_state }),
        conn("C2", "203.0.113.7", 443, { conn_state, proto: "udp" }),
      ),
    ).flows;
    expect(first && brief(first)).toBe(`tcp 10.0.0.2:40000 > 203.0.113.7:443 ${tcp}`);
    expect(second && brief(second)).toBe(`udp 10.0.0.2:40000 > 203.0.113.7:443 ${udp}`);
  });

  test("written twice counts once, and two with one uid count twice", () => {
    const { flows, facts } = read(
      "zeek",
      jsonl(conn("C1", "203.0.113.7", 443), conn("C1", "203.0.113.7", 443), conn("C1", "203.0.113.8", 443)),
    );
    expect(flows).toHaveLength(2);
    expect(rejected(facts)).toEqual({ "duplicate-record": 1 });
  });

  test.for<[object, string]>([
    [{ proto: "unknown_transport" }, "unknown-protocol"],
    [{ proto: undefined }, "no-protocol"],
    [{ "id.resp_h": "api.example.net" }, "bad-address"],
    [{ _path: "weird" }, "other-stream"],
    [{ _path: "files" }, "other-stream"],
  ])("with %j is not used: %s", ([more, reason]) => {
    expect(rejected(read("zeek", jsonl(conn("C1", "203.0.113.7", 443, more))).facts)).toEqual({ [reason]: 1 });
  });

  test("may be SCTP by number, or ICMP, whose types are no ports", () => {
    const lines = jsonl(
      conn("C1", "203.0.113.7", 443, { proto: "unknown_transport", ip_proto: 132 }),
      conn("C2", "2001:db8::7", 8, { proto: "icmp", conn_state: "OTH" }),
    );
    expect(read("zeek", lines).flows.map((flow) => [flow.transport, flow.responder.port])).toEqual([
      ["sctp", 443],
      ["icmpv6", null],
    ]);
  });
});

describe("a request", () => {
  const request = (more: object): string => {
    const line = jsonl({ ts: 1, ...ids("C1", "203.0.113.10", 3128), trans_depth: 1, ...more });
    return read("zeek", line).flows.map(brief).join();
  };
  test.for<[object, string]>([
    [
      { method: "CONNECT", uri: "pkg.example.net:443", host: "pkg.example.net", status_code: 403 },
      "denied tunnel=pkg.example.net:443",
    ],
    [{ method: "CONNECT", uri: "pkg.example.net:443", status_code: 502 }, "failed tunnel=pkg.example.net:443"],
    [{ method: "CONNECT", uri: "[2001:db8::1]:8443", status_code: 200 }, "allowed tunnel=2001:db8::1:8443"],
    [{ method: "CONNECT", uri: "pkg.example.net\u0000:443" }, "allowed +invalid-name"],
    [
      { method: "GET", uri: "http://user:pw@pkg.example.net/x", host: "pkg.example.net", status_code: 404 },
      "allowed tunnel=pkg.example.net:80 +absolute-form",
    ],
    [
      { method: "GET", uri: "https://pkg.example.net:8443/x", status_code: 407 },
      "denied tunnel=pkg.example.net:8443 +absolute-form",
    ],
    [{ method: "GET", uri: "/", host: "pkg.example.net:3128" }, "allowed http-host=pkg.example.net"],
    [{ method: "GET", uri: "/", host: "203.0.113.10" }, "allowed"],
    [{ method: "GET", uri: "/", host: "`id`.example" }, "allowed +invalid-name"],
  ])("%j is %s", ([more, expected]) => {
    expect(request(more)).toBe(`tcp 10.0.0.2:40000 > 203.0.113.10:3128 established ${expected}`);
  });
});

test("answers that lead to no address of the name asked for are left alone", () => {
  const dns = (uid: string, more: object): object => ({
    ts: 1,
    ...ids(uid, "203.0.113.53", 53),
    proto: "udp",
    query: "a.example",
    ...more,
  });
  const { answers, flows, facts } = read(
    "zeek",
    jsonl(
      dns("C1", { qtype: 16, answers: ["TXT 3 abc"], rcode: 0 }),
      dns("C2", { qtype: 12, answers: ["203.0.113.9"], rcode: 0 }),
      dns("C3", { qtype: 1, rcode: 3 }),
      dns("C4", { qtype: 1, answers: ["bad name", 7, "203.0.113.9"], TTLs: ["x", -1], rcode: 0 }),
      dns("C5", { qtype: 28, answers: ["2001:db8::9"], query: "$(id).example", rcode: 0 }),
      dns("C6", { qtype: 1 }),
    ),
  );
  expect(answers.map(({ name, address, ttl, record }) => [name, address, ttl, record])).toEqual([
    ["a.example", "203.0.113.9", null, 4],
  ]);
  expect(flows.map((flow) => [flow.state, flow.flags.includes("dns")])).toEqual([
    ["established", true],
    ["established", true],
    ["established", false],
    ["established", true],
    ["established", true],
    ["attempted", false],
  ]);
  expect(rejected(facts)).toEqual({ "unusable-answer": 2, "invalid-name": 1 });
});
