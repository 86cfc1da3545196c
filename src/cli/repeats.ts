/** Sources that claim the same run. */
import { createReadStream } from "node:fs";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { sha256 } from "./bytes.ts";
import type { RunSource } from "./sources.ts";

/** The same run twice counts once; the same id with other content is an error, never a merge. */
export async function withoutRepeats(
  sources: readonly RunSource[],
  notice: (text: string) => void,
): Promise<RunSource[]> {
  const byRun = new Map<string, RunSource>();
  for (const source of sources) {
    const other = byRun.get(source.run);
    if (!other) byRun.set(source.run, source);
    else if ((await contentOf(other)) === (await contentOf(source))) {
      notice(`${source.label}: the same content as ${other.label} and the same run id ${source.run}: counted once`);
    } else throw clash(source.run, other.label, source.label);
  }
  return [...byRun.values()];
}

export function clash(run: string, a: string, b: string): InputError {
  return new InputError(
    `run ${run}: ${[a, b].sort(compareText).join(" and ")} have the same run id and different content`,
  );
}

async function contentOf(source: RunSource): Promise<string> {
  const hash = sha256();
  for (const { path } of source.files) {
    if (path !== null) for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  }
  return hash.digest("hex");
}
