import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evidencePieces, Merger, parseEvidence, parseObservations, readEvidence } from "../../src/merge/index.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import type { Observation, ObservedRun } from "../../src/model/observation.ts";
import { address, fqdn, observation } from "../support/build.ts";
import { runOf } from "./run-of.ts";

const merged = (...runs: readonly ObservedRun[]): Evidence => {
  const merger = new Merger();
  for (const run of runs) merger.addRun(run);
  return merger.evidence();
};

describe("an endpoint over runs", () => {
  const evidence = merged(
    runOf("r1", [observation("r1", "api.example.com", "192.0.2.1"), observation("r1", null, "203.0.113.9")]),
    runOf("r2", [
      observation("r2", "api.example.com", "192.0.2.2", { nameSource: "dns", flags: ["ambiguous"] }),
      observation("r2", "api.example.com", "192.0.2.2", { outcome: "failed", established: 0, connections: 4 }),
    ]),
    runOf("r3", []),
  );
  const [named, nameless] = evidence.endpoints;

  test("is its name wherever that pointed, with the runs that saw it", () => {
    expect(named).toMatchObject({ name: "api.example.com", address: null, runsSeen: 2, runsTotal: 3 });
    expect(named?.addresses).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(named?.nameSources).toEqual(["tls-sni", "dns"]);
  });

  test("or its address where no name is known", () => {
    expect(nameless).toMatchObject({ name: null, address: "203.0.113.9", runsSeen: 1, runsTotal: 3 });
  });

  test("keeps what each run saw", () => {
    expect(named?.incidence.map((cell) => [cell.run, cell.outcomes])).toEqual([
      ["r1", { allowed: 1, denied: 0, failed: 0 }],
      ["r2", { allowed: 1, denied: 0, failed: 4 }],
    ]);
  });

  test("is ambiguous only if every run's is", () => {
    expect(named?.flags).toEqual([]);
  });

  test("a run that saw nothing still counts among the runs", () => {
    expect(evidence.runs.map((run) => run.run)).toEqual(["r1", "r2", "r3"]);
  });

  test("a tunnelled endpoint is another endpoint than the direct one", () => {
    const via = { kind: "http-connect", address: null, port: 3128 } as const;
    const both = [
      observation("r", "a.example.com", "192.0.2.1"),
      observation("r", "a.example.com", "10.0.0.9", { via }),
    ];
    expect(merged(runOf("r", both)).endpoints).toHaveLength(2);
  });
});

test("addresses that clients spoke and requests sent on by a proxy come back from a saved file as they were", () => {
  const via = { kind: "http-forward", address: address("10.0.0.9"), port: 3128 } as const;
  const seen = observation("r", "a.example.com", "10.0.0.9", {
    via,
    otherNames: [address("2001:db8::1"), fqdn("b.example")],
  });
  const evidence = merged(runOf("r", [seen]));
  expect(evidence.endpoints).toMatchObject([{ via, otherNames: ["2001:db8::1", "b.example"] }]);
  expect(parseEvidence([JSON.stringify(evidence)], "evidence.json")).toEqual(evidence);
});

describe("the same run id", () => {
  const once = runOf("r1", [observation("r1", "a.example.com", "192.0.2.1")]);

  test("with the same content counts once, whatever the file was called", () => {
    const renamed = { ...once, run: { ...once.run, source: "copy.pcap" } };
    expect(merged(once, renamed)).toEqual(merged(renamed, once));
    expect(merged(once, renamed).runs).toHaveLength(1);
  });

  test("with other content is an error", () => {
    const other = runOf("r1", [observation("r1", "b.example.com", "192.0.2.1")]);
    expect(() => merged(once, other)).toThrow("run r1: r1.pcap and r1.pcap have the same run id and different content");
  });
});

const names = fc.constantFrom("a.example.com", "b.example.com", "metrics", null);
const line = (run: string): fc.Arbitrary<Observation> =>
  fc
    .record({
      name: names,
      host: fc.integer({ min: 1, max: 3 }),
      port: fc.constantFrom(80, 443),
      bytes: fc.option(fc.nat(99)),
      flag: fc.constantFrom("ech", "midstream"),
    })
    .map(({ name, host, port, bytes, flag }) =>
      observation(run, name, `192.0.2.${host}`, { port, bytesOut: bytes, flags: [flag] }),
    );
const runs = fc
  .array(fc.nat(30), { maxLength: 8 })
  .chain((ids) =>
    fc.tuple(
      ...[...new Set(ids)].map((id) => fc.array(line(`r${id}`), { maxLength: 5 }).map((o) => runOf(`r${id}`, o))),
    ),
  );

describe("merging is a mergeable state", () => {
  test("any order and any sharding by whole runs gives the same bytes", () => {
    fc.assert(
      fc.property(runs, fc.array(fc.nat(3), { minLength: 31, maxLength: 31 }), (all, shardOf) => {
        const whole = JSON.stringify(merged(...all));
        expect(JSON.stringify(merged(...all.toReversed()))).toBe(whole);
        const shards = [0, 1, 2, 3].map((shard) => merged(...all.filter((_, i) => shardOf[i] === shard)));
        const joined = new Merger();
        for (const shard of shards.toReversed()) readEvidence(joined, [JSON.stringify(shard)], "e.json");
        for (const shard of shards) readEvidence(joined, [JSON.stringify(shard)], "e.json");
        expect(JSON.stringify(joined.evidence())).toBe(whole);
      }),
    );
  });

  test("evidence written an endpoint at a time is the same bytes as all at once", () => {
    fc.assert(
      fc.property(runs, (all) => {
        const merger = new Merger();
        for (const run of all) merger.addRun(run);
        expect([...evidencePieces(merger)].join("")).toBe(`${JSON.stringify(merger.evidence(), null, 1)}\n`);
      }),
    );
  });

  test("saved evidence and observations read back as they were", () => {
    fc.assert(
      fc.property(runs, (all) => {
        const evidence = merged(...all);
        expect(parseEvidence([JSON.stringify(evidence)], "e.json")).toEqual(evidence);
        const text = all
          .flatMap((r) => [...r.observations, r.run])
          .map((o) => `${JSON.stringify(o)}\n`)
          .join("");
        expect(merged(...parseObservations(text, "o.jsonl"))).toEqual(evidence);
      }),
    );
  });
});

describe("a saved artefact that was edited is refused with its place", () => {
  const good = runOf("r1", [observation("r1", "a.example.com", "192.0.2.1")]);
  const lines = (...values: readonly unknown[]): string => values.map((v) => `${JSON.stringify(v)}\n`).join("");

  test.each([
    [
      "a name with a quote",
      { ...good.observations[0], name: 'a".example.com' },
      "o.jsonl:1: name: is not a host name in canonical form",
    ],
    [
      "a name in upper case",
      { ...good.observations[0], name: "A.example.com" },
      "o.jsonl:1: name: is not a host name in canonical form",
    ],
    [
      "an address with leading zeros",
      { ...good.observations[0], address: "192.0.2.01" },
      "o.jsonl:1: address: is not an address in canonical form",
    ],
    [
      "another name that is neither name nor address",
      { ...good.observations[0], otherNames: ["192.0.2.1:80"] },
      "o.jsonl:1: otherNames.0: is neither a host name nor an address in canonical form",
    ],
    ["a port beyond 65535", { ...good.observations[0], port: 65_536 }, /^o\.jsonl:1: port: /],
    [
      "a run with a newline",
      { ...good.observations[0], run: "r\n1" },
      "o.jsonl:1: run: has characters a label cannot have",
    ],
    ["a field of somebody else", { ...good.observations[0], extra: 1 }, /^o\.jsonl:1: .*extra/],
  ])("%s", (_, edited, message) => {
    expect(() => parseObservations(lines(edited, good.run), "o.jsonl")).toThrow(message);
  });

  test("a run without its run line is cut short", () => {
    expect(() => parseObservations(lines(good.observations[0]), "o.jsonl")).toThrow(
      "o.jsonl:1: run r1 has no run line: the file is cut short",
    );
  });

  test("a run that goes on after its run line, or ends twice", () => {
    const [seen] = good.observations;
    expect(() => parseObservations(lines(good.run, seen), "o.jsonl")).toThrow(
      "o.jsonl:2: run r1 goes on after its run line",
    );
    expect(() => parseObservations(lines(seen, good.run, good.run), "o.jsonl")).toThrow(
      "o.jsonl:3: a second run line for run r1",
    );
  });

  test("a line that is no JSON", () => {
    expect(() => parseObservations(`${lines(good.run)}{"_schema`, "o.jsonl")).toThrow("o.jsonl:2: not a JSON object");
  });
});
