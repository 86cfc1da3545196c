/** The version of the reader: a digest over every byte of code that decides what is read from an input. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The stages between bytes and observations, with the command line that opens files and takes compression off. */
const STAGES = ["attribute", "cli", "ingest", "model"] as const;

const CODE = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A number that somebody has to remember to raise would one day be forgotten, and a reader that was mended would go on
 * telling what the broken one had read. So the code itself is hashed, with the Node that runs it. None of those stages reads with a package.
 */
export function readerVersion(): string {
  const hash = createHash("sha256").update(process.version);
  for (const stage of STAGES) {
    const names = readdirSync(join(CODE, stage), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((path) => /(?<!\.d)\.[jt]s$/.test(path)).sort()) {
      const code = readFileSync(join(CODE, stage, name));
      hash.update(`\0${stage}/${name}\0${code.length}\0`).update(code);
    }
  }
  return hash.digest("hex");
}
