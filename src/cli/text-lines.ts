/** A text file line by line, whatever its length: what is held is a line. */
import { InputError } from "../model/error.ts";
import { fileChunks } from "./stored.ts";

/** No line of ours comes near it. */
const MAX_LINE = 64 << 20;

/** @throws InputError for what is not UTF-8, and for a line that has no end in sight. */
export async function* textLines(path: string): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of fileChunks(path)) {
    const lines = (rest + decoded(decoder, chunk, path)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new InputError(`${path}: a line of more than ${MAX_LINE} characters`);
    yield* lines;
  }
  yield rest + decoded(decoder, null, path);
}

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | null, path: string): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new InputError(`${path}: not UTF-8 text`);
  }
}
