import { expect, test } from "vitest";
import { agedLists, agedStatement } from "../../src/report/aged.ts";
import type { Prefix } from "../../src/model/prefix.ts";
import { address, candidate, rule } from "../support/build.ts";

const tag = (provider: string): object => ({
  provider,
  service: "x",
  region: null,
  version: "1",
  prefix: "192.0.2.0/24" as Prefix,
});
const version = (list: string, datedAt: string | null): object => ({
  list,
  version: "1",
  digest: "0".repeat(64),
  datedAt,
});
const aged = (...prefixes: object[]): string[] => {
  const tags = [{ address: address("192.0.2.1"), tags: ["aws", "azure", "fastly"].map(tag) }];
  const made = candidate([{ ...rule("a.example", ["192.0.2.1"]), tags } as ReturnType<typeof rule>]);
  return agedLists({ ...made, proposedAt: "2026-11-21T00:00:00Z", prefixes } as Parameters<typeof agedLists>[0]);
};

test.each<[string, object, string[]]>([
  ["is told with its date", version("aws", "2026-08-22T23:59:59.000000Z"), ["aws (of 2026-08-22)"]],
  ["of ninety days is recent enough", version("aws", "2026-08-23T00:00:00.000000Z"), []],
  ["that names no owner here is left aside", version("github", "2020-01-01T00:00:00Z"), []],
  ["without a date is as old as anybody likes", version("aws", null), []],
])("a list that %s", (_, list, told) => expect(aged(list)).toEqual(told));

test("several stand in one sentence, and none in none", () => {
  expect(agedStatement(aged(version("aws", "2025-07-24T00:00:00Z"), version("azure", "2025-07-25T00:00:00Z")))).toBe(
    "Owners are named by prefix lists older than 90 days: aws (of 2025-07-24), azure (of 2025-07-25)",
  );
  expect(agedStatement([])).toBe(null);
});
