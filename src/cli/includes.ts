/** Finds what policies include: only in their own folder, unless that is allowed, since a policy is somebody else's text. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { parseZone, type PolicyFile, type Zone } from "../dialect/index.ts";
import type { Family } from "../model/address.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { safeLabel } from "../model/label.ts";
import { readText } from "./files.ts";
import { type Arguments, flag, text } from "./options.ts";

/** How the texts of policies are to be taken. */
export interface Reading {
  readonly allowInclude: boolean;
  readonly zone: Zone | null;
  /** Of iptables files whose names do not tell. */
  readonly family: Family | null;
}

export function readingOf(args: Arguments): Reading {
  const given = text(args, "zone");
  const zone = given === null ? null : parseZone(given);
  if (given !== null && zone === null)
    throw new InputError(`--zone: expected UTC, Area/City or an offset such as +02:00, not ${given}`);
  const family = text(args, "family");
  return { allowInclude: flag(args, "allow-include"), zone, family: family === null ? null : family === "6" ? 6 : 4 };
}

/** All that one policy may bring in. */
const MOST_BYTES = 400 << 20;

/** A wildcard tries every way to place its stars. */
const MOST_STARS = 8;

/** Policies with what they need to be read whole; `paths` are where they were read from. */
export function readable(files: readonly PolicyFile[], paths: readonly string[], reading: Reading): PolicyFile[] {
  const { allowInclude, zone, family } = reading;
  return files.map((file, i) => {
    const path = paths[i] ?? "-";
    const include = path === "-" ? {} : { include: includesOf(path, file.path, allowInclude) };
    return { ...file, ...include, ...(zone !== null && { zone }), ...(family !== null && { family }) };
  });
}

function includesOf(policy: string, shown: string, anywhere: boolean): NonNullable<PolicyFile["include"]> {
  const folder = realpathSync(dirname(resolve(policy)));
  let left = MOST_BYTES;
  return (path) => {
    const pattern = isAbsolute(path) ? path : resolve(folder, path);
    const isPattern = /[*?[]/.test(path);
    const found = isPattern ? expand(pattern) : [pattern];
    const real = found.map(realFile);
    // A file that is missing or lies elsewhere leaves the whole include unread; a pattern that finds nothing reads nothing.
    if (!real.every((file) => file !== null && (anywhere || isWithin(folder, file)))) return null;
    if (isPattern && found.length === 0 && !anywhere && !isWithin(folder, pattern)) return null;
    return real.flatMap((file) => {
      if (file === null) return [];
      left -= statSync(file).size;
      if (left < 0) throw new InputError(`${shown}: its includes hold more than ${MOST_BYTES} bytes`);
      return { path: nameOf(shown, folder, file), text: readText(file) };
    });
  };
}

/** Beside the policy's own name, so that no path of the machine is in it. */
function nameOf(shown: string, folder: string, file: string): string {
  const name = isWithin(folder, file) ? relative(folder, file) : file.slice(1);
  const base = shown.includes("/") ? shown.slice(0, shown.lastIndexOf("/") + 1) : "";
  return safeLabel(`${base}${name}`);
}

function realFile(path: string): string | null {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder === sep ? sep : `${folder}${sep}`);
}

/** Part by part, sorted, hidden files only by name: as glob(3) does. */
function expand(pattern: string): string[] {
  let paths: string[] = [sep];
  for (const part of pattern.split(sep).filter((each) => each !== "")) {
    const matcher = /[*?[]/.test(part) ? matcherOf(part) : null;
    paths = paths.flatMap((path) => (matcher === null ? [resolve(path, part)] : matching(path, matcher)));
  }
  return paths.filter((path) => realFile(path) !== null).sort(compareText);
}

function matching(folder: string, matcher: RegExp): string[] {
  try {
    const names = readdirSync(folder).filter(
      (name) => matcher.test(name) && (!name.startsWith(".") || matcher.source.startsWith("^\\.")),
    );
    return names.map((name) => resolve(folder, name));
  } catch {
    return [];
  }
}

/** A class of characters without what glob(3) and regular expressions take differently. */
const CLASS = /^\[[!^]?[^[\]\\!^-](?:[^[\]\\]*[^[\]\\-])?\]$/s;

function matcherOf(part: string): RegExp {
  const refuse = (problem: string): never => {
    throw new InputError(`include: ${problem} in ${safeLabel(part)}`);
  };
  if (part.split("*").length - 1 > MOST_STARS) refuse(`more than ${MOST_STARS} stars`);
  const source = part.replaceAll(/\*+|\[[^\]]*\]?|[^*[]/gs, (piece) => {
    if (piece.startsWith("*")) return ".*";
    if (piece === "?") return ".";
    if (!piece.startsWith("[")) return piece.replace(/[\\^$.+()\]{}|/]/, "\\$&");
    const ranges = piece.replace(/^\[[!^]?/, "").matchAll(/(.)-(.)/gs);
    const isReversed = [...ranges].some(([, from = "", to = ""]) => from > to);
    if (!CLASS.test(piece) || isReversed) refuse("brackets that are not read here");
    return piece.replace(/^\[[!^]/, "[^");
  });
  return new RegExp(`^${source}$`, "s");
}
