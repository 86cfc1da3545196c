import { expect, test } from "vitest";
import { ALIASES } from "../../../../src/ingest/logs/simple/fields.ts";
import { brief, jsonl, read } from "../reading.ts";

const CANONICAL = {
  address: "203.0.113.7",
  port: 443,
  host: "api.example.net",
  transport: "tcp",
  time: "2026-11-01T10:00:00Z",
  sourceAddress: "10.0.0.2",
  sourcePort: 40_000,
  bytesOut: 11,
  bytesIn: 12,
  process: "node",
  workload: "agent",
  tool: "npm",
  outcome: "blocked",
} as const;

/** The record with every field under its first name, except one. */
function recordWith(
  slot: keyof typeof ALIASES,
  put: (record: Record<string, unknown>, value: unknown) => void,
): unknown {
  const record: Record<string, unknown> = {};
  for (const [name, aliases] of Object.entries(ALIASES)) {
    if (name !== slot) record[aliases[0] ?? ""] = CANONICAL[name as keyof typeof ALIASES];
  }
  put(record, CANONICAL[slot]);
  return record;
}

function nest(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) record[key] = value;
  else nest((record[key] ??= {}) as Record<string, unknown>, rest, value);
}

const every = Object.entries(ALIASES).flatMap(([slot, aliases]) =>
  aliases.map((alias) => [slot as keyof typeof ALIASES, alias] as const),
);

test.for(every)("%s may be called %s, dotted or nested", ([slot, alias]) => {
  const flat = read("jsonl", jsonl(recordWith(slot, (record, value) => (record[alias] = value)))).flows;
  const nested = read("jsonl", jsonl(recordWith(slot, (record, value) => nest(record, alias.split("."), value)))).flows;
  expect(flat.map(brief)).toEqual(["tcp 10.0.0.2:40000 > 203.0.113.7:443 attempted denied log=api.example.net"]);
  expect(flat[0]).toMatchObject({
    firstSeen: 1_793_527_200e6,
    bytesOut: 11,
    bytesIn: 12,
    process: "node",
    tool: "npm",
  });
  expect(flat[0]?.workload).toBe("agent");
  expect(nested).toEqual(flat);
});

test("the most telling name of a field wins, and one that says nothing is passed over", () => {
  const record = {
    hostname: "worker-3",
    sni: "api.example.net",
    dest_ip: "-",
    dst_ip: "203.0.113.7",
    dport: 443,
    proto: "tcp",
  };
  for (const keys of [Object.keys(record), Object.keys(record).toReversed()]) {
    const line = jsonl(Object.fromEntries(keys.map((key) => [key, record[key as keyof typeof record]])));
    expect(read("jsonl", line).flows.map(brief)).toEqual([
      "tcp ?:? > 203.0.113.7:443 established allowed log=api.example.net",
    ]);
  }
});
