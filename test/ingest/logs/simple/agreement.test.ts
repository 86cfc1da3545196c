import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALIASES, Fields } from "../../../../src/ingest/logs/simple/fields.ts";
import { parseRecord } from "../../../../src/ingest/logs/simple/parse.ts";
import { Scanner } from "../../../../src/ingest/logs/simple/scan.ts";
import { viewOf } from "../../../../src/ingest/logs/simple/words.ts";

const KEYS = [...Object.values(ALIASES).flat(), "run", "lab.run", "note", "x", "", "host.name"];

const value = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "-",
    null,
    true,
    false,
    "tcp",
    "UDP",
    "https",
    "6",
    17,
    "denied",
    "Allowed",
    "api.example.net",
  ),
  fc.constantFrom<unknown>(
    "203.0.113.7",
    "2001:DB8::1",
    "[2001:db8::1]:443",
    "api.example.net:443",
    "bad name",
    "münchen.example",
  ),
  fc.constantFrom<unknown>(
    "2026-11-01T10:00:00Z",
    "2026-11-01T10:00:00.123456789Z",
    "2026-02-30T10:00:00Z",
    "2026-11-01T10:00:00+0100",
  ),
  fc.constantFrom<unknown>(
    1793527200,
    1793527200.123456,
    1793527200123,
    1793527200123456,
    "1793527200",
    1e308,
    -0,
    1e-7,
  ),
  fc.integer({ min: -1, max: 70_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.ipV4(),
  fc.ipV6(),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.record({ ip: fc.ipV4(), port: fc.nat(65_535), name: fc.constant("node") }),
);

const space = fc.constantFrom("", "", "", " ", "\t", "\r", "  ");

/** A flat object written by hand, so that keys repeat and white space stands where it may. */
const objectText = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 6 })), value, space, space), {
    maxLength: 8,
  })
  .map(
    (pairs) =>
      `{${pairs.map(([k, v, a, b]) => `${a}${JSON.stringify(k)}${b}:${a}${JSON.stringify(v)}${b}`).join(",")}}`,
  );

const EDITS = Array.from('{}[]",:\\0-.eEtn \u0001é');

/** The same with some bytes changed, so that most of it is nearly JSON. */
const brokenText = fc
  .tuple(objectText, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...EDITS)), { maxLength: 3 }))
  .map(([text, edits]) => edits.reduce((t, [at, char]) => replaceAt(t, at % Math.max(1, t.length), char), text));

function replaceAt(text: string, at: number, char: string): string {
  return text.slice(0, at) + char + text.slice(at + 1);
}

function fieldsOf(fields: Fields): unknown {
  return structuredClone(Object.fromEntries(Object.entries(fields)));
}

describe("scanning and JSON.parse", () => {
  for (const runField of ["run", "lab.run", "tool", "läb"]) {
    test(`agree on every line that scanning takes, with ${runField} for the run`, () => {
      // One scanner for all lines: what it remembers of one must not show in the next.
      const scanner = new Scanner(runField);
      let taken = 0;
      fc.assert(
        fc.property(fc.oneof(objectText, brokenText), (line) => {
          const bytes = new TextEncoder().encode(`xx${line}"}`);
          const [start, end] = [2, bytes.length - 2];
          const scanned = new Fields();
          if (!scanner.scan(viewOf(bytes), start, end, scanned)) return;
          taken++;
          const parsed = new Fields();
          expect(parseRecord(bytes, start, end, runField, parsed)).toBe(true);
          expect(fieldsOf(scanned)).toEqual(fieldsOf(parsed));
        }),
        { numRuns: 3000 },
      );
      expect(taken).toBeGreaterThan(300);
    });
  }

  test("agree on numbers beyond what a number holds, and on bytes that are no UTF-8", () => {
    const scanner = new Scanner("run");
    for (const text of [
      '{"ts":1e400,"dest_port":44.3E1,"bytes_in":12345678901234567890,"src_port":-0,"bytes_out":1.7976931348623157e308}',
      '{"note":"\xff","dest_ip":"203.0.113.7"}',
      '{"dest_ip":"203.0.113.7\xc3"}',
      '{"\xe9":1,"dest_port":443}',
    ]) {
      const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
      const [scanned, parsed] = [new Fields(), new Fields()];
      if (!scanner.scan(viewOf(bytes), 0, bytes.length, scanned)) continue;
      expect(parseRecord(bytes, 0, bytes.length, "run", parsed)).toBe(true);
      expect(fieldsOf(scanned)).toEqual(fieldsOf(parsed));
    }
  });

  test.for([
    '{"dest_ip":"203.0.113.7","dest_port":443,"proto":"tcp"}',
    '{ "ts" : 1793527200.5 , "host" : "api.example.net", "note": "über alles" }',
    '{"dest_ip":"203.0.113.7","extra":true,"none":null,"n":-1.5e-3}',
  ])("the fast way takes %s", (line) => {
    const bytes = new TextEncoder().encode(line);
    expect(new Scanner("run").scan(viewOf(bytes), 0, bytes.length, new Fields())).toBe(true);
  });
});
