import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogFormat } from "../../../src/ingest/logs/registry.ts";
import { jsonl, readRuns } from "./reading.ts";

const HOSTILE = [
  "'; DROP TABLE",
  "$(reboot)",
  "`id`",
  "a\nb",
  "\u001b[2J",
  "<script>",
  "|a|",
  "x".repeat(300),
  "\u202egpj",
  "__proto__",
];

const LOGS: readonly (readonly [LogFormat, string])[] = [
  [
    "jsonl",
    jsonl(
      { dest_ip: "203.0.113.7", dest_port: 443, proto: "tcp", host: "api.example.net", ts: "2026-11-01T10:00:00.5Z" },
      "{broken",
      { destination: { ip: "2001:db8::7", port: 53 }, network: { transport: "udp" }, run: "näxt" },
      { dst_ip: "203.0.113.7", dport: 80, protocol: "tcp", host: "caf\\u00e9.example", bytes_in: 12 },
    ),
  ],
  [
    "zeek",
    jsonl(
      {
        ts: 1.5,
        uid: "C1",
        "id.orig_h": "10.0.0.2",
        "id.orig_p": 4,
        "id.resp_h": "203.0.113.7",
        "id.resp_p": 443,
        server_name: "api.example.net",
        cipher: "x",
      },
      {
        ts: 1,
        uid: "C1",
        "id.orig_h": "10.0.0.2",
        "id.orig_p": 4,
        "id.resp_h": "203.0.113.7",
        "id.resp_p": 443,
        proto: "tcp",
        conn_state: "SF",
      },
    ),
  ],
  [
    "suricata",
    jsonl({
      timestamp: "2026-11-01T10:00:00Z",
      flow_id: 1,
      event_type: "tls",
      src_ip: "10.0.0.2",
      src_port: 4,
      dest_ip: "203.0.113.7",
      dest_port: 443,
      proto: "TCP",
      tls: { sni: "api.example.net" },
    }),
  ],
];

describe("a log cut into chunks anywhere", () => {
  test.for(LOGS)("reads the same as %s", ([format, log]) => {
    const bytes = new TextEncoder().encode(log);
    const whole = readRuns(format, bytes);
    for (let size = 1; size <= bytes.length; size++) expect(readRuns(format, bytes, { chunk: size })).toEqual(whole);
  });

  test("without its last line end, too", () => {
    for (const [format, log] of LOGS) expect(readRuns(format, log.trimEnd())).toEqual(readRuns(format, log));
  });
});

describe("hostile values in every field", () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(...HOSTILE, "-", "", null, true, -1, 1e308, [], {}, [null], "203.0.113.7", "443"),
    fc.string({ unit: "binary" }),
    fc.anything({ maxDepth: 2 }),
  );
  test.for(LOGS)("never get through %s as anything but safe names, addresses and labels", ([format, log]) => {
    const records = log
      .split("\n")
      .flatMap((line) => (line.startsWith('{"') ? [JSON.parse(line) as Record<string, unknown>] : []));
    const mutated = fc
      .tuple(fc.constantFrom(...records), fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 3 }))
      .map(([record, edits]) => {
        const copy: Record<string, unknown> = { ...record };
        const keys = Object.keys(record);
        for (const [at, to] of edits) copy[keys[at % keys.length] ?? ""] = to;
        return copy;
      });
    fc.assert(
      fc.property(mutated, (record) => {
        for (const [name, run] of readRuns(
          format,
          jsonl(JSON.stringify(record, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v))),
        )) {
          expect(name ?? "").toMatch(/^[A-Za-z0-9._/@:+=%-]*$/);
          for (const flow of run.flows) {
            const texts = [
              ...flow.claims.map((c) => c.name),
              ...flow.tunnels.map((t) => t.name ?? ""),
              flow.tool,
              flow.process,
              flow.workload,
              flow.responder.address,
              flow.originator.address,
              ...flow.flags,
            ];
            for (const text of texts) expect(text ?? "").toMatch(/^[A-Za-z0-9._/@:+=%-]*$/);
            for (const number of [flow.firstSeen, flow.lastSeen, flow.bytesIn, flow.bytesOut])
              expect(number === null || Number.isFinite(number)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
