import { describe, expect, test } from "vitest";
import { type LogFormat, sniffLog } from "../../../../src/ingest/logs/registry.ts";
import { brief, jsonl, read, rejected } from "../reading.ts";

/** What the log is recognised as, what its lines say, and why the others are not used. */
function outcome(log: string): unknown[] {
  const format = sniffLog(new TextEncoder().encode(log)) as LogFormat;
  const { flows, facts } = read(format, log);
  return [format, ...flows.map(brief), rejected(facts)];
}

const audit = (more: object): object => ({
  _schema: "audit/v0.26.0",
  timestamp: "2026-11-01T10:00:00Z",
  event: "http_access",
  client: "172.30.0.20",
  host: "api.example.net:443",
  dest: "203.0.113.7:443",
  method: "CONNECT",
  status: 200,
  decision: "TCP_TUNNEL",
  url: "api.example.net:443",
  ...more,
});

describe("proxy logs name the target of each request", () => {
  test("gh-aw-firewall, audit.jsonl", () => {
    const log = jsonl(
      audit({}),
      audit({ dest: "-:-", status: 403, decision: "TCP_DENIED", host: "evil.example:443", url: "evil.example:443" }),
      audit({ dest: "-:-", status: 503 }),
      audit({
        method: "GET",
        url: "http://plain.example/x",
        status: 404,
        decision: "TCP_MISS",
        dest: "[2001:db8::7]:80",
      }),
      audit({ url: "error:transaction-end-before-headers", decision: "NONE_NONE" }),
      audit({ url: "bad name:443", host: "bad name" }),
      '{"_schema":"audit/v0.26.0","client":"un"escaped"}',
    );
    expect(outcome(log)).toEqual([
      "awf",
      "tcp 172.30.0.20:? > 203.0.113.7:443 established allowed log=api.example.net",
      "tcp 172.30.0.20:? > ?:443 attempted denied log=evil.example",
      "tcp 172.30.0.20:? > ?:443 attempted failed log=api.example.net",
      "tcp 172.30.0.20:? > 2001:db8::7:80 established allowed log=plain.example",
      { "not-a-request": 1, "invalid-name": 1, "broken-line": 1 },
    ]);
  });

  test("gh-aw-firewall, access.log", () => {
    const log = [
      '1793527200.910 172.30.0.20:55872 api.example.net:443 203.0.113.7:443 1.1 CONNECT 200 TCP_TUNNEL:HIER_DIRECT api.example.net:443 "curl/7.81.0"',
      '1793527201.186 172.30.0.20:55890 evil.example:443 -:- 1.1 CONNECT 403 TCP_DENIED:HIER_NONE evil.example:443 "curl/7.81.0"',
    ].join("\n");
    expect(outcome(log)).toEqual([
      "awf",
      "tcp 172.30.0.20:? > 203.0.113.7:443 established allowed log=api.example.net",
      "tcp 172.30.0.20:? > ?:443 attempted denied log=evil.example",
      {},
    ]);
  });

  test("Squid's native log", () => {
    const log = [
      "1793527200.277   3387 10.0.0.2 TCP_TUNNEL/200 19131 CONNECT api.example.net:443 - HIER_DIRECT/203.0.113.7 -",
      "1793527201.353     24 10.0.0.2 TCP_MISS/200 394 GET http://plain.example/a?b=c alice HIER_DIRECT/203.0.113.8 image/gif",
      "1793527202.000      0 10.0.0.2 TCP_DENIED/403 394 CONNECT evil.example:8443 - HIER_NONE/- text/html",
      "1793527203.000      0 10.0.0.2 NONE_NONE/400 394 - error:invalid-request - HIER_NONE/- text/html",
      "not squid",
    ].join("\n");
    expect(outcome(log)).toEqual([
      "squid",
      "tcp 10.0.0.2:? > 203.0.113.7:443 established allowed log=api.example.net",
      "tcp 10.0.0.2:? > 203.0.113.8:80 established allowed log=plain.example",
      "tcp 10.0.0.2:? > ?:8443 attempted denied log=evil.example",
      { "not-a-request": 1, "broken-line": 1 },
    ]);
  });
});

test("Bullfrog: one decision a line, unknown is nothing", () => {
  const line = {
    timestamp: 1_793_527_200_000,
    decision: "allowed",
    protocol: "tcp",
    dstIP: "203.0.113.7",
    dstPort: 443,
    domain: "api.example.net",
    processName: "node; x",
  };
  const log = jsonl(
    line,
    { ...line, decision: "blocked", domain: "unknown" },
    { ...line, dstIP: "unknown", domain: "cdn.example.net" },
    { ...line, dstIP: "unknown", domain: "unknown" },
    { ...line, protocol: "unknown" },
    { ...line, protocol: "dns" },
    { hello: 1 },
  );
  expect(outcome(log)).toEqual([
    "bullfrog",
    "tcp ?:? > 203.0.113.7:443 established allowed log=api.example.net",
    "tcp ?:? > 203.0.113.7:443 attempted denied",
    "tcp ?:? > ?:443 established allowed log=cdn.example.net",
    { "no-endpoint": 1, "no-protocol": 1, "unknown-protocol": 1, "broken-line": 1 },
  ]);
  expect(read("bullfrog", log).flows[0]).toMatchObject({ firstSeen: 1_793_527_200_000_000, process: "node%3B%20x" });
});

describe("AWS VPC flow logs", () => {
  test("by the fixed order of version 2", () => {
    const record = (rest: string): string => `2 123456789010 eni-0a1b2c ${rest}`;
    const log = [
      record("10.0.0.2 203.0.113.7 40000 443 6 12 2610 1793527200 1793527260 ACCEPT OK"),
      record("203.0.113.7 10.0.0.2 443 40000 6 12 9000 1793527200 1793527260 ACCEPT OK"),
      record("10.0.0.2 203.0.113.8 40001 25 6 1 40 1793527200 1793527260 REJECT OK"),
      record("10.0.0.2 203.0.113.9 123 123 17 1 76 1793527200 1793527260 ACCEPT OK"),
      record("- - - - - - - 1793527200 1793527260 - NODATA"),
      record("- - - - - - - 1793527200 1793527260 - SKIPDATA"),
    ].join("\n");
    expect(outcome(log)).toEqual([
      "aws-vpc",
      "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed",
      "tcp 10.0.0.2:40001 > 203.0.113.8:25 attempted denied",
      "udp 10.0.0.2:123 > 203.0.113.9:123 midstream allowed +midstream",
      { reply: 1, "no-data": 1, "skipped-by-source": 1 },
    ]);
  });

  test("by their header line, and as JSON", () => {
    const log = [
      "srcaddr dstaddr srcport dstport protocol flow-direction",
      "10.0.0.2 203.0.113.7 40000 443 6 egress",
      "203.0.113.9 10.0.0.2 50000 22 6 ingress",
      '{"srcaddr":"10.0.0.2","dstaddr":"2001:db8::7","srcport":40000,"dstport":53,"protocol":17,"action":"ACCEPT"}',
      "too few",
    ].join("\n");
    expect(outcome(log)).toEqual([
      "aws-vpc",
      "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed",
      "udp 10.0.0.2:40000 > 2001:db8::7:53 established allowed",
      { ingress: 1, "broken-line": 1 },
    ]);
  });
});
