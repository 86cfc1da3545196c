/** A text file line by line or chunk by chunk, whatever its length: what is held is a line, or a chunk. */
import { InputError } from "../model/error.ts";
import { fileChunks } from "./stored.ts";

/** No line of ours comes near it. */
const MAX_LINE = 64 << 20;

/** @throws InputError for what is not UTF-8, and for a line that has no end in sight. */
export async function* textLines(path: string): AsyncGenerator<string, undefined> {
  for await (const lines of linesByChunk(fileChunks(path), path)) yield* lines;
}

/** The lines that end in each chunk, together: what came at once can be answered at once, and nothing waits for more. */
export async function* linesByChunk(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<readonly string[], undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of chunks) {
    // Only what is new is split: a long line comes in many chunks.
    const lines = decoded(decoder, chunk, path).split("\n");
    lines[0] = rest + (lines[0] ?? "");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new InputError(`${path}: a line of more than ${MAX_LINE} characters`);
    yield lines;
  }
  const last = rest + decoded(decoder, null, path);
  if (last !== "") yield [last];
}

/** @throws InputError for what is not UTF-8. */
export function* textChunks(chunks: Iterable<Uint8Array>, path: string): Generator<string, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (const chunk of chunks) yield decoded(decoder, chunk, path);
  yield decoded(decoder, null, path);
}

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | null, path: string): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new InputError(`${path}: not UTF-8 text`);
  }
}
