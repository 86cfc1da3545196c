/** Squid: named access lists, and lines of `http_access` of which the first that matches decides. */
import { parsePrefix } from "../../model/prefix.ts";
import { parseAddress } from "../../model/address.ts";
import { at } from "../../model/error.ts";
import type { NotModelled } from "../../model/policy.ts";
import { type PolicyFile, PolicySyntaxError } from "../contract.ts";
import { all, ALWAYS, type Entry, type List, type ListReader, NEVER, some, type Test } from "../lists/list.ts";
import { parsePattern, type Wildcards } from "../lists/pattern.ts";
import { safeProse } from "../packet/prose.ts";
import { destinationTest } from "./destination.ts";
import { linesOf, type Line } from "./lines.ts";

/** `dstdomain`: a leading dot takes the name and everything below it, and a star is nothing special. */
export const SQUID_WILDCARDS: Wildcards = {
  star: null,
  dot: { depth: "any", apex: true },
  plainIsBelow: false,
  inner: "none",
  lone: false,
};

const doubt = (reason: string): Test => ({ kind: "doubt", reason });

const LOOPBACK = ["127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"];
const LINK_LOCAL = ["169.254.0.0/16", "fe80::/10"];

/** Lists that every Squid has. */
const BUILT_IN: readonly (readonly [string, Test])[] = [
  ["all", ALWAYS],
  // Squid's own management, which is no destination.
  ["manager", NEVER],
  ["localhost", doubt("the client's address is not known")],
  ["to_localhost", some(LOOPBACK.map(blockTest))],
  ["to_linklocal", some(LINK_LOCAL.map(blockTest))],
  ["CONNECT", { kind: "access", access: "connect" }],
];

/** Directives that decide too, elsewhere than in `http_access`. */
const BESIDE = /^(include|adapted_http_access|http_access2|miss_access|url_rewrite_program|if|else|endif|ssl_bump)$/;

/** Whatever it brings may decide before what follows. */
const ELSEWHERE = /^(include|if|else)$/;

function doubtsAt(place: string, directive: string): (() => Entry)[] {
  const test = doubt(`${directive} is not followed`);
  return (["permit", "deny"] as const).map((effect) => () => ({ place, effect, test, reason: null }));
}

function read(files: readonly PolicyFile[]): List {
  const lists = new Map<string, Test[]>(BUILT_IN.map(([name, test]) => [name, [test]]));
  // A list may go on after a line that names it, and then that line asks about all of it.
  const entries: (() => Entry)[] = [];
  const notModelled: NotModelled[] = [];
  for (const file of files) {
    // The comment above the lists of a line is the reason of that line.
    let reason: string | null = null;
    for (const line of linesOf(file)) {
      if (line.comment !== null) reason = safeProse(line.comment, 400);
      const [directive = ""] = line.words;
      if (directive === "acl") define(line, file, lists, notModelled);
      else if (directive === "http_access") entries.push(entryOf(line, file, lists, reason));
      else if (BESIDE.test(directive))
        notModelled.push({ place: at(file.path, line.line), text: safeProse(line.words.join(" "), 120) });
      if (ELSEWHERE.test(directive)) entries.push(...doubtsAt(at(file.path, line.line), directive));
    }
  }
  const complete = entries.map((entry) => entry());
  return { entries: complete, otherwise: defaultOf(complete.at(-1)), notModelled };
}

/** Without a line that matches, Squid does the opposite of the last one, which most often matches everything. */
function defaultOf(last: Entry | undefined): "permit" | "deny" {
  if (last?.test.kind === "always") return last.effect;
  return last?.effect === "deny" ? "permit" : "deny";
}

/** Lines for one name add up. */
function define({ words, line }: Line, file: PolicyFile, lists: Map<string, Test[]>, notModelled: NotModelled[]): void {
  const [, name, type, ...rest] = words;
  if (name === undefined || type === undefined)
    throw new PolicySyntaxError(file.path, line, 1, "acl: expected a name and a type");
  const flags = rest.filter((word) => /^-[a-zA-Z-]/.test(word));
  const values = rest.filter((word) => !/^-[a-zA-Z-]/.test(word));
  const tests = values.map((value) => valueTest(type, value, flags));
  if (tests.some(({ kind }) => kind === "doubt"))
    notModelled.push({ place: at(file.path, line), text: safeProse(words.join(" "), 120) });
  const known = lists.get(name);
  if (known === undefined) lists.set(name, tests);
  else for (const test of tests) known.push(test);
}

function valueTest(type: string, value: string, flags: readonly string[]): Test {
  if (value.startsWith('"')) return doubt(`${type} is in a file`);
  switch (type) {
    case "dstdomain":
      return domainTest(value, flags.includes("-n"));
    case "dst":
      if (value === "all") return ALWAYS;
      if (value === "ipv4" || value === "ipv6") return blockTest(value === "ipv4" ? "0.0.0.0/0" : "::/0");
      return destinationTest(value) ?? doubt(`dst ${value} is resolved when Squid starts`);
    case "port": {
      const [first = NaN, last = first] = value.split("-").map(Number);
      return Number.isInteger(first) && Number.isInteger(last)
        ? { kind: "service", transport: "tcp", first, last }
        : doubt(`port ${value}`);
    }
    case "method":
      if (value === "CONNECT") return { kind: "access", access: "connect" };
      return all([{ kind: "access", access: "http" }, doubt("the request's method is not known")]);
    case "proto":
      // What a proxy is asked here is a tunnel or plain HTTP.
      if (/^(cache_object|ftp|gopher|urn|wais|whois|icp|htcp)$/i.test(value)) return NEVER;
      return /^http$/i.test(value) ? { kind: "access", access: "http" } : doubt(`proto ${value}`);
    case "src":
      return value === "all" ? ALWAYS : doubt("the client's address is not known");
    default:
      return doubt(`${type} is not modelled`);
  }
}

/** Asked for an address, Squid looks for its name, unless it is told not to. */
function domainTest(value: string, noLookup: boolean): Test {
  // An address is compared as it is written: a client that gives a name is not meant.
  if (parseAddress(value) !== null) return all([{ kind: "not", of: { kind: "named" } }, blockTest(value)]);
  const pattern = parsePattern(value, SQUID_WILDCARDS);
  if (pattern === null) return doubt(`dstdomain ${value}`);
  return all([...(noLookup ? [{ kind: "named" } as const] : []), { kind: "host", pattern }]);
}

function blockTest(value: string): Test {
  const prefix = parsePrefix(value);
  return prefix === null ? NEVER : { kind: "block", prefix };
}

function entryOf(
  { words, line }: Line,
  file: PolicyFile,
  lists: ReadonlyMap<string, readonly Test[]>,
  reason: string | null,
): () => Entry {
  const [, effect, ...names] = words;
  const fail = (problem: string): never => {
    throw new PolicySyntaxError(file.path, line, 1, `http_access: ${problem}`);
  };
  if (effect !== "allow" && effect !== "deny") return fail("expected allow or deny");
  if (names.length === 0) return fail("expected the name of an acl");
  const asked = names.map((word): (() => Test) => {
    const known = lists.get(word.replace(/^!/, ""));
    if (known === undefined)
      return fail(`no acl ${JSON.stringify(safeProse(word.replace(/^!/, ""), 40))} stands before this line`);
    return word.startsWith("!") ? () => ({ kind: "not", of: some(known) }) : () => some(known);
  });
  return () => ({
    place: at(file.path, line),
    effect: effect === "allow" ? "permit" : "deny",
    test: all(asked.map((test) => test())),
    reason,
  });
}

export const squidReader: ListReader = { dialect: "squid", sees: "both", holdsReasons: true, governs: ["tcp"], read };

export function sniffSquid(text: string): boolean {
  return /^http_access\s+(allow|deny)\b/m.test(text);
}
