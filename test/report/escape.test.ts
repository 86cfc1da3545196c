import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { code, json, markdown, plain } from "../../src/report/escape.ts";

describe("a line of plain text", () => {
  test.each([
    ["an escape sequence", "a\u001B[31mred", "a\\u{1b}[31mred"],
    ["a newline", "a\nb", "a\\u{a}b"],
    ["a C1 control", "a\u009Bm", "a\\u{9b}m"],
    ["a right-to-left override", "a\u202Eb", "a\\u{202e}b"],
    ["a zero-width space", "a\u200Bb", "a\\u{200b}b"],
    ["a tag character", "a\u{E0041}b", "a\\u{e0041}b"],
    ["letters of any script stay", "größe ✓ 名前", "größe ✓ 名前"],
  ])("%s", (_, text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  test("holds no character that acts, whatever came in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|[\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });
});

describe("JSON", () => {
  test("says the same and holds no character that acts, whatever came in", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })), (value) => {
        for (const indent of [0, 2]) {
          expect(JSON.parse(json(value, indent))).toEqual(JSON.parse(JSON.stringify(value)));
          expect(json(value, indent).replaceAll("\n", "")).toBe(plain(json(value, indent).replaceAll("\n", "")));
        }
      }),
    );
  });

  test.each([
    ["a C1 control", "a\u009Bm", String.raw`"a\u009bm"`],
    ["a tag character", "\u{E0041}", String.raw`"\udb40\udc41"`],
    ["letters of any script stay", "größe 名前 😀", '"größe 名前 😀"'],
  ])("%s", (_, text, shown) => expect(json(text)).toBe(shown));
});

describe("Markdown text", () => {
  test.each([
    ["a link", "[x](https://evil.example)", "\\[x\\]\\(https&#58;//evil.example\\)"],
    ["an image", "![x](y)", "\\!\\[x\\]\\(y\\)"],
    ["HTML", "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert\\(1\\)&gt;"],
    ["a mention", "@team", "&#64;team"],
    ["a table cell's end", "a | b", "a \\| b"],
    ["a code span", "`rm -rf`", "\\`rm -rf\\`"],
    ["emphasis", "*a* _b_ ~c~", "\\*a\\* \\_b\\_ \\~c\\~"],
    ["a bare link", "www.evil.example", "www&#46;evil.example"],
    ["a heading", "a\n# b", "a\\\\u\\{a\\}\\# b"],
  ])("%s does nothing", (_, text, shown) => {
    expect(markdown(text)).toBe(shown);
  });
});

describe("a code span", () => {
  test.each([
    ["cannot be closed from inside", "a`b", "`a'b`"],
    ["does not end its table cell", "a|b", "`a\\|b`"],
    ["is one line", "a\nb", "`a\\u{a}b`"],
    ["of nothing is nothing", "", ""],
  ])("%s", (_, text, shown) => {
    expect(code(text)).toBe(shown);
  });
});
