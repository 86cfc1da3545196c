import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inDifferentRuns, suggestPatterns } from "../../../src/annotate/names/patterns.ts";
import { publishedPatterns } from "../../../src/annotate/names/published.ts";
import { isRegion } from "../../../src/annotate/names/regions.ts";
import { spansTenants } from "../../../src/annotate/names/tenancy.ts";
import { PublishedLists } from "../../../src/cli/prefixes/lists.ts";
import { Merger } from "../../../src/merge/index.ts";
import type { EndpointEvidence } from "../../../src/model/evidence.ts";
import type { SuggestedPattern } from "../../../src/model/strategy.ts";
import { fqdn, observation, runRecord } from "../../support/build.ts";

/** Names by run: `seen(["a.example"], ["a.example", "b.example"])` is two runs. */
function seen(...runs: readonly (readonly string[])[]): readonly EndpointEvidence[] {
  const merger = new Merger();
  for (const [i, names] of runs.entries()) {
    const run = `r${i}`;
    merger.addRun({ run: runRecord(run), observations: names.map((name) => observation(run, name, "192.0.2.1")) });
  }
  return merger.evidence().endpoints;
}

const OFFICE = {
  provider: "microsoft365",
  names: [
    { pattern: "*.outlook.office.example", service: "Exchange", ports: ["tcp/80,443", "udp/3478-3481"] },
    { pattern: "*.sharepoint.com", service: "SharePoint", ports: ["tcp/80,443"] },
  ],
};
const PUBLISHED = publishedPatterns([...new PublishedLists(null).names(), OFFICE]);

const suggested = (...runs: readonly (readonly string[])[]): SuggestedPattern[] =>
  suggestPatterns(seen(...runs), PUBLISHED);

describe("host families", () => {
  test.each([
    ["numbers", ["wal-3.internal", "wal-17.internal", "wal-18.internal"], "wal-*.internal", "number"],
    [
      "numbers without a dash",
      ["node1.corp.example", "node2.corp.example", "node3.corp.example"],
      "node*.corp.example",
      "number",
    ],
    [
      "AWS regions",
      ["api.eu-west-1.vendor.example", "api.us-east-1.vendor.example", "api.ap-southeast-2.vendor.example"],
      "api.*.vendor.example",
      "region",
    ],
    [
      "Azure regions",
      ["westeurope.vendor.example", "eastus2.vendor.example", "uksouth.vendor.example"],
      "*.vendor.example",
      "region",
    ],
    [
      "Google regions",
      [
        "europe-west1-run.vendor.example",
        "a.europe-west1.vendor.example",
        "a.us-central1.vendor.example",
        "a.asia-east1.vendor.example",
      ],
      "a.*.vendor.example",
      "region",
    ],
    ["siblings", ["api.vendor.example", "auth.vendor.example", "cdn.vendor.example"], "*.vendor.example", "label"],
  ])("%s vary", (_, names, pattern, basis) => {
    const found = suggested(...names.map((name) => [name]));
    expect(found).toContainEqual(expect.objectContaining({ pattern, basis, refused: null }));
  });

  test("the narrowest pattern alone is said of the same names", () => {
    const found = suggested(["wal-1.internal"], ["wal-2.internal"], ["wal-3.internal"]);
    expect(found.map(({ pattern }) => pattern)).toEqual(["wal-*.internal"]);
  });

  test.each([
    ["x1.actions.githubusercontent.com", "names of the github list (actions, artifact_attestations)"],
    ["npm.pkg.github.com", "names of the github list (packages)"],
    ["eu.outlook.office.example", "names of the microsoft365 list (Exchange)"],
  ])("their provider's word is enough for one name: %s", (name, source) => {
    const pattern = `*${name.slice(name.indexOf("."))}`;
    expect(suggested([name])).toMatchObject([{ pattern, basis: "published", refused: null, source }]);
  });

  test.each([
    ["names of tenants", "contoso.sharepoint.com", "tcp", 443],
    ["names of tenants, deeper down", "x.core.windows.net", "tcp", 443],
    ["what others keep at GitHub", "objects.githubusercontent.com", "tcp", 443],
    ["organisations at another provider", "contoso.visualstudio.com", "tcp", 443],
    ["a content network's customers", "az1.vo.msecnd.net", "tcp", 443],
    ["another port", "eu.outlook.office.example", "tcp", 25],
    ["another transport", "eu.outlook.office.example", "udp", 443],
    ["names two labels deeper", "a.b.outlook.office.example", "tcp", 443],
    ["the domain itself", "outlook.office.example", "tcp", 443],
  ] as const)("no provider's word is for %s", (_, name, transport, port) => {
    expect(PUBLISHED({ name: fqdn(name), transport, port })).toBeNull();
  });

  test("a range of ports is within a provider's word", () => {
    const found = PUBLISHED({ name: fqdn("eu.outlook.office.example"), transport: "udp", port: 3480 });
    expect(found?.pattern).toBe("*.outlook.office.example");
  });

  test.each(["eu-west-1", "us-gov-east-1", "europe-west4", "westeurope", "eastus2", "southeastasia", "us-east-1a"])(
    "%s is a region",
    (label) => expect(isRegion(label)).toBe(true),
  );
  test.each(["www", "api", "west", "euwest", "example", "us", "1"])("%s is none", (label) =>
    expect(isRegion(label)).toBe(false),
  );
});

describe("too little to go by", () => {
  test.each([
    ["two labels", [["a.vendor.example"], ["b.vendor.example"], ["a.vendor.example"]]],
    ["three labels in one run", [["a.vendor.example", "b.vendor.example", "c.vendor.example"], []]],
    ["three labels in two runs", [["a.vendor.example", "b.vendor.example"], ["c.vendor.example"]]],
    ["names that share a registry's suffix only", [["a.example"], ["b.example"], ["c.example"]]],
    ["single labels", [["alpha"], ["beta"], ["gamma"]]],
  ])("%s", (_, runs) => expect(suggested(...runs)).toEqual([]));

  test("other ports are other families", () => {
    const merger = new Merger();
    for (const [i, name] of ["a.vendor.example", "b.vendor.example", "c.vendor.example"].entries()) {
      merger.addRun({
        run: runRecord(`r${i}`),
        observations: [observation(`r${i}`, name, "192.0.2.1", { port: 443 + i })],
      });
    }
    expect(suggestPatterns(merger.evidence().endpoints, PUBLISHED)).toEqual([]);
  });
});

describe("never across tenants: refused, with the names seen", () => {
  test.each([
    ["blob.core.windows.net"],
    ["s3.amazonaws.com"],
    ["s3.eu-west-1.amazonaws.com"],
    ["cloudfront.net"],
    ["workers.dev"],
    ["r2.cloudflarestorage.com"],
    ["azurewebsites.net"],
    ["github.io"],
    ["amazonaws.com"],
  ])("*.%s", (suffix) => {
    const names = ["alpha", "beta", "gamma"].map((label) => `${label}.${suffix}`);
    expect(suggested(...names.map((name) => [name]))).toMatchObject([
      { pattern: `*.${suffix}`, names, refused: expect.any(String) as string },
    ]);
  });

  test("numbered buckets are nobody's family", () => {
    const found = suggested(["prod-1.s3.amazonaws.com"], ["prod-2.s3.amazonaws.com"], ["prod-3.s3.amazonaws.com"]);
    expect(found).toMatchObject([{ pattern: "prod-*.s3.amazonaws.com", refused: expect.any(String) as string }]);
  });

  test("regional hosts, where a star that crosses dots would take a bucket of that name", () => {
    const found = suggested(
      ["s3.eu-west-1.amazonaws.com"],
      ["s3.us-east-1.amazonaws.com"],
      ["s3.us-west-2.amazonaws.com"],
    );
    expect(found.find(({ basis }) => basis === "region")).toMatchObject({
      pattern: "s3.*.amazonaws.com",
      refused: expect.stringContaining("amazonaws.com") as string,
    });
  });

  test("whatever the names, no pattern that may be considered spans tenants", () => {
    const suffix = fc.constantFrom(
      "s3.amazonaws.com",
      "corp.example",
      "internal",
      "workers.dev",
      "t.workers.dev",
      "com",
      "eu-west-1.amazonaws.com",
    );
    const label = fc.stringMatching(/^[a-z]{1,3}\d?$/);
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(label, suffix), { maxLength: 4 }), { maxLength: 6 }), (runs) => {
        const found = suggested(...runs.map((names) => [...new Set(names.map((parts) => parts.join(".")))]));
        for (const { pattern, refused, names } of found) {
          const tail = pattern.slice(pattern.lastIndexOf("*") + 1).replace(/^[^.]*\./, "");
          expect(refused).toBe(spansTenants(tail));
          expect(names.length).toBeGreaterThanOrEqual(3);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test("runs are given to labels by turning earlier gifts over where that helps", () => {
  expect(inDifferentRuns([["a", "b"], ["a"], ["b", "c"]])).toBe(true);
  expect(
    inDifferentRuns([
      ["a", "b"],
      ["a", "b"],
      ["a", "b"],
    ]),
  ).toBe(false);
});
