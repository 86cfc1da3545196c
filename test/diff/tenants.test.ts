import { describe, expect, test } from "vitest";
import { spansTenants } from "../../src/annotate/index.ts";
import { layersOf } from "../../src/dialect/index.ts";
import { defaultFailOn, drift } from "../../src/diff/index.ts";
import { candidate, instant } from "../support/build.ts";

const STAND = { hook: "output", source: null, interface: null } as const;

function found(host: string, effect = "permit"): string[] {
  const text = `agent a {\n  default deny\n  rules {\n    ${effect} proxy/connect host: ${host} port: 443 reason: "needed"\n  }\n}\n`;
  const layers = layersOf([{ path: "production.fpl", text }], STAND);
  const input = { layers, candidate: candidate([]), failOn: defaultFailOn(), now: instant("2026-11-21T00:00:00Z") };
  return drift({ ...input, spansTenants })
    .findings.filter(({ kind }) => kind === "shared-suffix")
    .map(({ rule, message }) => `${rule} ${message}`);
}

describe("a rule in force by a pattern that lets other tenants in", () => {
  test.each([
    ["*.blob.core.windows.net", "blob.core.windows.net"],
    ["*.s3.amazonaws.com", "s3.amazonaws.com"],
    ["*.cloudfront.net", "cloudfront.net"],
    ["*.workers.dev", "workers.dev"],
    ["prod-*.s3.amazonaws.com", "s3.amazonaws.com"],
    ["sts.*.amazonaws.com", "amazonaws.com"],
    ["*corp.com", "com"],
    ["*.com", "com"],
  ])("%s is told, with the rule", (host, tail) => {
    expect(found(host)).toEqual([
      expect.stringMatching(
        new RegExp(`^production\\.fpl:4 .*: covers every name that ends in \\.${tail.replaceAll(".", "\\.")}, and `),
      ),
    ]);
  });

  test.each([
    "api.openai.com",
    "*.openai.com",
    "corp.blob.core.windows.net",
    "*.corp.blob.core.windows.net",
    "*.actions.githubusercontent.com",
    "wal-*.internal",
  ])("%s is one owner's", (host) => expect(found(host)).toEqual([]));

  test("a rule that denies them is none", () => expect(found("*.workers.dev", "deny")).toEqual([]));
});
