/** Entries in one line each, the same for every list dialect, so that two versions can be compared as text. */
import type { PolicyRule } from "../../model/policy.ts";
import { rangeOf } from "../../model/prefix.ts";
import { safeProse } from "../packet/prose.ts";
import type { Entry, Test } from "./list.ts";
import { describePattern } from "./pattern.ts";

export function entryText({ effect, test }: Entry): string {
  return `${effect} ${testText(test)}`;
}

function testText(test: Test): string {
  switch (test.kind) {
    case "always":
      return "everything";
    case "host":
      return describePattern(test.pattern);
    case "block":
      return test.prefix;
    case "service": {
      const ports = test.first === test.last ? `${test.first}` : `${test.first}-${test.last}`;
      const every = test.first === 0 && test.last === 65_535;
      return `${test.transport ?? "any transport"}${every ? "" : ` ${ports}`}`;
    }
    case "named":
      return "by name";
    case "access":
      return test.access === "connect" ? "by tunnel" : "by plain HTTP";
    case "doubt":
      return `where ${safeProse(test.reason, 120)}`;
    case "all":
      return test.of.map((part) => (part.kind === "some" ? `(${testText(part)})` : testText(part))).join(" ");
    case "some":
      return test.of.length === 0 ? "nothing" : test.of.map(testText).join(" or ");
    case "not":
      return `not (${testText(test.of)})`;
  }
}

/** How many addresses an entry opens: counted for blocks, `any` where nothing restricts it, null for names. */
export function addressesOf(test: Test): PolicyRule["addresses"] {
  const blocks = blocksOf(test);
  if (blocks === "names") return null;
  if (blocks === "any") return "any";
  return blocks.reduce((sum, prefix) => {
    const { first, last } = rangeOf(prefix);
    return sum + last - first + 1n;
  }, 0n);
}

type Blocks = readonly Extract<Test, { kind: "block" }>["prefix"][] | "names" | "any";

/** Of parts that all must hold, the one about addresses; the count of overlapping blocks is an upper bound. */
function blocksOf(test: Test): Blocks {
  switch (test.kind) {
    case "block":
      return [test.prefix];
    case "host":
      return test.pattern.kind === "any" ? "any" : "names";
    case "doubt":
      return "names";
    case "always":
    case "service":
    case "access":
    case "named":
    case "not":
      return "any";
    case "all":
      return test.of.map(blocksOf).reduce((left, right) => (left === "any" ? right : left), "any");
    case "some": {
      const parts = test.of.map(blocksOf);
      if (parts.includes("any")) return "any";
      return parts.includes("names") ? "names" : parts.flatMap((part) => (typeof part === "string" ? [] : part));
    }
  }
}
