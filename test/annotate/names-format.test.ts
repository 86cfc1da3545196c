import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseNames, printNames } from "../../src/annotate/names-format.ts";
import { compareNames, type PublishedName } from "../../src/annotate/published-name.ts";
import { InputError } from "../../src/model/error.ts";

const TITLE = { provider: "corp", version: "7" };
const HEAD = "sallyport/names/v1 corp 7\n";

const name: fc.Arbitrary<PublishedName> = fc.record({
  pattern: fc.constantFrom("a.example", "*.a.example", "b", "xn--bcher-kva.example", "_x.example"),
  service: fc.constantFrom("Exchange", "web", "a%20b"),
  ports: fc.constantFrom([], ["tcp/80,443"], ["tcp/443", "udp/3478-3481"]),
});

test("what was printed is read back, once each and in order, whatever the order before", () => {
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const text = printNames(TITLE, names);
      const distinct = [...new Map(names.map((one) => [JSON.stringify(one), one])).values()];
      expect(parseNames(text, "f", TITLE)).toEqual(distinct.sort(compareNames));
      expect(printNames(TITLE, names.toReversed())).toBe(text);
    }),
  );
});

describe("anything else is refused with its place:", () => {
  test.each([
    ["", "f: the last line has no end"],
    ["sallyport/names/v1 corp 8\n", 'f:1: expected "sallyport/names/v1 corp 7"'],
    [`${HEAD}a.example\n`, 'f:2: a name before the first "@service" line'],
    [`${HEAD}@web\nA.example\n`, "f:3: expected a name"],
    [`${HEAD}@web\n*.com\n`, "f:3: expected a name"],
    [`${HEAD}@web\n\n`, "f:3: expected a name"],
    [`${HEAD}@web icmp/1\na\n`, 'f:2: expected "@service" and ports'],
    [`${HEAD}@web tcp/0\na\n`, 'f:2: expected "@service" and ports'],
    [`${HEAD}@\na\n`, 'f:2: expected "@service" and ports'],
    [`${HEAD}@web\na.example`, "f: the last line has no end"],
  ])("%j", (text, message) => expect(() => parseNames(text, "f", TITLE)).toThrow(new InputError(message)));
});
