/** Whole published lists as a strategy: the service and region around each address that opens least. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annotate } from "../../../src/annotate/index.ts";
import { buildPrefixIndex } from "../../../src/annotate/prefix-index.ts";
import { Merger } from "../../../src/merge/index.ts";
import { Rejections } from "../../../src/model/flow.ts";
import { fromV4 } from "../../../src/model/address.ts";
import { DAY } from "../../../src/model/instant.ts";
import { type Prefix, rangeOf } from "../../../src/model/prefix.ts";
import type { Strategy } from "../../../src/model/strategy.ts";
import { Decisions, type Limits, parseCandidate, propose } from "../../../src/propose/index.ts";
import { ListBook, publishedLists } from "../../../src/propose/strategies/published.ts";
import { address, instant, observation, runRecord } from "../../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const entries = (service: string, region: string | null, ...prefixes: readonly string[]) =>
  prefixes.map((prefix) => ({ prefix: prefix as Prefix, service, region }));

const INDEX = buildPrefixIndex([
  {
    provider: "aws",
    version: "1",
    publishedAt: null,
    rejected: new Rejections(),
    entries: [
      ...entries("AMAZON", "eu", "198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24", "2001:db8::/32"),
      // Two prefixes overlap: each address counts once.
      ...entries("S3", "eu", "198.51.100.0/25", "198.51.100.0/26", "203.0.113.64/26", "2001:db8:1::/48"),
      ...entries("EC2", "eu", "192.0.2.0/25"),
    ],
  },
]);

function proposed(runs: readonly (readonly string[])[], limits?: Limits) {
  const merger = new Merger();
  for (const [i, addresses] of runs.entries()) {
    const [run, at] = [`r${i}`, `2026-11-0${i + 1}T00:00:00.000000Z`];
    const seen = addresses.map((to) => observation(run, "a.example", to, { firstSeen: at, lastSeen: at }));
    merger.addRun({ run: runRecord(run, { firstSeen: at, lastSeen: at }), observations: seen });
  }
  const nobody = new Decisions({ file: "a", decisions: [], envelope: [], isDefault: false }, { now: NOW });
  const options = { now: NOW, lifetime: DAY, reviewed: false, ...(limits && { limits }) };
  return propose(annotate(merger.evidence(), INDEX), nobody, options);
}

const listed = (runs: readonly (readonly string[])[]): Strategy | undefined =>
  proposed(runs).rules[0]?.strategies.find(({ kind }) => kind === "published-list");

describe("the whole list of a service in a region", () => {
  test.each([
    ["is the one around all addresses", [["198.51.100.1"], ["203.0.113.65"]], "aws S3 eu", "192"],
    ["is of the families that were used", [["198.51.100.1"], ["2001:db8:1::1"]], "aws S3 eu", String(192 + 2 ** 16)],
    ["is the narrowest: not all of AMAZON", [["192.0.2.1"]], "aws EC2 eu", "128"],
    ["is several where addresses are in several", [["198.51.100.1"], ["192.0.2.1"]], "aws EC2 eu, aws S3 eu", "320"],
    ["is the wider where nothing else holds it", [["192.0.2.200"]], "aws AMAZON eu", "768"],
  ])("%s", (_, runs, detail, hosts) => {
    expect(listed(runs)).toMatchObject({ detail, prefixes: [], exposure: { hosts, tenancy: "shared" } });
  });

  test("is none where some address is on no list", () => {
    expect(listed([["198.51.100.1"], ["8.8.8.8"]])).toBeUndefined();
  });

  const DRIFT = [["198.51.100.1"], ["203.0.113.65"], ["203.0.113.100"], ["198.51.100.120"]];

  test("hits where single prefixes miss", () => {
    const rates = new Map(proposed(DRIFT).rules[0]?.strategies.map(({ kind, hitRate }) => [kind, hitRate.leaveOneOut]));
    expect([rates.get("observed"), rates.get("published-list")]).toEqual([0, 1]);
  });

  test("is told where it is the smallest that reaches the rate, and reads back", () => {
    const candidate = proposed(DRIFT, { minHitRate: 1, maxExposure: null });
    expect(candidate.rules[0]?.chosen).toMatchObject({
      kind: "published-list",
      detail: "aws S3 eu",
      prefixes: ["198.51.100.0/25", "203.0.113.64/26"],
      enough: true,
    });
    expect(parseCandidate(JSON.parse(JSON.stringify(candidate)), "c.json")).toEqual(candidate);
  });

  test("is refused beyond the budget, and nothing else takes its place", () => {
    expect(proposed(DRIFT, { minHitRate: 1, maxExposure: 100n }).rules[0]?.chosen).toMatchObject({
      kind: null,
      reason: "published-list aws S3 eu would open 192, and --max-exposure is 100",
    });
  });
});

test("holds every address seen, and counts each address once", () => {
  const anyV4 = fc
    .constantFrom(0xc633_6400, 0xcb00_7100, 0xc000_0200)
    .chain((base) => fc.nat({ max: 255 }).map((low) => fromV4((base + low) | 0)));
  fc.assert(
    fc.property(fc.array(anyV4, { minLength: 1, maxLength: 6 }), (seen) => {
      const merger = new Merger();
      merger.addRun({ run: runRecord("r"), observations: seen.map((at) => observation("r", "a.example", at)) });
      const annotated = annotate(merger.evidence(), INDEX);
      const [endpoint] = annotated.endpoints;
      if (endpoint === undefined) throw new Error("no endpoint");
      const found = publishedLists(endpoint, new ListBook(annotated));
      const ranges = (found?.prefixes ?? []).map(rangeOf);
      for (const at of seen) {
        const { first } = rangeOf(`${address(at)}/32` as Prefix);
        expect(
          ranges.filter((range) => range.family === 4 && range.first <= first && first <= range.last),
        ).toHaveLength(1);
      }
      const size = ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
      expect(found?.exposure.addresses).toBe(String(size));
    }),
  );
});
