/** What no policy comes near is refused before it is worked on. */
import { expect, test } from "vitest";
import { LIST_DIALECTS } from "../../../src/dialect/lists/dialects.ts";
import { loadList } from "../../../src/dialect/lists/layer.ts";

test.each([
  ["squid", " ".repeat((32 << 20) + 1), "p:1:1: larger than 33554432 bytes"],
  ["kubernetes", " ".repeat((32 << 20) + 1), "p:1:1: larger than 33554432 bytes"],
  ["kubernetes", "---\na\n".repeat(10_001), "p:1:1: more than 10000 documents"],
] as const)("%s", (dialect, text, message) => {
  expect(() => loadList(LIST_DIALECTS[dialect].reader, [{ path: "p", text }])).toThrow(message);
});
