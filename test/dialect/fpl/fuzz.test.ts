/** Texts nobody wrote: never a crash, never a hang, and printing keeps the meaning of what loads. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRequest, loadFpl, printDocument, sniffFpl } from "../../../src/dialect/fpl/index.ts";
import { parseTree } from "../../../src/dialect/fpl/parse.ts";
import { InputError } from "../../../src/model/error.ts";

const WORDS = [
  ..."agent a { } rules { } permit deny deny! ! defer allow shadow default var budget phase egress trust manifest".split(
    " ",
  ),
  ..."host: port: path: method: query: header: when reason: notify: api.x.com 443 ,8443 -9000 * /v1/* 1password.com".split(
    " ",
  ),
  ..."[ ] ( ) = == && || not and in matches args.host args.port now() date( now < $ 24 h %x !x !".split(" "),
  '"text"',
  "'it\"s'",
  '"a\\"b"',
  '"2027-01-01"',
  "# comment\n",
  "\n",
  "\\",
  "é",
];

const soup = fc.array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(" ", " ", "", "\n")), { maxLength: 40 });
const inRules = soup.map((words) => `agent a { rules {\n${words.flat().join("")}\n} }`);
const bare = soup.map((words) => words.flat().join(""));
const mutated = fc.tuple(inRules, fc.nat(), fc.string({ unit: "binary", maxLength: 3 })).map(([text, at, insert]) => {
  const place = at % text.length;
  return text.slice(0, place) + insert + text.slice(place);
});

const gap = fc.constantFrom(" ", "\n", "\t", " # said\n", "\r\n");
const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const selectorClause = fc.tuple(
  oneOf("host", "method", "path"),
  oneOf(":", "", " :"),
  fc.array(
    oneOf(
      "api.x.com",
      "*",
      "/v1/*",
      "1",
      "a=b",
      '"q"',
      "'it\"s'",
      "(",
      ")",
      "[",
      "]",
      "!",
      "!x",
      ":",
      "$",
      "<",
      "==",
      ",",
    ),
  ),
);
const otherClause = oneOf(
  "port: 443",
  "port 1-9,443",
  "query: a = b",
  'header X-Y="v w"',
  "reason: because",
  "reason 'so \"it\" is'",
  'notify: "ops"',
  "reason: 24h",
  'when args.host == "api.x.com" and not(args.port==80)',
  "when now()<date('2027-01-01') || args.path startsWith '/v1'",
  'when args["a b"][0] in [ "x" ,"y",] or -args.n > 1 - 5',
  "when",
);
const clause = fc.oneof(
  selectorClause.map(([keyword, colon, values]) => `${keyword}${colon} ${values.join(" ")}`),
  otherClause,
);
const wellFormed = fc
  .array(
    fc.tuple(
      oneOf("permit", "allow", "deny", "deny!", "deny !", "defer", '"block"', "shadow"),
      oneOf("a/b", "proxy/*", "*", "7", '"x y"', "24 h", "-1.2"),
      fc.array(fc.tuple(gap, clause), { maxLength: 4 }),
    ),
    { maxLength: 4 },
  )
  .map((rules) => {
    const texts = rules.map(([effect, tool, clauses]) => `${effect} ${tool}${clauses.flat().join("")}`);
    return `agent "a b" { # one\n rules {\n${texts.join("\n# two\n")}\n} }`;
  });

const REQUESTS = [
  { tool: "proxy/connect", args: { host: "api.x.com", port: 443 } },
  { tool: "proxy/http", args: { host: "api.x.com", port: 80, method: "GET", path: "/v1/x", query: { a: "b" } } },
  { tool: "a", args: {} },
];

function meaning(text: string): unknown {
  const layer = loadFpl([{ path: "f.fpl", text }]);
  return [layer.canonical(), ...REQUESTS.map((request) => decideRequest(layer, request, 0).verdict)];
}

/** Whether it loads; if so, its printed form must mean the same. */
function ifLoaded(text: string): boolean {
  let before: unknown;
  try {
    before = meaning(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/^InputError: f\.fpl:\d+:\d+: [\x20-\x7e]*$/);
    return false;
  }
  const printed = printDocument(parseTree({ path: "f.fpl", text }));
  expect(meaning(printed)).toEqual(before);
  expect(printDocument(parseTree({ path: "f.fpl", text: printed }))).toBe(printed);
  return true;
}

describe("random texts are loaded or refused with a place, and printed ones mean the same:", () => {
  test.each([
    ["words in a rules block", inRules],
    ["words at the top", bare],
    ["words with something inserted", mutated],
    ["anything", fc.string({ unit: "binary", maxLength: 200 })],
  ])("%s", (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        ifLoaded(text);
      }),
      { numRuns: 3000 },
    );
  });

  test("rules that are well formed and strange", () => {
    let loaded = 0;
    fc.assert(
      fc.property(wellFormed, (text) => {
        loaded += Number(ifLoaded(text));
      }),
      { numRuns: 3000 },
    );
    expect(loaded).toBeGreaterThan(1000);
  });
});

describe("large and deep texts are refused or loaded, not choked on:", () => {
  const million = 10_000_000;

  test.each([
    ["ten megabytes in one word", "a".repeat(million)],
    ["ten megabytes of spaces", " ".repeat(million)],
    ["ten megabytes in one comment", `#${"x".repeat(million)}`],
    ["ten megabytes in one string that never ends", `permit a reason: "${"x".repeat(million)}`],
    ["ten megabytes of backslashes", `permit a reason: "${"\\".repeat(million)}`],
    ["ten megabytes in one host", `permit a host: ${"x".repeat(million)}`],
    ["a host of a million words", `permit a host: ${"x ".repeat(1_000_000)}`],
    ["a condition of a million brackets", `permit a when ${"(".repeat(1_000_000)}`],
    ["ten megabytes of braces", "{".repeat(million)],
    ["half a million nested blocks", `agent a { ${"rules { ".repeat(500_000)}`],
    ["a thousand nots", `permit a when ${"!".repeat(1000)}true`],
    ["a port list of a million", `permit a port: ${"1,".repeat(1_000_000)}1`],
  ])("%s", (_, text) => {
    try {
      loadFpl([{ path: "f.fpl", text }]);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect(String(error).length).toBeLessThan(400);
    }
    expect(typeof sniffFpl(text)).toBe("boolean");
  });
});

describe("the first word tells FPL:", () => {
  test.each([
    ["agent a {}", true],
    ["# a comment\n\n  permit a", true],
    ["\ufeffagent a {}", true],
    ["deny! a", true],
    ["#!/usr/sbin/nft -f\nflush ruleset", false],
    ["table inet filter {}", false],
    ["*filter\n:INPUT ACCEPT", false],
    ["permitted", false],
    ["", false],
  ])("%j: %s", (text, expected) => {
    expect(sniffFpl(text)).toBe(expected);
  });
});
