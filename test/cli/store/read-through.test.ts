import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readThrough } from "../../../src/cli/store/read-through.ts";
import { readerVersion } from "../../../src/cli/store/reader-version.ts";
import { folder } from "../../support/sallyport.ts";

const here = folder({ "a.jsonl": '{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp"}\n' });
const path = join(here, "a.jsonl");
const source = { run: "a", label: "a.jsonl", files: [{ path, label: "a.jsonl", format: "jsonl" as const }] };
const OPTIONS = { runId: null, runField: null, digest: false };
const read = (version: string): ReturnType<typeof readThrough> =>
  readThrough(source, OPTIONS, { folder: join(here, "kept"), version }, [statSync(path).size], null);

test("another version of the reader takes nothing that an earlier one kept, and leaves that where it is", async () => {
  const taken: (true | undefined)[] = [];
  for (const version of ["one", "one", "two", "two", "one"]) taken.push((await read(version)).taken);
  expect(taken).toEqual([undefined, true, undefined, true, true]);
});

test("the version of the reader is one digest, the same each time", () => {
  expect(readerVersion()).toMatch(/^[0-9a-f]{64}$/);
  expect(readerVersion()).toBe(readerVersion());
});

test("who watches is told of what was not read as of what was", async () => {
  const told: [number, number][] = [];
  const store = { folder: join(here, "watched"), version: "one" };
  const size = statSync(path).size;
  for (const _time of [1, 2]) {
    await readThrough(source, OPTIONS, store, [size], (records, bytes) => told.push([records, bytes]));
  }
  expect(told).toHaveLength(2);
  expect(told[1]).toEqual([1, size]);
});
