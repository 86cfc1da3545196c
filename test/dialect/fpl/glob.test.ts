/** path.Match, as tools and selectors use it. */
import { expect, test } from "vitest";
import { compileToolGlob, compileValueGlob } from "../../../src/dialect/fpl/glob.ts";

test.each([
  ["http/*", "http/get", true],
  ["http/*", "http/get/x", false],
  ["http/**", "http/get", true],
  ["*/get", "http/get", true],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXb/bZc", false],
  ["?", "é", true],
  ["?", "/", false],
  ["[a-c]x", "bx", true],
  ["[^a-c]x", "bx", false],
  ["[^a-c]x", "/x", true],
  ["[\\]]", "]", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["", "anything", true],
  ["*", "a/b/c", true],
])("tool %s takes %s: %s", (pattern, text, expected) => {
  expect(compileToolGlob(pattern)(text)).toBe(expected);
});

test.each([["[a"], ["[]"], ["[a-]"], ["a\\"], ["[-a]"]])("the malformed %s matches what begins like it", (pattern) => {
  expect(compileToolGlob(pattern)(`${pattern}x`)).toBe(true);
  expect(compileToolGlob(pattern)("other")).toBe(false);
});

test("a malformed value matches itself alone", () => {
  expect(compileValueGlob("[a", true)("[A")).toBe(true);
  expect(compileValueGlob("[a", true)("[ax")).toBe(false);
});

test("many stars take no time", () => {
  expect(compileToolGlob("a*".repeat(200))(`${"a".repeat(5000)}b/`)).toBe(false);
});
