/** Regular expressions as Go's regexp takes them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRegex, matchesAnywhere } from "../../../../src/dialect/fpl/re2/match.ts";
import { InvalidRegex, UnsupportedRegex } from "../../../../src/dialect/fpl/re2/node.ts";
import { parseRegex } from "../../../../src/dialect/fpl/re2/parse.ts";

const matches = (pattern: string, text: string): boolean | null =>
  matchesAnywhere(compileRegex(parseRegex(pattern)), text);

test.each([
  ["is not anchored", "b", "abc", true],
  ["anchors at the text's ends", "^b$", "a\nb", false],
  ["anchors at line ends with the flag", "(?m)^b$", "a\nb", true],
  ["a dollar is the very end", "b$", "b\n", false],
  ["a dot is no newline", "a.b", "a\nb", false],
  ["a dot is one with the flag", "(?s)a.b", "a\nb", true],
  ["a dot is one whole character", "^.$", "\u{1f600}", true],
  ["counts repeats", "^a{2,3}$", "aaaa", false],
  ["a brace that counts nothing is a brace", "a{,3}", "a{,3}", true],
  ["a lazy star matches the same", "^a*?b", "aaab", true],
  ["alternatives", "^(foo|ba[rz])$", "baz", true],
  ["an empty alternative", "^(a|)$", "", true],
  ["flags last to the end of their group", "^(?:(?i)ab)c$", "ABC", false],
  ["flags may have their own group", "^(?i:ab)c$", "ABc", true],
  ["the Kelvin sign folds to k", "(?i)k", "\u212a", true],
  ["a negated class takes newlines", "^[^a]$", "\n", true],
  ["a class may begin with its bracket", "^[]a]+$", "a]", true],
  ["POSIX classes", "^[[:alpha:]_]+$", "aB_", true],
  ["negated POSIX classes", "^[[:^digit:]]+$", "ab1", false],
  ["Perl classes", "^\\w+\\s\\d+$", "ab_1 23", true],
  ["no vertical tab is a space", "\\s", "\v", false],
  ["word boundaries", "\\bapi\\b", "x.api.y", true],
  ["not inside a word", "\\bapi\\b", "rapid", false],
  ["octal and hex escapes", "^\\101\\x42\\x{43}$", "ABC", true],
  ["quoted text", "^\\Qa.b\\E+$", "a.bb", true],
  ["named groups", "^(?P<x>a)(?<y>b)$", "ab", true],
  ["groups of one name", "^(?P<x>a)(?P<x>b)$", "ab", true],
])("%s", (_, pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test.each([
  ["*.x.com"],
  ["a**"],
  ["a*??"],
  ["(a"],
  ["a)"],
  ["[a"],
  ["[b-a]"],
  ["[[:nope:]]"],
  ["a{2,1}"],
  ["a{1001}"],
  ["(a{100}){100}"],
  ["(?=a)"],
  ["(?<!a)"],
  ["(a)\\1"],
  ["\\q"],
  ["a\\"],
  ["(*a)"],
  ["a|*"],
])("refuses %s", (pattern) => {
  expect(() => parseRegex(pattern)).toThrow(InvalidRegex);
});

test.each([["\\pL"], ["[\\p{Greek}]"], ["(?i)é"]])("does not pretend to know %s", (pattern) => {
  expect(() => parseRegex(pattern)).toThrow(UnsupportedRegex);
});

describe("against another engine, where both mean the same", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    ".",
    "[ab]",
    "[^a]",
    "\\d",
    "\\w",
    "(?:ab)",
    "(?:a|b)",
    "(?:|a)",
    "^",
    "$",
    "\\b",
  );
  const piece = fc.tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{0,2}", "*?")).map(([a, repeat]) => {
    // The other engine repeats no assertions.
    return /^(\^|\$|\\b)$/.test(a) ? a : `${a}${repeat}`;
  });
  const pattern = fc.array(fc.array(piece, { maxLength: 5 }), { minLength: 1, maxLength: 3 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "1", "\n", "_"), maxLength: 8 });

  test("the answers agree", () => {
    fc.assert(
      fc.property(pattern, text, (parts, input) => {
        const written = parts.map((p) => p.join("")).join("|");
        expect(matches(written, input)).toBe(new RegExp(written, "u").test(input));
      }),
      { numRuns: 2000 },
    );
  });
});

test("a pattern that is exponential elsewhere is not here", () => {
  expect(matches("^(a*)*(a|a)*(a|aa)+$", `${"a".repeat(5000)}b`)).toBe(false);
});

test("what would still take too long is not answered", () => {
  expect(matches("(a?){300}(b?){300}(c?){300}", "a".repeat(100_000))).toBeNull();
});
