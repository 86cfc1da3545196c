import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPrefixIndex } from "../../src/annotate/prefix-index.ts";
import type { PrefixEntry, PrefixList } from "../../src/annotate/prefix-list.ts";
import { printSnapshot } from "../../src/annotate/snapshot-format.ts";
import { parseManifest, readSnapshots, type Snapshot, type SnapshotManifest } from "../../src/annotate/snapshot.ts";
import { fromGroups, fromV4 } from "../../src/model/address.ts";
import { InputError } from "../../src/model/error.ts";
import { Rejections } from "../../src/model/flow.ts";
import { addressOf, type Prefix, prefixOf } from "../../src/model/prefix.ts";
import { address } from "../support/build.ts";

const TEXT = "sallyport/prefixes/v1 aws 7\n@AMAZON GLOBAL\n1.178.72.0/21\n3.2.1.0/24\n@S3 eu-west-1\n2600:1f18::/36\n";
const snapshotOf = (text: string, more: Partial<Snapshot> = {}): Snapshot => ({
  provider: "aws",
  file: "aws.txt",
  sha256: createHash("sha256").update(text).digest("hex"),
  version: "7",
  publishedAt: "2025-07-24T20:23:14.000000Z",
  mirroredAfter: null,
  origin: "https://ip-ranges.amazonaws.com/ip-ranges.json",
  entries: 3,
  ...more,
});
const manifestOf = (...snapshots: readonly unknown[]): string =>
  JSON.stringify({ _schema: "sallyport/prefix-snapshots/v1", snapshots });
const manifest = (...snapshots: readonly Snapshot[]): SnapshotManifest => parseManifest(manifestOf(...snapshots), "m");
const read = (text: string, more: Partial<Snapshot> = {}): ReturnType<typeof readSnapshots> =>
  readSnapshots(manifest(snapshotOf(text, more)), () => new TextEncoder().encode(text));

describe("reading a snapshot", () => {
  it("finds what is in it", () => {
    expect(read(TEXT).lookup(address("3.2.1.9"))).toEqual([
      { provider: "aws", service: "AMAZON", region: "GLOBAL", version: "7", prefix: "3.2.1.0/24" },
    ]);
  });

  it("reads a view into a larger buffer", () => {
    const bytes = new TextEncoder().encode(`??${TEXT}??`).subarray(2, -2);
    const index = readSnapshots(manifest(snapshotOf(TEXT)), () => bytes);
    expect(index.lookup(address("2600:1f18::1"))).toHaveLength(1);
  });

  it("asks for each file by the name in the manifest", () => {
    const asked: string[] = [];
    const two = manifest(snapshotOf(TEXT), snapshotOf(TEXT, { file: "more.txt" }));
    readSnapshots(two, (file) => {
      asked.push(file);
      return new TextEncoder().encode(TEXT);
    });
    expect(asked).toEqual(["aws.txt", "more.txt"]);
  });

  const HEAD = "sallyport/prefixes/v1 aws 7\n";
  it.each([
    ["", 'aws.txt:1: expected "sallyport/prefixes/v1 aws 7"'],
    ["sallyport/prefixes/v1 aws 8\n", 'aws.txt:1: expected "sallyport/prefixes/v1 aws 7"'],
    [HEAD.trim(), "aws.txt: the last line has no end"],
    [`${HEAD}10.0.0.0/8\n`, 'aws.txt:2: a prefix before the first "@service" line'],
    [`${HEAD}@\n`, 'aws.txt:2: expected "@service" or "@service region"'],
    [`${HEAD}@a b c\n`, 'aws.txt:2: expected "@service" or "@service region"'],
    [`${HEAD}@a \n`, 'aws.txt:2: expected "@service" or "@service region"'],
    [`${HEAD}@<b>\n`, 'aws.txt:2: expected "@service" or "@service region"'],
    [`${HEAD}@é\n`, 'aws.txt:2: expected "@service" or "@service region"'],
    [`${HEAD}@a\n\n`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a\n10.0.0.1/8\n`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a\n10.0.0.0\n`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a\n10.0.0.0/8\r\n`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a\n2001:DB8::/32\n`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a\n10.0.0.0/8`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a`, "aws.txt: the last line has no end"],
    [`${HEAD}@a\n010.0.0.0/8\n`, "aws.txt:3: expected a canonical prefix"],
    [`${HEAD}@a\n10.0.0.0/8\n`, "aws.txt: 1 entries, the manifest says 3"],
  ])("%j is refused: %s", (text, message) => {
    expect(() => read(text)).toThrow(new InputError(message));
  });

  it("refuses a file that is not the manifest's, by one byte", () => {
    const altered = TEXT.replace("3.2.1.0", "3.2.0.0");
    expect(() => readSnapshots(manifest(snapshotOf(TEXT)), () => new TextEncoder().encode(altered))).toThrow(
      new InputError("aws.txt: SHA-256 differs from the manifest's"),
    );
  });
});

describe("reading a manifest", () => {
  const good = snapshotOf(TEXT);
  it("gives back what it says", () => {
    expect(parseManifest(manifestOf(good), "manifest.json").snapshots).toEqual([good]);
  });

  it.each<[unknown, string]>([
    [{ ...good, provider: "AWS" }, "m: snapshots[0].provider is missing or malformed"],
    [{ ...good, file: "../../etc/passwd" }, "m: snapshots[0].file is missing or malformed"],
    [{ ...good, file: "/etc/hosts.txt" }, "m: snapshots[0].file is missing or malformed"],
    [{ ...good, sha256: "00" }, "m: snapshots[0].sha256 is missing or malformed"],
    [{ ...good, version: "a b" }, "m: snapshots[0].version is missing or malformed"],
    [{ ...good, publishedAt: "yesterday" }, "m: snapshots[0].publishedAt is missing or malformed"],
    [{ ...good, mirroredAfter: undefined }, "m: snapshots[0].mirroredAfter is missing or malformed"],
    [{ ...good, origin: "\u001b[31m" }, "m: snapshots[0].origin is missing or malformed"],
    [{ ...good, entries: "3" }, "m: snapshots[0].entries is not a count"],
    [7, "m: snapshots[0] is not an object"],
  ])("%j is refused: %s", (snapshot, message) => {
    expect(() => parseManifest(manifestOf(snapshot), "m")).toThrow(new InputError(message));
  });

  it("refuses another schema", () => {
    expect(() => parseManifest("{}", "m")).toThrow(new InputError("m: _schema is not sallyport/prefix-snapshots/v1"));
  });
});

const anyAddress = fc.oneof(
  fc.nat({ max: 0xffff_ffff }).map(fromV4),
  fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 }).map(fromGroups),
);
const entry: fc.Arbitrary<PrefixEntry> = fc.record({
  prefix: fc.tuple(anyAddress, fc.nat({ max: 32 })).map(([a, length]): Prefix => prefixOf(a, length)),
  service: fc.constantFrom("AMAZON", "S3", "@odd", "a%20b"),
  region: fc.constantFrom(null, "eu-west-1"),
});
const entries = fc.array(entry, { minLength: 1, maxLength: 30 });
const listOf = (some: readonly PrefixEntry[]): PrefixList => ({
  provider: "aws",
  version: "7",
  publishedAt: null,
  entries: some,
  rejected: new Rejections(),
});

describe("a printed snapshot", () => {
  it("answers as the list it was printed from", () => {
    fc.assert(
      fc.property(entries, (some) => {
        const text = printSnapshot(listOf(some));
        const lines = text.split("\n").filter((line) => /^[0-9a-f:.]+\//.test(line));
        const shipped = read(text, { entries: lines.length });
        const direct = buildPrefixIndex([listOf(some)]);
        for (const { prefix } of some) {
          const first = addressOf(prefix);
          expect(shipped.lookup(first)).toEqual(direct.lookup(first));
        }
      }),
    );
  });

  it("is the same text whatever the order and repeats of its entries", () => {
    fc.assert(
      fc.property(entries, (some) => {
        expect(printSnapshot(listOf([...some.toReversed(), ...some]))).toBe(printSnapshot(listOf(some)));
      }),
    );
  });
});
