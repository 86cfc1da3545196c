import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineSplitter, MAX_LINE } from "../../../src/ingest/logs/lines.ts";

function split(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter({
    line: (bytes, start, end, line) =>
      lines.push(`${line} ${new TextDecoder("latin1").decode(bytes.slice(start, end))}`),
    tooLong: (line) => lines.push(`${line} too long`),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.endOfFile();
  return lines;
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe("lines", () => {
  test.for<[string, string, string[]]>([
    ["end with LF", "a\nb\n", ["1 a", "2 b"]],
    ["end with CR LF", "a\r\nb\r\n", ["1 a", "2 b"]],
    ["need no end at the end of the file", "a\nb", ["1 a", "2 b"]],
    ["can be empty, and count", "\n\na", ["1 ", "2 ", "3 a"]],
    ["begin after a byte order mark", "\xef\xbb\xbfa\nb", ["1 a", "2 b"]],
    ["keep a mark that is not at the beginning", "a\n\xef\xbb\xbfb", ["1 a", "2 \xef\xbb\xbfb"]],
  ])("%s", ([, text, expected]) => {
    expect(split([bytes(text)])).toEqual(expected);
  });

  test("are numbered by file, and counted over all", () => {
    const numbers: number[] = [];
    const note = (line: number): void => void numbers.push(line);
    const splitter = new LineSplitter({ line: (_bytes, _start, _end, line) => note(line), tooLong: note });
    splitter.push(bytes("a\nb\nc"));
    expect(splitter.lines).toBe(2);
    splitter.endOfFile();
    splitter.push(bytes("d\n"));
    expect(splitter.lines).toBe(4);
    expect(numbers).toEqual([1, 2, 3, 1]);
  });

  test("are the same however the bytes are cut", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r", "\xef", "\xbb", "\xbf"), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(40), { maxLength: 6 }), (input, cuts) => {
        const whole = bytes(input);
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, i) => whole.slice(places[i], end));
        expect(split(chunks)).toEqual(split([whole]));
      }),
    );
  });

  test.for([
    [MAX_LINE, "whole"],
    [MAX_LINE + 1, "too long"],
    [MAX_LINE + 2, "too long"],
    [3 * MAX_LINE, "too long"],
  ] as const)("of %i bytes are %s, in one chunk or many", ([length, verdict]) => {
    const input = bytes(`first\n${"x".repeat(length)}\r\nlast`);
    const chunks = Array.from({ length: Math.ceil(input.length / 65_537) }, (_, i) =>
      input.slice(i * 65_537, (i + 1) * 65_537),
    );
    for (const lines of [split([input]), split(chunks)]) {
      expect(lines.length).toBe(3);
      expect(lines[1] === "2 too long").toBe(verdict === "too long");
      expect(lines[2]).toBe("3 last");
    }
  });
});
