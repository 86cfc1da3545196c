/** The version of the reader: a digest over every byte of code that may decide what is read from an input. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CODE } from "../package.ts";

/**
 * A number that somebody has to remember to raise would one day be forgotten, and a reader that was mended would go on
 * telling what the broken one had read. So the code itself is hashed, with the Node that runs it. Nothing is read with a
 * package.
 */
export function readerVersion(): string {
  const hash = createHash("sha256").update(process.version);
  const names = readdirSync(CODE, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((path) => /(?<!\.d)\.[jt]s$/.test(path)).sort()) {
    const code = readFileSync(join(CODE, name));
    hash.update(`\0${name}\0${code.length}\0`).update(code);
  }
  return hash.digest("hex");
}
