/** The reviewers' file of decisions: what was allowed, denied or is being watched, why, by whom and until when. */
import type { z } from "zod";
import { type Address, parseAddress } from "../../model/address.ts";
import type { ApprovedList } from "../../model/approval.ts";
import { compareText } from "../../model/compare.ts";
import { InputError } from "../../model/error.ts";
import { FLAGS } from "../../model/flags.ts";
import { type Instant, parseDuration, parseInstant } from "../../model/instant.ts";
import { safeLabel } from "../../model/label.ts";
import { parseFqdn } from "../../model/fqdn.ts";
import { parsePrefix } from "../../model/prefix.ts";
import { SIGNAL_KINDS } from "../../model/signal.ts";
import type { Allowlist, Approval, Decided, Digest, Envelope, PortRange } from "./decided.ts";
import { parseDecidable, parsePattern } from "./endpoint.ts";
import { type AllowEntry, type Entry, entrySchema, envelopeSchema, fileSchema } from "./schema.ts";
import { readSource, type Source } from "./source.ts";

const MARKS: ReadonlySet<string> = new Set([...FLAGS, ...Object.keys(SIGNAL_KINDS)]);

/** @throws InputError with file and line; one bad entry makes the whole file unusable, because half a review is none. */
export function parseAllowlist(text: string, file: string): Allowlist {
  return allowlistFrom(readSource(text, file), file);
}

/** The same for what is parsed already. */
export function allowlistFrom(source: Source, file: string): Allowlist {
  const parsed = fileSchema.safeParse(source.value);
  if (!parsed.success) {
    const unknown = parsed.error.issues.find(({ code }) => code === "unrecognized_keys");
    throw new InputError(`${file}: ${unknown?.message ?? "expected `version: 1` and a list `decisions`"}`);
  }
  const { decisions, envelope = [], default: isDefault = false } = parsed.data;
  return {
    file,
    isDefault,
    decisions: decisions.map((entry, i) => decided(entry, source.placeOf("decisions", i))),
    envelope: envelope.map((entry, i) => envelopeOf(entry, source.placeOf("envelope", i))),
  };
}

function decided(value: unknown, place: string): Decided {
  const entry = checked(entrySchema, value, place);
  const endpoint = parseDecidable(entry.endpoint);
  if (typeof endpoint === "string") throw new InputError(`${place}: endpoint: ${endpoint}`);
  const { decision, why = null, owner = null, ticket = null, tools = null, environments = null } = entry;
  return {
    decision,
    ...endpoint,
    why,
    owner,
    ticket,
    expires: timeOf(entry.expires, "expires", place),
    tools: tools?.map(safeLabel) ?? null,
    environments,
    ...allowed(entry, endpoint.pattern !== null, place),
    place,
  };
}

function allowed(entry: Entry, isPattern: boolean, place: string): Pick<Decided, "approved" | "intent" | "addresses"> {
  if (entry.decision !== "allow") return { approved: null, intent: false, addresses: [] };
  const { intent = false, addresses = [] } = entry;
  if (isPattern && (intent || entry.approved))
    throw new InputError(`${place}: a pattern is no single rule: it can neither be approved by digest nor declared`);
  if (addresses.length > 0 && !intent)
    throw new InputError(`${place}: addresses go with intent; those of observed endpoints are observed`);
  return { approved: approvalOf(entry.approved, place), intent, addresses: addresses.map((a) => addressOf(a, place)) };
}

function approvalOf(approved: AllowEntry["approved"], place: string): Approval | null {
  if (approved === undefined) return null;
  const at = timeOf(approved.at, "approved.at", place);
  const { candidate, by, lists = [] } = approved;
  return at === null ? null : { candidate: candidate as Digest, at, by, lists: lists.map(listOf) };
}

function listOf({ list, version, digest, services }: ApprovedList): ApprovedList {
  return { list, version, digest: digest.slice("sha256:".length), services: [...services] };
}

function addressOf(text: string, place: string): Address {
  const address = parseAddress(text);
  if (address === null) throw new InputError(`${place}: addresses: ${safeLabel(text)} is no address`);
  return address;
}

function envelopeOf(value: unknown, place: string): Envelope {
  const entry = checked(envelopeSchema, value, place);
  const { id, why, owner, transports, maxNew, unless = [] } = entry;
  const maxLifetime = parseDuration(entry.maxLifetime);
  if (maxLifetime === null) throw new InputError(`${place}: maxLifetime: expected a duration such as 30d`);
  return {
    id,
    why,
    owner,
    transports,
    maxNew,
    maxLifetime,
    unless: unless.map((word) => markOf(word, place)),
    place,
    expires: timeOf(entry.expires, "expires", place),
    names: entry.names.map((name) => nameOf(name, place)),
    addresses:
      entry.addresses?.map((text) => {
        const prefix = parsePrefix(text);
        if (prefix === null) throw new InputError(`${place}: addresses: ${safeLabel(text)} is no prefix`);
        return prefix;
      }) ?? null,
    ports: entry.ports.map((port) => portsOf(port, place)),
  };
}

function nameOf(text: string, place: string): Envelope["names"][number] {
  const name = parseFqdn(text);
  if (name !== null) return name;
  const pattern = parsePattern(text);
  if (typeof pattern === "string") throw new InputError(`${place}: names: ${pattern}`);
  return pattern;
}

/** A word that is never raised would keep nothing out. */
function markOf(word: string, place: string): string {
  if (MARKS.has(word)) return word;
  const known = [...MARKS].sort(compareText).join(", ");
  throw new InputError(`${place}: unless: ${word} is neither a flag nor a signal; known are ${known}`);
}

function portsOf(port: number | string, place: string): PortRange {
  const [first = NaN, last = first] = String(port).split("-").map(Number);
  if (!(first <= last && last <= 65_535)) throw new InputError(`${place}: ports: ${port} is no range of ports`);
  return { first, last };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const entry = schema.safeParse(value);
  if (entry.success) return entry.data;
  if (isRecord(value) && value["decision"] === "allow" && (value["why"] === undefined || value["owner"] === undefined))
    throw new InputError(`${place}: an allow needs both why and owner`);
  const [issue] = entry.error.issues;
  throw new InputError(`${place}: ${issue?.path.map(String).join(".") || "entry"}: ${issue?.message ?? "unusable"}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function timeOf(value: string | undefined, field: string, place: string): Instant | null {
  if (value === undefined) return null;
  const instant = parseInstant(value);
  if (instant === null) throw new InputError(`${place}: ${field}: expected a date such as 2027-01-31`);
  return instant;
}
