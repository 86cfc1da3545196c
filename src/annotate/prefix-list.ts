/** One publisher's list of its own prefixes, read and checked; whatever could not be used is counted by reason. */
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { Rejections } from "../model/flow.ts";
import type { Instant } from "../model/instant.ts";
import { safeLabel } from "../model/label.ts";
import { comparePrefixes, lengthOf, parsePrefix, type Prefix } from "../model/prefix.ts";
import { parsePattern, type PublishedName } from "./published-name.ts";

export interface PrefixEntry {
  readonly prefix: Prefix;
  readonly service: string;
  /** Null where the publisher states none. */
  readonly region: string | null;
}

export interface PrefixList {
  readonly provider: string;
  /** The list's own date or number as its publisher writes it; `sha256:…` of its text where it states none. */
  readonly version: string;
  /** Null where the publisher states no time, or states one without its zone. */
  readonly publishedAt: Instant | null;
  readonly entries: readonly PrefixEntry[];
  /** Left out where the publisher names none. */
  readonly names?: readonly PublishedName[];
  readonly rejected: Rejections;
}

/** The service of a list whose publisher does not tell its services apart. */
export const ALL_SERVICES = "all";

/** The largest published list (Azure) has 90,000 entries in 4 MB; many times that is no list any more. */
const MAX_CHARACTERS = 32_000_000;
const MAX_ENTRIES = 1_000_000;
/** Published lists name some hundred. */
const MAX_NAMES = 100_000;
const MAX_LABEL = 100;
/** A shorter prefix would tag a large part of the internet: an accident or an attack, not a publication. */
const SHORTEST = { 4: 8, 6: 16 } as const;

/** Collects entries in the order of the file; `record` is what the file counts by (array element or line). */
export class ListBuilder {
  private readonly entries: PrefixEntry[] = [];
  private readonly names: PublishedName[] = [];
  private readonly rejected: Rejections = new Rejections();
  private readonly file: string;

  constructor(file: string, text: string) {
    if (text.length > MAX_CHARACTERS) throw new InputError(`${file}: more than ${MAX_CHARACTERS} characters`);
    this.file = file;
  }

  add(prefix: unknown, service: unknown, region: unknown, record: number): void {
    if (this.entries.length >= MAX_ENTRIES) throw new InputError(`${this.file}: more than ${MAX_ENTRIES} prefixes`);
    const parsed = checkPrefix(prefix);
    if ("refused" in parsed) return this.rejected.add(parsed.refused, record);
    const [serviceLabel, regionLabel] = [label(service), label(region)];
    if (serviceLabel === null) return this.rejected.add("bad-service", record);
    if (regionLabel === null && region !== null) return this.rejected.add("bad-region", record);
    this.entries.push({ prefix: parsed.prefix, service: serviceLabel, region: regionLabel });
  }

  addName(name: unknown, service: unknown, ports: readonly string[], record: number): void {
    if (this.names.length >= MAX_NAMES) throw new InputError(`${this.file}: more than ${MAX_NAMES} names`);
    const pattern = typeof name === "string" ? parsePattern(name) : null;
    const serviceLabel = label(service);
    if (pattern === null) this.rejected.add("not-a-name", record);
    else if (serviceLabel === null) this.rejected.add("bad-service", record);
    else this.names.push({ pattern, service: serviceLabel, ports });
  }

  reject(reason: string, record: number): void {
    this.rejected.add(reason, record);
  }

  /** @throws InputError when nothing in the file could be used: an empty list would annotate nothing and say nothing. */
  finish(provider: string, version: string, publishedAt: Instant | null): PrefixList {
    if (this.entries.length === 0) throw new InputError(`${this.file}: no usable prefix of ${provider} in it`);
    return {
      provider,
      version: label(version) ?? "unstated",
      publishedAt,
      entries: this.entries,
      ...(this.names.length === 0 ? {} : { names: this.names }),
      rejected: this.rejected,
    };
  }
}

function checkPrefix(text: unknown): { prefix: Prefix } | { refused: string } {
  if (typeof text !== "string") return { refused: "not-a-prefix" };
  const prefix = parsePrefix(text);
  if (prefix === null) return { refused: "not-a-prefix" };
  // Which of the two was meant, the address or the network around it? Neither is guessed.
  if (text.includes("/") && prefixChanged(text, prefix)) return { refused: "host-bits-set" };
  return lengthOf(prefix) < SHORTEST[prefix.includes(":") ? 6 : 4] ? { refused: "too-wide" } : { prefix };
}

function prefixChanged(text: string, prefix: Prefix): boolean {
  const address = parsePrefix(text.slice(0, text.lastIndexOf("/")));
  return address === null || address.slice(0, address.lastIndexOf("/")) !== prefix.slice(0, prefix.lastIndexOf("/"));
}

/** One word in a charset that no output format can be hurt by; blanks become hyphens (`Google Cloud`). */
function label(text: unknown): string | null {
  if (typeof text !== "string" || text.length === 0 || text.length > MAX_LABEL) return null;
  return safeLabel(text.replaceAll(" ", "-"));
}

/** By service, region (none first), then prefix: the order in which entries are stored. */
export function compareEntries(a: PrefixEntry, b: PrefixEntry): number {
  return (
    compareText(a.service, b.service) ||
    compareText(a.region ?? "", b.region ?? "") ||
    comparePrefixes(a.prefix, b.prefix)
  );
}
