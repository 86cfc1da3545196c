import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNftablesJson } from "../../../../src/dialect/nftables/json/document.ts";
import { faultIn } from "../../../../src/dialect/nftables/json/fault.ts";

describe("what is no JSON is refused with its place", () => {
  it.each([
    ['{"nftables" [', '1:13: unexpected "[", expected ":"'],
    ['{"nftables":\n [{}, ]}', '2:7: unexpected "]", expected a value'],
    ['{"nftables": [{,}]}', '1:16: unexpected ",", expected a key in double quotes or "}"'],
    ['{"nftables": [{"a": 1,}]}', '1:23: unexpected "}", expected a key in double quotes'],
    ['{"nftables": [01]}', '1:15: unexpected "01", expected a value or "]"'],
    ['{"nftables": [1 2]}', '1:17: unexpected "2", expected "," or "]"'],
    ['{"nftables": ["a\\x"]}', '1:17: unexpected "\\\\", expected an escape that JSON knows'],
    ['{"nftables": ["a', '1:17: unexpected end of file, expected the end of a string, "'],
    ['{"nftables": []} x', '1:18: unexpected "x", expected nothing more'],
  ])("%s", (text, message) => {
    expect(() => parseNftablesJson("p.json", text)).toThrow(`p.json:${message}`);
  });

  it("not before the word that broke it", () => {
    const json = fc.jsonValue().map((value) => JSON.stringify({ nftables: [value] }, null, 1));
    fc.assert(
      fc.property(json, fc.nat(), fc.constantFrom("", "}", ",", '"', "x", "\\", "\n", ":"), (text, where, put) => {
        const at = where % text.length;
        const broken = text.slice(0, at) + put + text.slice(put === "" ? text.length : at + 1);
        try {
          JSON.parse(broken);
        } catch {
          const { offset } = faultIn(broken);
          // What stood before was right, so the fault is in the word or the escape that was changed, or behind it.
          const word = /\\?[\w.+-]*$/.exec(broken.slice(0, at))?.[0] ?? "";
          expect(offset).toBeGreaterThanOrEqual(at - word.length);
          expect(offset).toBeLessThanOrEqual(broken.length);
        }
      }),
    );
  });
});
