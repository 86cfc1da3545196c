/** Asking only what a destination can meet answers what asking everything does. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddress } from "../../../src/model/address.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Question } from "../../../src/model/policy.ts";
import { parsePrefix } from "../../../src/model/prefix.ts";
import { AWF_WILDCARDS } from "../../../src/dialect/awf/read.ts";
import { holds } from "../../../src/dialect/lists/judge.ts";
import { Lookup, metBy } from "../../../src/dialect/lists/lookup.ts";
import { all, ALWAYS, some, type Test } from "../../../src/dialect/lists/list.ts";
import { parsePattern } from "../../../src/dialect/lists/pattern.ts";

const host = fc.constantFrom("x.com", "*.x.com", "a.x.com", "com", "a*.com").map((text): Test => {
  const pattern = parsePattern(text, { ...AWF_WILDCARDS, plainIsBelow: text === "com" });
  return pattern === null ? ALWAYS : { kind: "host", pattern };
});
const block = fc.constantFrom("0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "::/0").map((text): Test => {
  const prefix = parsePrefix(text);
  return prefix === null ? ALWAYS : { kind: "block", prefix };
});
const { anything } = fc.letrec<{ anything: Test }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3 },
    host,
    block,
    fc.constantFrom<Test>({ kind: "service", transport: "tcp", first: 443, last: 443 }, { kind: "doubt", reason: "?" }),
    fc.array(tie("anything"), { maxLength: 3 }).map(all),
    fc.array(tie("anything"), { maxLength: 3 }).map(some),
    tie("anything").map((of): Test => ({ kind: "not", of })),
  ),
}));
const question: fc.Arbitrary<Question> = fc.record({
  transport: fc.constant("tcp" as const),
  name: fc.option(fc.constantFrom("x.com", "b.x.com", "com", "net").map(parseFqdn)),
  address: fc.option(fc.constantFrom("10.1.2.3", "10.1.2.4", "192.0.2.1", "2001:db8::1", "::1").map(parseAddress)),
  port: fc.constantFrom(443, 80, null),
});

test("what is passed over would not have matched", () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 12 }), question, (tests, asked) => {
      const met = new Lookup(tests).met(asked);
      expect(met).toEqual([...new Set(met)].sort((a, b) => a - b));
      for (const [i, each] of tests.entries()) if (!met.includes(i)) expect(holds(each, asked, "both")).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("of many tests few are asked", () => {
  const many = Array.from({ length: 1000 }, (_, i): Test => {
    const pattern = parsePattern(`h${i}.com`, AWF_WILDCARDS);
    return pattern === null ? ALWAYS : { kind: "host", pattern };
  });
  const asked: Question = { transport: "tcp", name: parseFqdn("a.h7.com"), address: null, port: 443 };
  expect(metBy(many, asked)).toEqual([many[7]]);
});
