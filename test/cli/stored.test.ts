import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fileChunks } from "../../src/cli/stored.ts";
import { InputError } from "../../src/model/error.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-stored-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MEGABYTE = 1 << 20;

/** No two stretches of it are alike, so that a chunk that came twice, late or never would show. */
function fileOf(size: number): { readonly path: string; readonly digest: string } {
  const words = Uint32Array.from({ length: Math.ceil(size / 4) }, (_, i) => Math.imul(i, 0x9e37_79b1));
  const bytes = new Uint8Array(words.buffer, 0, size);
  const path = join(folder, `${size}`);
  writeFileSync(path, bytes);
  return { path, digest: createHash("sha256").update(bytes).digest("hex") };
}

function openTimes(path: string): number {
  const open = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The one that the list itself was read with.
      return [];
    }
  });
  return open.filter((target) => target === path).length;
}

describe("a file's bytes are its chunks in order", () => {
  test.for([0, 1, 256 * 1024, 8 * MEGABYTE - 1, 8 * MEGABYTE, 8 * MEGABYTE + 1, 11 * MEGABYTE])("%i", async (size) => {
    const { path, digest } = fileOf(size);
    const hash = createHash("sha256");
    for await (const chunk of fileChunks(path)) {
      // Whatever is read ahead meanwhile must not show here.
      await new Promise((resolve) => setTimeout(resolve, 1));
      hash.update(chunk);
    }
    expect(hash.digest("hex")).toBe(digest);
    expect(openTimes(path)).toBe(0);
  });
});

test.for([MEGABYTE, 9 * MEGABYTE])("whoever stops early leaves no file of %i bytes open", async (size) => {
  const { path } = fileOf(size);
  for await (const chunk of fileChunks(path)) {
    expect([chunk.length > 0, openTimes(path)]).toEqual([true, 1]);
    break;
  }
  expect(openTimes(path)).toBe(0);
});

test("what cannot be read is an error with its name", async () => {
  await expect(fileChunks(folder).next()).rejects.toThrow(new InputError(`${folder}: is a folder`));
});
