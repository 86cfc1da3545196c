import { describe, expect, test } from "vitest";
import type { Flow } from "../../../../src/model/flow.ts";
import { parseInstant } from "../../../../src/model/instant.ts";
import { brief, jsonl, read, rejected } from "../reading.ts";

const API = { dest_ip: "203.0.113.7", dest_port: 443, proto: "tcp" };

function only(record: unknown): Flow {
  const { flows } = read("jsonl", jsonl(record));
  const [flow, ...more] = flows;
  if (flow === undefined || more.length > 0) throw new Error("one record is one flow");
  return flow;
}

describe("a simple record", () => {
  test.for<[object | string, string]>([
    [API, "tcp ?:? > 203.0.113.7:443 established allowed"],
    [{ ...API, host: "api.example.net" }, "tcp ?:? > 203.0.113.7:443 established allowed log=api.example.net"],
    [{ ...API, host: "API.Example.NET." }, "tcp ?:? > 203.0.113.7:443 established allowed log=api.example.net"],
    [{ ...API, host: "_acme.my_bucket" }, "tcp ?:? > 203.0.113.7:443 established allowed log=_acme.my_bucket"],
    [{ ...API, host: "api.example.net:443" }, "tcp ?:? > 203.0.113.7:443 established allowed log=api.example.net"],
    // An address literal is no name, whatever field it stands in.
    [{ ...API, host: "203.0.113.7" }, "tcp ?:? > 203.0.113.7:443 established allowed"],
    [{ ...API, host: "[2001:db8::1]:443" }, "tcp ?:? > 203.0.113.7:443 established allowed"],
    // A name that is none is not used, and the flow says so.
    [{ ...API, host: "api.example.net; reboot" }, "tcp ?:? > 203.0.113.7:443 established allowed +invalid-name"],
    [{ ...API, host: "\u001b[31mred.example" }, "tcp ?:? > 203.0.113.7:443 established allowed +invalid-name"],
    // Without an address, name and port make an endpoint.
    [
      { host: "api.example.net", dest_port: 443, proto: "tcp" },
      "tcp ?:? > ?:443 established allowed log=api.example.net",
    ],
    [{ host: "203.0.113.9", dest_port: 443, proto: "tcp" }, "tcp ?:? > 203.0.113.9:443 established allowed"],
    [{ dest_ip: "::ffff:203.0.113.7", dest_port: 53, proto: "udp" }, "udp ?:? > 203.0.113.7:53 established allowed"],
    [{ dest_ip: "2001:DB8:0::7", dest_port: "53", proto: 17 }, "udp ?:? > 2001:db8::7:53 established allowed"],
    [{ dest_ip: "203.0.113.7", proto: "tcp" }, "tcp ?:? > 203.0.113.7:? established allowed"],
    // ICMP has no ports, and one number in each family.
    [{ dest_ip: "203.0.113.7", dest_port: 8, proto: "icmp" }, "icmp ?:? > 203.0.113.7:? established allowed"],
    [{ dest_ip: "2001:db8::7", proto: "icmp" }, "icmpv6 ?:? > 2001:db8::7:? established allowed"],
    [{ ...API, src_ip: "10.0.0.2", src_port: 40_000 }, "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed"],
    // JSON.parse keeps the last of two equal keys.
    [
      '{"dest_ip":"203.0.113.7","dest_ip":"203.0.113.8","dest_port":443,"proto":"tcp"}',
      "tcp ?:? > 203.0.113.8:443 established allowed",
    ],
  ])("%j is %s", ([record, expected]) => {
    expect(brief(only(record))).toBe(expected);
  });

  test.for<[object, string]>([
    [{ dest_ip: "203.0.113.7", dest_port: 443 }, "no-protocol"],
    [{ dest_ip: "203.0.113.7", dest_port: 443, proto: "" }, "no-protocol"],
    [{ dest_ip: "203.0.113.7", dest_port: 443, proto: "-" }, "no-protocol"],
    [{ ...API, proto: "https" }, "unknown-protocol"],
    [{ ...API, proto: 47 }, "unknown-protocol"],
    [{ ...API, dest_ip: "api.example.net" }, "bad-address"],
    [{ ...API, dest_ip: "203.0.113.07" }, "bad-address"],
    [{ ...API, dest_ip: "fe80::1%eth0" }, "bad-address"],
    [{ ...API, dest_port: 0 }, "bad-port"],
    [{ ...API, dest_port: 65_536 }, "bad-port"],
    [{ ...API, dest_port: "https" }, "bad-port"],
    [{ level: "info", message: "started" }, "no-endpoint"],
    [{ host: "api.example.net", proto: "tcp" }, "no-endpoint"],
  ])("%j cannot be used: %s", ([record, reason]) => {
    const { facts, flows } = read("jsonl", jsonl(API, record));
    expect(flows).toHaveLength(1);
    expect(rejected(facts)).toEqual({ [reason]: 1 });
    expect(facts.rejectedAt.get(reason)).toEqual([2]);
    expect(facts.records).toBe(2);
  });

  test.for([
    ["allowed", ["allow", "ALLOWED", "accept", "permit", "forwarded", "connected", "observed", "audit"]],
    ["denied", ["deny", "Denied", "block", "BLOCKED", "drop", "dropped", "reject", "rejected"]],
    ["failed", ["failed", "failure", "error", "timeout", "refused", "unreachable"]],
  ] as const)("is %s by the words for it", ([outcome, words]) => {
    for (const decision of words) expect([decision, only({ ...API, decision }).outcome]).toEqual([decision, outcome]);
  });

  test("is denied when one of its outcome fields says so, and was then only tried", () => {
    expect(only({ ...API, action: "connect", outcome: "blocked" })).toMatchObject({
      outcome: "denied",
      state: "attempted",
    });
    expect(only({ ...API, verdict: "denied", outcome: "failed" })).toMatchObject({ outcome: "denied" });
  });

  test.for([
    ["2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"],
    ["2026-11-01T10:00:00.123456789Z", "2026-11-01T10:00:00.123456Z"],
    ["2026-11-01T11:00:00+01:00", "2026-11-01T10:00:00Z"],
    [1_793_527_200, "2026-11-01T10:00:00Z"],
    [1_793_527_200.25, "2026-11-01T10:00:00.25Z"],
    [1_793_527_200_250, "2026-11-01T10:00:00.25Z"],
    [1_793_527_200_250_001, "2026-11-01T10:00:00.250001Z"],
    ["1793527200250000000", "2026-11-01T10:00:00.25Z"],
  ] as const)("at %j happened at %s", ([ts, instant]) => {
    expect(only({ ...API, ts }).firstSeen).toBe(parseInstant(instant));
  });

  test.for(["yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", -5, 1e300])(
    "at %j keeps its flow without a time",
    (ts) => {
      const { flows, facts } = read("jsonl", jsonl({ ...API, ts }));
      expect(flows[0]?.firstSeen).toBeNull();
      expect(rejected(facts)).toEqual({ "bad-time": 1 });
    },
  );
});

describe("records alike in everything but time, source port and bytes", () => {
  test("become one flow with their sum", () => {
    const { flows, facts } = read(
      "jsonl",
      jsonl(
        { ...API, host: "api.example.net", ts: 1_793_527_201, src_port: 40_000, bytes_out: 5 },
        { ...API, host: "cdn.example.net", ts: 1_793_527_205 },
        { ...API, host: "api.example.net", ts: 1_793_527_200, src_port: 40_001, bytes_in: 7, bytes_out: "6" },
      ),
    );
    expect(facts.flows).toBe(3);
    expect(flows.map((flow) => [flow.claims[0]?.name, flow.connections])).toEqual([
      ["api.example.net", 2],
      ["cdn.example.net", 1],
    ]);
    expect(flows[0]).toMatchObject({ bytesOut: 11, bytesIn: 7, firstSeen: 1_793_527_200e6, lastSeen: 1_793_527_201e6 });
    expect(flows[0]?.originator.port).toBeNull();
    expect(flows[0]?.claims[0]?.record).toBe(1);
  });

  test.for(["dest_ip", "dest_port", "proto", "src_ip", "host", "tool", "process", "workload", "decision"])(
    "differ by %s",
    (key) => {
      const other = { dest_ip: "203.0.113.8", dest_port: 8443, proto: "udp", src_ip: "10.0.0.3" }[key] ?? "blocked";
      expect(read("jsonl", jsonl(API, { ...API, [key]: other })).flows).toHaveLength(2);
    },
  );
});

test("labels are made safe", () => {
  const flow = only({ ...API, tool: "npm; rm -rf /", process: "\u001b[2J", workload: "<b>agent</b>" });
  expect(flow).toMatchObject({ tool: "npm%3B%20rm%20-rf%20/", process: "%1B%5B2J", workload: "%3Cb%3Eagent%3C/b%3E" });
});
