/** Lines out of chunks that end anywhere. */
import { expect, test } from "vitest";
import { linesByChunk } from "../../src/cli/text-lines.ts";

async function* chunks(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function linesOf(texts: Iterable<string>): Promise<(readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for await (const lines of linesByChunk(chunks(texts), "p")) all.push(lines);
  return all;
}

test.each([
  [
    ["a\nb", "c\n", "d"],
    [["a"], ["bc"], [], ["d"]],
  ],
  [
    ["a", "b", "\n"],
    [[], [], ["ab"]],
  ],
  [
    ["\n\n", "a\n"],
    [["", ""], ["a"]],
  ],
  [[], []],
])("%j is %j", async (given, lines) => {
  expect(await linesOf(given)).toEqual(lines);
});

test("a line that has no end in sight is refused", async () => {
  const endless = Array.from({ length: 65 }, () => "a".repeat(1 << 20));
  await expect(linesOf(endless)).rejects.toThrow("p: a line of more than 67108864 characters");
});
