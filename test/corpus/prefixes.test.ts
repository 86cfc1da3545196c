import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type KeyMap, parseCustom } from "../../src/annotate/lists/custom.ts";
import { LIST_PARSERS } from "../../src/annotate/lists/index.ts";
import type { PrefixList } from "../../src/annotate/prefix-list.ts";
import { printSnapshot } from "../../src/annotate/snapshot-format.ts";
import type { PublishedName } from "../../src/annotate/published-name.ts";
import { parseManifest, readNames } from "../../src/annotate/snapshot.ts";
import { comparePrefixes, type Prefix, rangeOf } from "../../src/model/prefix.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const SHIPPED = new URL("../../data/prefixes/", import.meta.url);

/** Which parser reads which published file; the other files of the corpus are of publishers not read yet. */
const PROVIDER_OF: Readonly<Record<string, string>> = {
  "femueller/aws-ip-ranges.json": "aws",
  "femueller/cloudflare-v4-ip-ranges.txt": "cloudflare",
  "femueller/cloudflare-v6-ip-ranges.txt": "cloudflare",
  "femueller/digitalocean.csv": "digitalocean",
  "femueller/fastly-ip-ranges.json": "fastly",
  "femueller/github-ip-ranges.json": "github",
  "femueller/google-cloud-ip-ranges.json": "google",
  "femueller/linode.txt": "linode",
  "femueller/microsoft-azure-ip-ranges.json": "azure",
  "femueller/oracle-cloud-ip-ranges.json": "oracle",
  "fixtures/atlassian-ip-ranges.json": "atlassian",
  "fixtures/aws-ip-ranges.json": "aws",
  "fixtures/azure-service-tags.json": "azure",
  "fixtures/cloudflare-api.json": "cloudflare",
  "fixtures/cloudflare-ips-v4.txt": "cloudflare",
  "fixtures/cloudflare-ips-v6.txt": "cloudflare",
  "fixtures/fastly-public-ip-list.json": "fastly",
  "fixtures/github-meta.json": "github",
  "fixtures/google-cloud.json": "google",
  "fixtures/google-goog.json": "google",
  "fixtures/oracle-public-ip-ranges.json": "oracle",
};

/** What Python's ipaddress counted: file, distinct prefixes of each family, and the addresses they hold together. */
const EXPECTED = readFileSync(new URL("expected/PREFIXES.tsv", CORPUS), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .flatMap(([file = "", v4, v6, , , addresses4, addresses6]) => {
    const provider = PROVIDER_OF[file];
    return provider === undefined ? [] : [{ file, provider, counts: [v4, v6, addresses4, addresses6].map(String) }];
  });

const parseFile = (file: string, provider: string): PrefixList => {
  const parser = LIST_PARSERS.get(provider);
  if (parser === undefined) throw new Error(`no parser of ${provider}`);
  return parser(readFileSync(new URL(`prefixes/${file}`, CORPUS), "utf8"), file);
};

/** Distinct prefixes and the addresses in their union, by family. */
function countsOf(prefixes: Iterable<Prefix>): string[] {
  const counts = { 4: 0, 6: 0 };
  const addresses = { 4: 0n, 6: 0n };
  let reached = -1n;
  let family = 4;
  for (const prefix of [...new Set(prefixes)].sort(comparePrefixes)) {
    const range = rangeOf(prefix);
    if (range.family !== family) reached = -1n;
    family = range.family;
    counts[range.family]++;
    if (range.last <= reached) continue;
    addresses[range.family] += range.last - (range.first > reached ? range.first - 1n : reached);
    reached = range.last;
  }
  return [counts[4], counts[6], addresses[4], addresses[6]].map(String);
}

describe("published lists", () => {
  it("are all counted", () => expect(EXPECTED).toHaveLength(Object.keys(PROVIDER_OF).length));

  it.each(EXPECTED)("$file is read whole, as $provider's", ({ file, provider, counts }) => {
    const list = parseFile(file, provider);
    expect([...list.rejected.counts]).toEqual([]);
    expect(countsOf(list.entries.map((entry) => entry.prefix))).toEqual(counts);
  });
});

/** Lists of publishers without a parser of their own, and how their members are told. */
const OWN: Readonly<Record<string, Partial<KeyMap>>> = {
  "disposable/csv-vultr.csv": { format: "csv", prefix: "Address", service: "Type" },
  "disposable/json-github.json": { format: "json", items: "*" },
  "disposable/json-google-bot.json": { format: "json", items: "*" },
  "femueller/akamai-v4-ip-ranges.txt": { format: "text" },
  "femueller/akamai-v6-ip-ranges.txt": { format: "text" },
  "femueller/zscaler-cloud-ip-ranges.json": { format: "json", items: "hubPrefixes" },
  "fixtures/ripe-announced-prefixes.json": { format: "json", items: "data.prefixes", prefix: "prefix" },
  "fixtures/stripe-api-ips.json": { format: "json", items: "API" },
  "fixtures/stripe-webhook-ips.json": { format: "json", items: "*" },
};

describe("lists of publishers that no parser knows", () => {
  const counted = new Map(
    readFileSync(new URL("expected/PREFIXES.tsv", CORPUS), "utf8")
      .split("\n")
      .map((line) => [line.split("\t", 1)[0] ?? "", line.split("\t").slice(1)]),
  );

  it.each(Object.keys(OWN))("%s is read by a key map", (file) => {
    const map: KeyMap = { format: "text", items: "", prefix: null, service: null, region: null, ...OWN[file] };
    const text = readFileSync(new URL(`prefixes/${file}`, CORPUS), "utf8");
    const prefixes = parseCustom("own", map, text, file).entries.map((entry) => entry.prefix);
    expect(countsOf(prefixes).slice(0, 2)).toEqual(counted.get(file)?.slice(0, 2));
  });
});

describe("shipped snapshots", () => {
  const manifest = parseManifest(readFileSync(new URL("manifest.json", SHIPPED), "utf8"), "manifest.json");
  const published = EXPECTED.filter(({ file }) => file.startsWith("femueller/"));

  it.each(manifest.snapshots)("$file holds exactly what $provider published", ({ file, provider, version }) => {
    const shipped = readFileSync(new URL(file, SHIPPED), "utf8");
    const lists = published.filter((one) => one.provider === provider).map((one) => parseFile(one.file, provider));
    const entries = lists.flatMap((list) => list.entries);
    const [first] = lists;
    if (first === undefined) throw new Error(`nothing published of ${provider}`);
    expect(printSnapshot({ ...first, version, entries })).toBe(shipped);
  });

  it("hold the names that GitHub published, all of them", () => {
    const [{ names: kept } = { names: [] }] = readNames(manifest, (file) => readFileSync(new URL(file, SHIPPED)));
    const { names = [] } = parseFile("femueller/github-ip-ranges.json", "github");
    const line = ({ service, pattern }: PublishedName): string => `${service} ${pattern}`;
    expect(kept.map(line).sort()).toEqual([...new Set(names.map(line))].sort());
    expect(kept.length).toBeGreaterThan(200);
  });

  it("leave no published list out", () => {
    expect(new Set(manifest.snapshots.map((one) => one.provider))).toEqual(
      new Set(published.map((one) => one.provider)),
    );
  });
});
