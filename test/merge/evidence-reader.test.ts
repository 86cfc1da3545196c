import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cutter, type Piece } from "../../src/merge/cutter.ts";
import { evidencePieces, Merger, parseEvidence } from "../../src/merge/index.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import { observation } from "../support/build.ts";
import { runOf } from "./run-of.ts";

const merger = new Merger();
merger.addRun(runOf("r1", [observation("r1", "a.example.com", "192.0.2.1"), observation("r1", null, "192.0.2.9")]));
merger.addRun(
  runOf("r2", [observation("r2", "a.example.com", "192.0.2.2", { cnames: [] })], { rejected: { short: 1 } }),
);
const TEXT = [...evidencePieces(merger)].join("");
const EVIDENCE = merger.evidence();
const parse = (text: string): Evidence => parseEvidence([text], "e.json");

describe("evidence is read in pieces", () => {
  test("and is the same wherever the chunks end", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 40 }), (ends) => {
        const cuts = [0, ...ends.toSorted((a, b) => a - b), TEXT.length];
        const chunks = cuts.slice(1).map((end, i) => TEXT.slice(cuts[i], end));
        expect(parseEvidence(chunks, "e.json")).toEqual(EVIDENCE);
      }),
    );
  });

  test.each([
    ["on one line", JSON.stringify(EVIDENCE)],
    ["indented by tabs", JSON.stringify(EVIDENCE, null, "\t")],
    [
      "with its endpoints before its runs",
      JSON.stringify({ _schema: EVIDENCE._schema, endpoints: EVIDENCE.endpoints, runs: EVIDENCE.runs }),
    ],
    ["with sums that somebody edited, which are derived anew", TEXT.replace(`"runsSeen": 2`, `"runsSeen": 7`)],
  ])("and however it is spaced: %s", (_, text) => {
    expect(parse(text)).toEqual(EVIDENCE);
  });

  test("without any run", () => {
    const none = [...evidencePieces(new Merger())].join("");
    expect(parse(none)).toEqual({ ...EVIDENCE, runs: [], endpoints: [] });
  });
});

describe("a document that is cut to pieces is JSON if and only if the pieces are", () => {
  /** What stands in the holes again, from the inside out. */
  const together = (text: string): unknown => {
    const [parts, items]: [unknown[], unknown[]] = [[], []];
    const cutter = new Cutter("x.json", ({ depth, text: piece }: Piece) => {
      const value: unknown = JSON.parse(piece);
      if (depth === 4) parts.push(value);
      else items.push(filled(value, parts.splice(0)));
    });
    for (const unit of text) cutter.push(unit);
    return filled(JSON.parse(cutter.end()), items);
  };
  const filled = (value: unknown, pieces: unknown[]): unknown => {
    if (Array.isArray(value)) return value.map((one: unknown) => (one === 0 ? pieces.shift() : filled(one, pieces)));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, pieces)]));
  };
  const leaf = fc.oneof(fc.string(), fc.constantFrom('"', "\\", "{[", "}]", '\\"'), fc.boolean(), fc.constant(null));
  const part = fc.record({ n: fc.integer({ min: 1 }), deep: fc.array(leaf), more: fc.record({ x: leaf }) });
  const item = fc.record({ s: leaf, list: fc.array(part, { maxLength: 3 }), other: fc.array(leaf) });
  const document = fc.record({ _schema: leaf, runs: fc.array(item, { maxLength: 3 }) });

  test("and put together again it says the same", () => {
    fc.assert(
      fc.property(document, fc.constantFrom(0, 1), (value, indent) => {
        expect(together(JSON.stringify(value, null, indent))).toEqual(value);
      }),
    );
  });

  test("nor is a text accepted that lacks a character, or has one twice, and so is no JSON", () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.nat(TEXT.length - 2),
        fc.boolean(),
        fc.constantFrom("{", "}", "[", "]", ",", "0", '"', "\\", "e5"),
        (at, drop, put) => {
          const edited = TEXT.slice(0, at) + (drop ? "" : put) + TEXT.slice(drop ? at + 1 : at);
          fc.pre(!isJson(edited));
          expect(() => parse(edited)).toThrow(/^e\.json: /);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("evidence that was edited is refused with its place", () => {
  const edit = (from: string | RegExp, to: string): string => TEXT.replace(from, to);
  test.each([
    [
      "a name in upper case",
      edit("a.example.com", "A.example.com"),
      "endpoints.0.name: is not a host name in canonical form",
    ],
    [
      "a cell at no address",
      edit(/(incidence[^]*?"addresses": \[\s*")192.0.2.2/, "$1192.0.2.02"),
      /endpoints\.0\.incidence\.1\.addresses\.0: is not an address|endpoints/,
    ],
    ["a run's field of somebody else", edit(`"format"`, `"extra": 1, "format"`), /^e\.json: runs\.0: .*extra/],
    ["an endpoint's field of somebody else", edit(`"runsSeen"`, `"extra": [{}], "runsSeen"`), /^e\.json: endpoints\.0/],
    ["a document's field of somebody else", edit(`"runs":`, `"extra": 1, "runs":`), /^e\.json: .*extra/],
    ["a list of somebody else", edit(`"runs":`, `"extra": [{}], "runs":`), "e.json: extra: nothing of evidence"],
    [
      "a run that nobody has",
      edit(`"run": "r2",\n     "addresses"`, `"run": "r3",\n     "addresses"`),
      /r3 saw one of them, and is not among the runs/,
    ],
    ["a run that stands there twice", edit(`"run": "r2"`, `"run": "r1"`), "e.json: runs.1: r1 stands there twice"],
    [
      "a run that saw an endpoint twice",
      edit(/("incidence": \[\s*\{\s*"run": "r1"[^]*?"run": )"r2"/, `$1"r1"`),
      "e.json: endpoints.0.incidence: r1 stands there twice",
    ],
    [
      "a number among the cells",
      edit(`"incidence": [`, `"incidence": [0,`),
      "e.json: endpoints.0.incidence: not all of it are objects",
    ],
    ["a number among the runs", edit(`"runs": [`, `"runs": [0,`), "e.json: runs: not all of them are objects"],
    [
      "cells as an object",
      edit(/"incidence": \[([^]*?)\n   \]/, `"incidence": {"a": 1}`),
      /^e\.json: endpoints\.0\.incidence: /,
    ],
    [
      "an endpoint that no run saw",
      edit(/"incidence": \[([^]*?)\n   \]/, `"incidence": []`),
      /^e\.json: endpoints\.0\.incidence: /,
    ],
    ["another schema", edit("evidence/v1", "evidence/v2"), /^e\.json: _schema: /],
    ["a file cut short", TEXT.slice(0, -20), "e.json: not JSON: the file is cut short or was edited"],
    ["something behind its end", `${TEXT}{}`, "e.json: not JSON: the file is cut short or was edited"],
    ["brackets without end", edit(`"runs": [`, `"runs": ${"[".repeat(1000)}`), "e.json: more than 16 brackets deep"],
  ])("%s", (_, text, message) => {
    expect(text).not.toBe(TEXT);
    expect(() => parse(text)).toThrow(message);
  });

  test("the same endpoint twice", () => {
    const twice = { ...EVIDENCE, endpoints: [...EVIDENCE.endpoints, EVIDENCE.endpoints[0]] };
    expect(() => parse(JSON.stringify(twice))).toThrow("e.json: endpoints.2: stands there twice");
  });
});
