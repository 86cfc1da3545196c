import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeLabel } from "../../src/model/label.ts";

describe("labels of others, made safe", () => {
  it.each([
    ["run-07", "run-07"],
    ["captures/run 07.pcapng", "captures/run%2007.pcapng"],
    ["100%", "100%25"],
    ["a\nb", "a%0Ab"],
    ["\u001b[31m", "%1B%5B31m"],
    ["<script>", "%3Cscript%3E"],
    ["$(id); `id` | x", "%24%28id%29%3B%20%60id%60%20%7C%20x"],
    ["naïve", "na%C3%AFve"],
    ["😀", "%F0%9F%98%80"],
    ["\u202Eexe", "%E2%80%AEexe"],
  ])("%j is %s", (text, label) => expect(safeLabel(text)).toBe(label));

  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "grapheme", maxLength: 300 }));

  it("are one word of a small alphabet", () => {
    const safe = /^(?:[A-Za-z0-9._/@:+=-]|%[0-9A-F]{2})*$/;
    fc.assert(
      fc.property(text, (t) => {
        expect(safeLabel(t)).toMatch(safe);
      }),
      { numRuns: 2000 },
    );
  });

  it("can be turned back into what they were, up to 200 characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (t) => {
        expect(decodeURIComponent(safeLabel(t))).toBe(t);
      }),
      { numRuns: 2000 },
    );
  });

  it("end in a mark that only cutting makes", () => {
    expect(safeLabel("a".repeat(200))).toBe("a".repeat(200));
    expect(safeLabel("a".repeat(201))).toBe(`${"a".repeat(200)}%2E%2E%2E`);
    expect(safeLabel("...")).toBe("...");
    expect(safeLabel(`${"a".repeat(199)}😀`)).toBe(`${"a".repeat(199)}%2E%2E%2E`);
  });
});
