import { describe, expect, test } from "vitest";
import { drift, defaultFailOn } from "../../src/diff/index.ts";
import { movedPrefixes } from "../../src/diff/moved.ts";
import { type ListVersion, nameOfService, type PrefixIndex, type PrefixTag } from "../../src/model/annotation.ts";
import type { Candidate } from "../../src/model/candidate.ts";
import type { Finding } from "../../src/model/finding.ts";
import { parsePrefix, type Prefix } from "../../src/model/prefix.ts";
import type { Choice } from "../../src/model/strategy.ts";
import { address, candidate, instant, rule } from "../support/build.ts";

const version = (list: string, number: number): ListVersion => ({
  list,
  version: `${list}-${number}`,
  digest: String(number).repeat(64),
  datedAt: null,
});
/** `aws S3 eu-west-1 52.218.0.0/17`, `-` for no region. */
const tag = (text: string): PrefixTag => {
  const [provider = "", service = "", region = "", prefix = ""] = text.split(" ");
  const parsed = parsePrefix(prefix) as Prefix;
  return { provider, service, region: region === "-" ? null : region, prefix: parsed, version: "x" };
};
const published = (lists: readonly ListVersion[], tags: readonly string[]): PrefixIndex => ({
  lists,
  lookup: () => tags.map(tag),
});
const approved = (
  lists: readonly ListVersion[] | undefined,
  tags: readonly string[],
  at = ["52.218.0.1"],
): Candidate => {
  const made = rule("s3.example.com", at, {});
  const tagged = { ...made, tags: at.map((text) => ({ address: address(text), tags: tags.map(tag) })) };
  return { ...candidate([tagged]), ...(lists === undefined ? {} : { prefixes: lists }) };
};
const S3 = "aws S3 eu-west-1 52.218.0.0/17";
const AMAZON = "aws AMAZON eu-west-1 52.218.0.0/17";
const said = (found: readonly Finding[]): string[] => found.map(({ message }) => message);
const held = (before: readonly string[], after: readonly string[]): string[] =>
  said(
    movedPrefixes({
      candidate: approved([version("aws", 1)], before),
      published: published([version("aws", 2)], after),
    }),
  );

describe("a rule whose list has another version now", () => {
  const HEAD = "s3.example.com:443/tcp: 52.218.0.1 is ";
  const TAIL = " (approved with aws-1, now aws-2)";
  test.each<[string, string[], string[], string | null]>([
    ["is told nothing where its addresses are whose they were", [S3, AMAZON], [S3, AMAZON], null],
    ["nor where the prefix was only split", [S3], ["aws S3 eu-west-1 52.218.0.0/18"], null],
    ["nor where another provider covers it too", [S3], [S3, "azure Storage - 52.218.0.0/16"], null],
    ["a service is gone", [S3, AMAZON], [AMAZON], "no longer aws S3 eu-west-1"],
    ["all of them are", [S3, AMAZON], [], "no longer aws S3 eu-west-1, aws AMAZON eu-west-1, in no prefix of aws now"],
    ["it is another's", [S3], ["aws EC2 us-east-1 52.218.0.0/24"], "no longer aws S3 eu-west-1, now aws EC2 us-east-1"],
    ["another region", [S3], ["aws S3 us-east-1 52.218.0.0/17"], "no longer aws S3 eu-west-1, now aws S3 us-east-1"],
    ["it is another's too", [S3], [S3, "aws GLOBAL - 52.218.0.0/16"], "now also aws GLOBAL"],
    ["it was nobody's", [], [S3], "now also aws S3 eu-west-1"],
  ])("%s", (_, before, after, message) => {
    expect(held(before, after)).toEqual(message === null ? [] : [HEAD + message + TAIL]);
  });

  test("is one finding for all its addresses, with the first of them as witness", () => {
    const at = ["52.218.0.1", "52.218.0.2", "52.218.0.3", "52.218.0.4"];
    const old = approved([version("aws", 1)], [S3], at);
    const found = movedPrefixes({ candidate: old, published: published([version("aws", 2)], []) });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: "prefix-moved",
      severity: "warning",
      layer: null,
      witness: { address: "52.218.0.1", port: 443 },
    });
    expect(found[0]?.message).toMatch(/52\.218\.0\.3 is [^;]*; and 1 more of its addresses$/);
  });
});

describe("nothing is said", () => {
  test.each<[string, readonly ListVersion[] | undefined, readonly ListVersion[] | undefined]>([
    ["where nobody noted the lists", undefined, [version("aws", 2)]],
    ["where the list is the same", [version("aws", 1)], [version("aws", 1)]],
    ["where there is no such list today", [version("aws", 1)], [version("azure", 2)]],
    ["where today's lists have no versions", [version("aws", 1)], undefined],
  ])("%s", (_, before, after) => {
    const index: PrefixIndex = after === undefined ? { lookup: () => [] } : published(after, []);
    expect(movedPrefixes({ candidate: approved(before, [S3]), published: index })).toEqual([]);
  });
});

test("it stands in the report of a comparison, and fails it only where that was asked for", () => {
  const moved = { candidate: approved([version("aws", 1)], [S3]), published: published([version("aws", 2)], []) };
  const input = { layers: [], candidate: moved.candidate, approved: moved, now: instant("2026-11-21T00:00:00Z") };
  const kinds = (failOn: Parameters<typeof drift>[0]["failOn"]): string => {
    const { verdict, findings } = drift({ ...input, failOn });
    return `${verdict} ${findings.map(({ kind }) => kind).join()}`;
  };
  expect(kinds(defaultFailOn())).toBe("within-policy prefix-moved");
  expect(kinds(new Set(["prefix-moved"]))).toBe("review prefix-moved");
});

describe("a rule that is told as prefixes is compared as a whole", () => {
  const LISTS: Readonly<Record<string, readonly string[]>> = {
    "aws S3 eu-west-1": ["52.218.0.0/18", "198.51.100.0/24", "2001:db8::/32"],
    "aws AMAZON eu-west-1": ["52.218.0.0/17"],
  };
  const today: PrefixIndex = {
    lists: [version("aws", 2)],
    lookup: () => [S3, AMAZON].map(tag),
    listOf: (service) => (LISTS[nameOfService(service)] ?? []) as readonly Prefix[],
  };
  const compared = (kind: Choice["kind"], prefixes: readonly string[]): string[] => {
    const old = approved([version("aws", 1)], [S3, AMAZON]);
    const chosen = { kind, detail: "", prefixes: prefixes as readonly Prefix[], reason: "", enough: true };
    const exposure = {
      addresses: "1",
      hosts: "1",
      whose: ["aws S3 eu-west-1"],
      tenancy: "shared",
      registrable: true,
    } as const;
    const hitRate = { leaveOneOut: null, laterRuns: null, lower: null, runs: 1 };
    const strategies = [{ kind: "published-list", detail: "", prefixes: [], exposure, hitRate }] as const;
    const rules = old.rules.map((each) => ({ ...each, chosen, strategies }));
    return said(movedPrefixes({ candidate: { ...old, rules }, published: today }));
  };
  const HEAD = "s3.example.com:443/tcp: ";
  const LOST = "(16384 addresses): no longer in aws S3 eu-west-1";

  test.each<[string, Choice["kind"], string[], string[]]>([
    ["the narrowest prefix, half of which left", "published", ["52.218.0.0/17"], [`52.218.64.0/18 ${LOST}`]],
    ["a wider one, of which a part was known", "widened", ["52.218.0.0/16"], [`52.218.64.0/18 ${LOST}`]],
    ["a widened one inside what stayed", "widened", ["52.218.0.0/24"], []],
    [
      "a whole list, both ways, and not in a family that it has not",
      "published-list",
      ["52.218.0.0/17"],
      [`52.218.64.0/18 ${LOST}; 198.51.100.0/24 (256 addresses): in aws S3 eu-west-1 now, and not in the rule`],
    ],
    ["a whole list that is what it was", "published-list", ["52.218.0.0/18", "198.51.100.0/24"], []],
    ["observed addresses, which are compared one by one", "observed", [], []],
    ["the same in fewer prefixes", "aggregated", ["52.218.0.1/32"], []],
    ["what was refused", null, [], []],
  ])("%s", (_, kind, prefixes, expected) => {
    expect(compared(kind, prefixes)).toEqual(expected.map((text) => HEAD + text));
  });
});
