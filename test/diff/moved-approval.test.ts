import { describe, expect, test } from "vitest";
import { movedSinceApproval } from "../../src/diff/moved-approval.ts";
import type { PrefixTag } from "../../src/model/annotation.ts";
import type { ApprovedList } from "../../src/model/approval.ts";
import { parsePrefix, type Prefix } from "../../src/model/prefix.ts";
import { address, candidate, rule } from "../support/build.ts";

const tag = (service: string): PrefixTag => ({
  provider: "aws",
  service,
  region: null,
  prefix: parsePrefix("192.0.2.0/24") as Prefix,
  version: "aws-2",
});
const list = (digest: string, services: string[]): ApprovedList => ({
  list: "aws",
  version: "aws-1",
  digest,
  services,
});
const [THEN, NOW] = ["1".repeat(64), "2".repeat(64)];

function said(
  approvedWith: readonly ApprovedList[],
  today: readonly string[],
  more: { via?: boolean; list?: string } = {},
): string[] {
  const at = address("192.0.2.1");
  const via = more.via === true ? ({ kind: "http-connect", address: at, port: 3128 } as const) : null;
  const made = {
    ...rule("a.example", ["192.0.2.1"], { via }),
    tags: [{ address: at, tags: today.map(tag) }],
    approvedWith,
  };
  const versions = [{ list: more.list ?? "aws", version: "aws-2", digest: NOW, datedAt: null }];
  return movedSinceApproval({ ...candidate([made]), prefixes: versions }).map(({ message }) => message);
}

describe("a rule whose approval tells the lists it was given with", () => {
  const TAIL = "(approved with aws-1 as aws S3, now aws-2)";
  test.each<[string, ReturnType<typeof said>, string[]]>([
    ["whose addresses are whose they were", said([list(THEN, ["aws S3"])], ["S3"]), []],
    [
      "whose addresses are another's too",
      said([list(THEN, ["aws S3"])], ["S3", "EC2"]),
      [`a.example:443/tcp: 192.0.2.1 is aws EC2 now ${TAIL}`],
    ],
    [
      "whose addresses are in no prefix now",
      said([list(THEN, ["aws S3"])], []),
      [`a.example:443/tcp: 192.0.2.1 is in no prefix of aws now ${TAIL}`],
    ],
    ["whose addresses are another's, by the very list that was approved", said([list(NOW, ["aws S3"])], ["EC2"]), []],
    ["of which today's list is not here", said([list(THEN, ["aws S3"])], ["EC2"], { list: "azure" }), []],
    ["that a proxy was asked for", said([list(THEN, ["aws S3"])], ["EC2"], { via: true }), []],
    ["that was approved without lists", said([], ["EC2"]), []],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
