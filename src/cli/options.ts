/** Options shared by commands, and the checks yargs does not make. */
import type { Options } from "yargs";
import { LIST_TARGETS, type ListTarget, type Target, TARGETS } from "../model/candidate.ts";
import { InputError } from "../model/error.ts";
import { formatSeconds, type Instant, parseDuration, parseInstant } from "../model/instant.ts";
import { parsePrefix } from "../model/prefix.ts";
import type { Asker, PrintOptions } from "../dialect/index.ts";
import { type Format, FORMATS } from "./formats.ts";

/** What yargs gives us: values are checked here, once, at the door. */
export type Arguments = Readonly<Record<string, unknown>>;

export const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  now: { type: "string", requiresArg: true, describe: "judge expiries at this time (RFC 3339) instead of the clock" },
  json: { type: "boolean", describe: "print JSON where prose is the default" },
  quiet: { type: "boolean", describe: "no notices on standard error" },
};

export const READ_OPTIONS: Readonly<Record<string, Options>> = {
  "run-id": { type: "string", requiresArg: true, describe: "one run with this id, whatever the files are called" },
  "run-field": { type: "string", requiresArg: true, describe: "the field of log records that names their run" },
  digest: { type: "boolean", describe: "write the SHA-256 of each input on its run line" },
  threads: {
    type: "string",
    requiresArg: true,
    describe: "how many runs to read at once; as many as pay, if not given",
  },
};

/** How the texts of policies are taken. */
export const READING_OPTIONS: Readonly<Record<string, Options>> = {
  zone: {
    type: "string",
    requiresArg: true,
    describe: "the zone of quoted dates in nftables text: UTC, Area/City or +hh:mm",
  },
  family: {
    type: "string",
    choices: ["4", "6"],
    requiresArg: true,
    describe: "the family of iptables files whose names do not tell",
  },
  "allow-include": { type: "boolean", describe: "follow includes that leave the policy's own folder" },
};

export const PRODUCTION_OPTIONS: Readonly<Record<string, Options>> = {
  ...READING_OPTIONS,
  production: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "a policy in force (repeat; FPL, nftables, iptables-save)",
  },
  "fail-on": {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "a finding kind that makes exit code 1 (repeat)",
  },
};

/** For commands that write files. */
export const WHOLE_TABLE_OPTIONS: Readonly<Record<string, Options>> = {
  "whole-table": {
    type: "boolean",
    describe: "rules.v4 and rules.v6 replace the whole filter table, with every rule of others in it",
  },
};

export const STAND_OPTIONS: Readonly<Record<string, Options>> = {
  hook: {
    type: "string",
    alias: "context",
    choices: ["output", "forward"],
    describe: "guard, or ask about, the host itself or what it forwards",
  },
  source: { type: "string", requiresArg: true, describe: "with --hook forward: only traffic from this prefix" },
  interface: {
    type: "string",
    requiresArg: true,
    describe: "with --hook forward: only traffic from this interface",
  },
};

/** For questions to a policy; what is not told is not known. */
export const ASKER_OPTIONS: Readonly<Record<string, Options>> = {
  uid: { type: "string", requiresArg: true, describe: "ask for a process of this user id" },
  oif: { type: "string", requiresArg: true, describe: "ask for what leaves through this interface" },
};

/** For commands that write files. */
export const AUDIT_OPTIONS: Readonly<Record<string, Options>> = {
  audit: { type: "boolean", describe: "also write candidate.audit.nft, which counts and logs and refuses nothing" },
};

export const PROPOSE_OPTIONS: Readonly<Record<string, Options>> = {
  ...STAND_OPTIONS,
  allowlist: { type: "string", requiresArg: true, describe: "the reviewers' file of decisions" },
  expires: {
    type: "string",
    requiresArg: true,
    describe: "how long rules live that nobody dated, e.g. 90d (the default)",
  },
  target: {
    type: "array",
    string: true,
    requiresArg: true,
    describe: `also print for this target (repeat): ${LIST_TARGETS.join(", ")}`,
  },
  "resolver-sets": {
    type: "boolean",
    describe: "also print dnsmasq's lines and the nftables table whose sets it fills by name",
  },
};

/** yargs drops a lone `-` from lists, so it travels as a text that no argument can be. */
const STANDARD_INPUT = "\0-";

export function protect(argv: readonly string[]): string[] {
  return argv.map((word) => (word === "-" ? STANDARD_INPUT : word));
}

const unprotect = (word: string): string => (word === STANDARD_INPUT ? "-" : word);

/** @throws InputError when an option that takes one value was given more than once. */
export function text(args: Arguments, name: string): string | null {
  const value = args[name];
  if (Array.isArray(value)) throw new InputError(`--${name} is given ${value.length} times and takes one value`);
  return typeof value === "string" ? unprotect(value) : null;
}

export function flag(args: Arguments, name: string): boolean {
  return args[name] === true;
}

export function list(args: Arguments, name: string): string[] {
  const value = args[name];
  const values = Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
  return values.map(unprotect);
}

/** Times are exact until the year 2255, and rules live for a century at most. */
const LATEST_NOW = Date.UTC(2150, 0, 1) * 1000;

/** The clock is read here and nowhere else. */
export function nowOf(args: Arguments): Instant {
  const given = text(args, "now");
  if (given === null) return Date.now() * 1000;
  const now = parseInstant(given);
  if (now === null) throw new InputError(`--now: expected a time such as 2026-11-21T00:00:00Z, not ${given}`);
  if (now > LATEST_NOW)
    throw new InputError(`--now: expected a time before ${formatSeconds(LATEST_NOW)}, not ${given}`);
  return now;
}

export function formatOf(args: Arguments): Format | null {
  const given = text(args, "format");
  if (given === null || given === "auto") return null;
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) throw new InputError(`--format: expected one of ${FORMATS.join(", ")}, not ${given}`);
  return format;
}

const MAX_THREADS = 64;

/** Null where it was left to us. */
export function threadsOf(args: Arguments): number | null {
  const given = text(args, "threads");
  if (given === null) return null;
  const threads = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (threads < 1 || threads > MAX_THREADS)
    throw new InputError(`--threads: expected a number from 1 to ${MAX_THREADS}, not ${given}`);
  return threads;
}

export function lifetimeOf(given: string | null): number {
  const lifetime = parseDuration(given ?? "90d");
  if (lifetime === null) throw new InputError(`--expires: expected a duration such as 90d or 12h, not ${given}`);
  return lifetime;
}

/** Those that are printed in any case may be named too. */
export function targetsOf(given: readonly string[]): ListTarget[] {
  const named = given.map((name) => TARGETS.find((known) => known === name) ?? unknownTarget("--target", name));
  return LIST_TARGETS.filter((target) => named.includes(target));
}

export function targetOf(option: string, given: string | null): Target {
  return TARGETS.find((known) => known === given) ?? unknownTarget(option, given ?? "nothing");
}

function unknownTarget(option: string, given: string): never {
  throw new InputError(`${option}: expected one of ${TARGETS.join(", ")}, not ${given}`);
}

export function askerOf(args: Arguments): Asker {
  const [uid, outInterface] = [text(args, "uid"), text(args, "oif")];
  if (uid !== null && !(/^\d{1,10}$/.test(uid) && Number(uid) < 2 ** 32))
    throw new InputError(`--uid: expected a number, not ${uid}`);
  return { uid: uid === null ? null : Number(uid), outInterface: interfaceOf(outInterface, "--oif") };
}

/** IFNAMSIZ is 16 with the end mark; the characters are those that every dialect takes unquoted. */
function interfaceOf(name: string | null, option: string): string | null {
  if (name !== null && !/^[A-Za-z0-9_.-]{1,15}$/.test(name))
    throw new InputError(`${option}: not an interface name: ${name}`);
  return name;
}

export function printOptionsOf(hook: string | null, source: string | null, iface: string | null): PrintOptions {
  const prefix = source === null ? null : parsePrefix(source);
  if (source !== null && prefix === null)
    throw new InputError(`--source: expected an address or prefix, not ${source}`);
  if (hook !== "forward" && (prefix ?? iface) !== null)
    throw new InputError("--source and --interface go with --hook forward or --context forward");
  return {
    hook: hook === "forward" ? "forward" : "output",
    source: prefix,
    interface: interfaceOf(iface, "--interface"),
  };
}
