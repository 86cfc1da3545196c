/** Whose a text is, is asked of every dialect about every text there is. */
import { expect, test } from "vitest";
import { layersOf } from "../../src/dialect/index.ts";
import { LIST_DIALECTS } from "../../src/dialect/lists/dialects.ts";

test.each(["\n", " ", "- ", "uses:\n", "kind:\n", "{", "#\n", "a"])(
  "a megabyte of %j is nobody's, and is seen to be at once",
  (nothing) => {
    const files = [{ path: "p", text: nothing.repeat(1 << 20) }];
    expect(() => layersOf(files, { hook: "output", source: null, interface: null })).toThrow("p: not a policy");
  },
);

test.each(["uses: ", "- uses: ", "  -  uses: '", "-\n  uses: ", "steps:\n\n  - uses: "])(
  "%j begins a step of a workflow",
  (before) => expect(LIST_DIALECTS["harden-runner"].sniff(`${before}step-security/harden-runner@v2`)).toBe(true),
);
