/** Input arguments become the list of things to read, each with the run it belongs to. */
import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { safeLabel } from "../model/label.ts";
import { reasonOf } from "./errors.ts";
import { type Format, isOwnArtefact, MULTI_FILE_FORMATS, sniffFile } from "./formats.ts";

/** One file, or standard input where `path` is null. */
export interface InputFile {
  readonly path: string | null;
  /** Path relative to the input argument, made safe to print; never absolute, so outputs are the same on every machine. */
  readonly label: string;
  readonly format: Format;
}

/** The files that make one run. */
export interface RunSource {
  readonly run: string;
  readonly label: string;
  readonly files: readonly InputFile[];
}

export interface SourceOptions {
  readonly format: Format | null;
  readonly runId: string | null;
  /** Told of everything found and not read. */
  readonly notice: (text: string) => void;
}

/** Files with these endings claim to be a run: not being able to read one is an error, not something to pass over. */
const CLAIMS_TO_BE_A_RUN = /\.(pcap|pcapng|cap|ntar|jsonl|ndjson)(\.gz|\.zst)?$/i;
const RUN_ENDING = /\.(pcap|pcapng|cap|ntar|jsonl|ndjson|json|log)$/i;
const COMPRESSED = /\.(gz|zst)$/i;

/** @throws InputError for what is missing, unreadable, of an unknown format, or claims a run id twice. */
export async function findSources(inputs: readonly string[], options: SourceOptions): Promise<RunSource[]> {
  const sources: RunSource[] = [];
  for (const input of inputs) sources.push(...(await sourcesOf(input, options)));
  if (sources.length === 0) throw new InputError(`nothing to read in ${inputs.join(", ")}`);
  const { runId } = options;
  if (runId === null) return sources.sort((a, b) => compareText(a.run, b.run) || compareText(a.label, b.label));
  const files = sources.flatMap((source) => source.files).sort((a, b) => compareText(a.label, b.label));
  return [{ run: safeLabel(runId), label: files.map((f) => f.label).join("+"), files }];
}

async function sourcesOf(input: string, options: SourceOptions): Promise<RunSource[]> {
  if (input === "-") {
    // The format of a pipe is known only once its first bytes are here.
    const file = { path: null, label: "stdin", format: options.format ?? "auto" } satisfies InputFile;
    return [{ run: "stdin", label: "stdin", files: [file] }];
  }
  const info = guard(input, () => statSync(input));
  if (info.isDirectory()) return sourcesIn(input, options);
  const label = safeLabel(basename(input));
  // What is no plain file (a pipe, `<(…)`) can be read only once: its format is told when its first bytes are here.
  const format = options.format ?? (info.isFile() ? await sniffFile(input) : "auto");
  if (format === null) throw new InputError(`${input}: not a format that is known here`);
  return [{ run: runIdOf(label), label, files: [{ path: input, label, format }] }];
}

async function sourcesIn(folder: string, options: SourceOptions): Promise<RunSource[]> {
  const single: RunSource[] = [];
  const together = new Map<string, InputFile[]>();
  for (const path of walk(folder, options.notice)) {
    const label = safeLabel(relative(folder, path).split(sep).join("/"));
    const format = options.format ?? (await recognise(path, options.notice));
    if (format === null) continue;
    const file: InputFile = { path, label, format };
    if (!MULTI_FILE_FORMATS.has(format)) single.push({ run: runIdOf(label), label, files: [file] });
    else {
      const key = `${format}|${label.includes("/") ? label.slice(0, label.lastIndexOf("/")) : ""}`;
      together.set(key, [...(together.get(key) ?? []), file]);
    }
  }
  for (const [key, files] of together) {
    const inside = key.slice(key.indexOf("|") + 1);
    const run = inside === "" ? safeLabel(basename(guard(folder, () => realpathSync(folder)))) : inside;
    single.push({ run, label: inside === "" ? "." : inside, files });
  }
  return single;
}

/** Null for a file that is passed over: told, but no error, because folders hold notes and manifests too. */
async function recognise(path: string, notice: SourceOptions["notice"]): Promise<Format | null> {
  const claims = CLAIMS_TO_BE_A_RUN.test(path);
  if (!claims && statSync(path).size === 0) {
    notice(`${path}: passed over: empty`);
    return null;
  }
  if (isOwnArtefact(path)) {
    notice(`${path}: passed over: written by sallyport`);
    return null;
  }
  const format = await sniffFile(path);
  if (format !== null) return format;
  if (claims) throw new InputError(`${path}: not a format that is known here`);
  notice(`${path}: passed over: not a format that is known here`);
  return null;
}

/** Files below a folder in the order of their names, without following links out of it. */
function* walk(folder: string, notice: SourceOptions["notice"]): Generator<string> {
  for (const name of guard(folder, () => readdirSync(folder)).sort(compareText)) {
    const path = join(folder, name);
    const info = guard(path, () => lstatSync(path));
    // The run store may lie where inputs are looked for.
    if (info.isDirectory() && name === ".sallyport") continue;
    if (info.isDirectory()) yield* walk(path, notice);
    else if (info.isFile() && !name.startsWith(".")) yield path;
    else notice(`${path}: passed over: ${info.isFile() ? "hidden" : "neither a file nor a folder"}`);
  }
}

/** `a/run-07.pcapng.gz` is the run `a/run-07`. */
function runIdOf(label: string): string {
  return label.replace(COMPRESSED, "").replace(RUN_ENDING, "") || label;
}

function guard<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
}
