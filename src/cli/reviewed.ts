/** The reviewers as a command is told of them: one file or a folder, for which environment, for how long at most. */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Options } from "yargs";
import { InputError } from "../model/error.ts";
import { safeLabel } from "../model/label.ts";
import { type Instant, parseDuration } from "../model/instant.ts";
import {
  type Allowlist,
  DEFAULT_MAX_TTL,
  Decisions,
  parseAllowlist,
  type Reviewers,
  Tenants,
} from "../propose/index.ts";
import { reasonOf } from "./errors.ts";
import { readText } from "./files.ts";
import { type Arguments, flag, text } from "./options.ts";
import type { Settings } from "./settings.ts";

export const TTL_OPTIONS: Readonly<Record<string, Options>> = {
  "max-ttl": { type: "string", requiresArg: true, describe: "no decision holds for longer, e.g. 365d (the default)" },
  environment: { type: "string", requiresArg: true, describe: "decisions for this environment hold too" },
};

export const REVIEWED_OPTIONS: Readonly<Record<string, Options>> = {
  ...TTL_OPTIONS,
  "only-reviewed": { type: "boolean", describe: "propose only what somebody decided or agreed to" },
};

export interface ReviewedOptions {
  /** Null where no allowlist was given. */
  readonly reviewers: Reviewers | null;
  readonly onlyReviewed: boolean;
  readonly maxTtl: number;
}

/** What is not said in options is taken from the settings, where a command has any. */
export function reviewedBy(
  args: Arguments,
  allowlist: string | null,
  now: Instant,
  kept: Pick<Settings, "maxTtl" | "environment" | "onlyReviewed"> = {},
): ReviewedOptions {
  const maxTtl = maxTtlOf(args, kept.maxTtl);
  const options = { now, maxTtl, environment: text(args, "environment") ?? kept.environment ?? null };
  const onlyReviewed = flag(args, "only-reviewed") || kept.onlyReviewed === true;
  if (allowlist === null) return { reviewers: null, onlyReviewed, maxTtl };
  const lists = readAllowlists(allowlist);
  const reviewers = Array.isArray(lists) ? new Tenants(lists, options) : new Decisions(lists, options);
  return { reviewers, onlyReviewed, maxTtl };
}

export function maxTtlOf(args: Arguments, kept: string | null = null): number {
  const given = text(args, "max-ttl") ?? kept;
  const ttl = given === null ? DEFAULT_MAX_TTL : parseDuration(given);
  if (ttl === null) throw new InputError(`--max-ttl: expected a duration such as 365d, not ${given}`);
  return ttl;
}

/** One list of a file, all of a folder; one bad file there makes the whole folder unusable. */
function readAllowlists(path: string): Allowlist | Allowlist[] {
  if (path === "-" || !isFolder(path)) return parseAllowlist(readText(path), basename(path));
  const names = readdirSync(path)
    .filter((name) => !name.startsWith("."))
    .sort();
  const strange = names.find((name) => !/\.(ya?ml|toml)$/.test(name));
  if (strange !== undefined) throw new InputError(`${join(path, strange)}: neither .yaml nor .toml: not an allowlist`);
  if (names.length === 0) throw new InputError(`${path}: no allowlist in this folder`);
  return names.map((name) =>
    parseAllowlist(readText(join(path, name)), `${safeLabel(basename(path))}/${safeLabel(name)}`),
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
}
