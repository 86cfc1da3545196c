/** `sallyport.yaml`: the options of `check` kept in the repository; the command line wins over it. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { InputError } from "../model/error.ts";
import { reasonOf } from "./errors.ts";

const SETTINGS_FILE = "sallyport.yaml";
const MAX_BYTES = 1 << 20;

const text = z.string().min(1).max(4096);
export interface Settings {
  readonly version: 1;
  readonly inputs?: string[] | undefined;
  readonly production?: string[] | undefined;
  readonly allowlist?: string | undefined;
  readonly prefixes?: string | undefined;
  readonly approved?: string | undefined;
  readonly expires?: string | undefined;
  readonly minHitRate?: number | undefined;
  readonly maxExposure?: number | undefined;
  readonly maxTtl?: string | undefined;
  readonly environment?: string | undefined;
  readonly onlyReviewed?: boolean | undefined;
  readonly failOn?: string[] | undefined;
  readonly targets?: string[] | undefined;
  readonly out?: string | undefined;
  readonly runField?: string | undefined;
  readonly hook?: "output" | "forward" | undefined;
  readonly source?: string | undefined;
  readonly interface?: string | undefined;
  readonly resolverSets?: boolean | undefined;
  readonly own?: string[] | undefined;
  readonly minCoverage?: number | undefined;
  readonly earlier?: string | undefined;
}

const schema: z.ZodType<Settings> = z.strictObject({
  version: z.literal(1),
  inputs: z.array(text).optional(),
  production: z.array(text).optional(),
  allowlist: text.optional(),
  prefixes: text.optional(),
  approved: text.optional(),
  expires: text.optional(),
  minHitRate: z.number().min(0).max(1).optional(),
  maxExposure: z.int().nonnegative().optional(),
  maxTtl: text.optional(),
  environment: text.optional(),
  onlyReviewed: z.boolean().optional(),
  failOn: z.array(text).optional(),
  targets: z.array(text).optional(),
  out: text.optional(),
  runField: text.optional(),
  hook: z.enum(["output", "forward"]).optional(),
  source: text.optional(),
  interface: text.optional(),
  resolverSets: z.boolean().optional(),
  own: z.array(text).optional(),
  minCoverage: z.number().min(0).max(1).optional(),
  earlier: text.optional(),
});

/** Paths in the file are relative to the file. Without a file named, the one in the working folder is read if it exists. */
export function readSettings(file: string | null): Settings {
  const path = file ?? SETTINGS_FILE;
  if (file === null && !existsSync(path)) return { version: 1 };
  const parsed = schema.safeParse(parse(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join(".") ?? "";
    throw new InputError(`${path}: ${where === "" ? "" : `${where}: `}${issue?.message ?? "unusable"}`);
  }
  const beside = (other: string): string => (other === "-" || isAbsolute(other) ? other : join(dirname(path), other));
  const { inputs, production, allowlist, prefixes, approved, earlier, out, ...rest } = parsed.data;
  return {
    ...rest,
    ...(inputs && { inputs: inputs.map(beside) }),
    ...(production && { production: production.map(beside) }),
    ...(allowlist && { allowlist: beside(allowlist) }),
    ...(prefixes && { prefixes: beside(prefixes) }),
    ...(approved && { approved: beside(approved) }),
    ...(out && { out: beside(out) }),
    ...(earlier && { earlier: beside(earlier) }),
  };
}

function parse(path: string): unknown {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  if (source.length > MAX_BYTES) throw new InputError(`${path}: larger than ${MAX_BYTES} bytes`);
  const document = parseDocument(source, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new InputError(`${path}: ${error.message.split("\n")[0]}`);
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new InputError(`${path}: aliases are not used in this file`);
  }
}
