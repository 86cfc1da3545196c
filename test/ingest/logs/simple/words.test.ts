import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf, hashOfText, matches, patternOf, plainEnd, viewOf } from "../../../../src/ingest/logs/simple/words.ts";

const near = fc.constantFrom(0x00, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x61, 0x7f, 0x80, 0xa2, 0xff);
const bytes = fc
  .array(fc.oneof(near, fc.constant(0x61), fc.nat(255)), { maxLength: 24 })
  .map((list) => Uint8Array.from(list));

test("the end of plain text is where a loop over single bytes finds it", () => {
  fc.assert(
    fc.property(bytes, fc.nat(8), fc.nat(8), (all, head, tail) => {
      const [start, end] = [Math.min(head, all.length), Math.max(Math.min(head, all.length), all.length - tail)];
      const found = all.subarray(start, end).findIndex((b) => b === 0x22 || b === 0x5c || b < 0x20 || b >= 0x80);
      expect(plainEnd(viewOf(all), start, end)).toBe(found < 0 ? end : start + found);
    }),
    { numRuns: 2000 },
  );
});

test("a pattern matches its own bytes wherever they stand, and nothing else", () => {
  fc.assert(
    fc.property(bytes, bytes, fc.nat(7), (wanted, other, offset) => {
      const pattern = patternOf(viewOf(wanted), 0, wanted.length);
      const moved = new Uint8Array(offset + wanted.length);
      moved.set(wanted, offset);
      expect(matches(pattern, viewOf(moved), offset, moved.length)).toBe(true);
      expect(matches(pattern, viewOf(moved), offset, moved.length - 1)).toBe(false);
      expect(hashOf(viewOf(moved), offset, moved.length)).toBe(hashOf(viewOf(wanted), 0, wanted.length));
      const same = other.length >= wanted.length && wanted.every((byte, i) => byte === other[i]);
      expect(matches(pattern, viewOf(other), 0, other.length)).toBe(same);
    }),
  );
});

test("a text of ASCII hashes as its bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      const encoded = new TextEncoder().encode(text);
      expect(hashOfText(text)).toBe(hashOf(viewOf(encoded), 0, encoded.length));
    }),
  );
});
