import { readFileSync } from "node:fs";
import ipaddr from "ipaddr.js";
import { beforeAll, describe, expect, it } from "vitest";
import { parseManifest, readSnapshots } from "../../src/annotate/snapshot.ts";
import { type Address, familyOf, fromBigInt } from "../../src/model/address.ts";
import type { PrefixIndex, PrefixTag } from "../../src/model/annotation.ts";
import { addressOf, lengthOf, type Prefix, rangeOf } from "../../src/model/prefix.ts";
import { address } from "../support/build.ts";

const bytesOf = (file: string): Buffer => readFileSync(new URL(`../../data/prefixes/${file}`, import.meta.url));
const manifest = parseManifest(bytesOf("manifest.json").toString(), "manifest.json");
let index: PrefixIndex;
beforeAll(() => {
  index = readSnapshots(manifest, bytesOf);
});
const brief = (tag: PrefixTag): string => `${tag.provider} ${tag.service} ${tag.region ?? "-"} ${tag.prefix}`;

describe("the shipped snapshots", () => {
  it.each([
    ["52.218.0.1", ["aws S3 eu-west-1 52.218.0.0/17", "aws AMAZON eu-west-1 52.218.0.0/17"]],
    [
      "20.150.0.1",
      [
        "azure Storage.NorwayWest norwayw 20.150.0.0/24",
        "azure AzureCloud.norwayw norwayw 20.150.0.0/24",
        "azure AzureCloud - 20.150.0.0/24",
        "azure Storage - 20.150.0.0/17",
      ],
    ],
    ["104.16.132.229", ["cloudflare all - 104.16.0.0/13"]],
    ["2606:4700::6810:84e5", ["cloudflare all - 2606:4700::/32"]],
    ["151.101.1.69", ["fastly all - 151.101.0.0/16"]],
    ["34.35.0.1", ["google Google-Cloud africa-south1 34.35.0.0/16"]],
    ["2600:1900:8000::1", ["google Google-Cloud africa-south1 2600:1900:8000::/44"]],
    [
      "140.82.112.3",
      [
        "github api - 140.82.112.0/20",
        "github copilot - 140.82.112.0/20",
        "github git - 140.82.112.0/20",
        "github github_enterprise_importer - 140.82.112.0/20",
        "github hooks - 140.82.112.0/20",
        "github web - 140.82.112.0/20",
      ],
    ],
    ["5.101.96.1", ["digitalocean all NL-NH 5.101.96.0/21"]],
    ["129.80.0.1", ["oracle OCI us-ashburn-1 129.80.0.0/16"]],
    ["192.0.2.1", []],
    ["10.0.0.1", []],
    ["2001:db8::1", []],
    ["::1", []],
  ])("%s", (text, tags) => expect(index.lookup(address(text)).map(brief)).toEqual(tags));

  it("name their version in every tag", () => {
    expect(index.lookup(address("52.218.0.1")).map((tag) => tag.version)).toEqual([
      "2025-07-24-20-23-14",
      "2025-07-24-20-23-14",
    ]);
  });

  it("say of each list when it was published, or when at the earliest it was mirrored", () => {
    for (const { provider, publishedAt, mirroredAfter } of manifest.snapshots) {
      expect([provider, publishedAt === null]).toEqual([provider, mirroredAfter !== null]);
    }
  });
});

describe("the index over them", () => {
  it("finds what a scan of all prefixes with ipaddr.js finds, at edges and inside", () => {
    const prefixes = shippedPrefixes();
    const parsed = prefixes.map((prefix) => ({ prefix, cidr: ipaddr.parseCIDR(prefix) }));
    for (const probe of probes(prefixes, 60)) {
      const subject = ipaddr.parse(probe);
      const covering = parsed
        .filter(({ cidr: [network, length] }) => network.kind() === subject.kind() && subject.match(network, length))
        .map(({ prefix }) => prefix)
        .sort((a, b) => lengthOf(b) - lengthOf(a));
      expect([probe, ...new Set(index.lookup(probe).map((tag) => tag.prefix))]).toEqual([probe, ...covering]);
    }
  });
});

function shippedPrefixes(): Prefix[] {
  const lines = manifest.snapshots.flatMap(({ file }) => bytesOf(file).toString().split("\n"));
  return [...new Set(lines.filter((line) => /^[0-9a-f:.]+\//.test(line)))] as Prefix[];
}

/** Of every so-many-th prefix: the address before it, its first, one inside, its last and the one after. */
function probes(prefixes: readonly Prefix[], count: number): Address[] {
  const step = Math.floor(prefixes.length / count);
  return prefixes
    .filter((_, i) => i % step === 0)
    .flatMap((prefix) => {
      const { first, last, family } = rangeOf(prefix);
      return [first - 1n, first, (first + last * 2n) / 3n, last, last + 1n].map((value) => fromBigInt(value, family));
    })
    .filter((probe) => familyOf(probe) === 4 || probe !== addressOf("::/128" as Prefix));
}
