import { domainToUnicode } from "node:url";
import { toASCII } from "node:punycode";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodePunycode } from "../../../src/annotate/signals/punycode.ts";

test("decodes what Node encodes", () => {
  const label = fc.stringMatching(/^[a-z\u00e0-\u00f6\u0430-\u044f\u03b1-\u03c9\u4e00-\u4eff]{1,12}$/);
  fc.assert(
    fc.property(label, (text) => {
      const encoded = toASCII(text);
      if (encoded.startsWith("xn--")) expect(decodePunycode(encoded.slice(4))).toBe(text);
    }),
  );
});

test.each(["", "-", "99999999", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "a-b-c-", "UPPER"])(
  "says something of %j, and does not throw",
  (text) => {
    expect(() => decodePunycode(text)).not.toThrow();
  },
);

test("agrees with the URL parser on a name it knows", () => {
  expect(decodePunycode("bcher-kva")).toBe("b\u00fccher");
  expect(domainToUnicode("xn--bcher-kva.example")).toBe("b\u00fccher.example");
});
