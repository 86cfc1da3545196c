/** The reviewers' file of decisions: what was allowed, denied or is being watched, why, by whom and until when. */
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type Address, parseAddress } from "../model/address.ts";
import { at, InputError } from "../model/error.ts";
import type { Transport } from "../model/flow.ts";
import { type Fqdn, parseFqdn } from "../model/fqdn.ts";
import { type Instant, parseInstant } from "../model/instant.ts";

export interface Decided {
  readonly decision: "allow" | "deny" | "watch";
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly transport: Transport;
  readonly port: number;
  readonly why: string | null;
  readonly owner: string | null;
  readonly ticket: string | null;
  readonly expires: Instant | null;
  /** `file:line`. */
  readonly place: string;
}

const MAX_BYTES = 4 << 20;
const text = z.string().trim().min(1).max(1000);

const entrySchema = z.strictObject({
  decision: z.enum(["allow", "deny", "watch"]),
  endpoint: z.string().max(400),
  why: text.optional(),
  owner: text.optional(),
  ticket: text.optional(),
  expires: z.union([z.string(), z.date()]).optional(),
});
const fileSchema = z.strictObject({ version: z.literal(1), decisions: z.array(z.unknown()) });

/** @throws InputError with file and line; one bad entry makes the whole file unusable, because half a review is none. */
export function parseAllowlist(source: string, file: string): Decided[] {
  if (source.length > MAX_BYTES) throw new InputError(`${file}: larger than ${MAX_BYTES} bytes`);
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, maxAliasCount: 0, uniqueKeys: true } as object);
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputError(`${at(file, line, col)}: ${error.message.split("\n")[0]}`);
  }
  const parsed = fileSchema.safeParse(toValue(document, file));
  if (!parsed.success) throw new InputError(`${file}: expected \`version: 1\` and a list \`decisions\``);
  return parsed.data.decisions.map((entry, index) => decided(entry, placeOf(document, lines, file, index)));
}

function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new InputError(`${file}: aliases are not used in this file`);
  }
}

function placeOf(document: Document.Parsed, lines: LineCounter, file: string, index: number): string {
  const node = document.getIn(["decisions", index], true);
  const offset = typeof node === "object" && node !== null && "range" in node ? (node.range as number[])[0] : 0;
  return at(file, lines.linePos(offset ?? 0).line);
}

function decided(value: unknown, place: string): Decided {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) {
    const [issue] = entry.error.issues;
    throw new InputError(`${place}: ${issue?.path.map(String).join(".") || "entry"}: ${issue?.message ?? "unusable"}`);
  }
  const { decision, why = null, owner = null, ticket = null } = entry.data;
  if (decision === "allow" && (why === null || owner === null)) {
    throw new InputError(`${place}: an allow needs both why and owner`);
  }
  const endpoint = parseEndpoint(entry.data.endpoint);
  if (!endpoint)
    throw new InputError(`${place}: endpoint: expected host:port/transport, such as api.example.com:443/tcp`);
  return { decision, ...endpoint, why, owner, ticket, expires: expiryOf(entry.data.expires, place), place };
}

function expiryOf(value: string | Date | undefined, place: string): Instant | null {
  if (value === undefined) return null;
  const instant = parseInstant(value instanceof Date ? value.toISOString() : value);
  if (instant === null) throw new InputError(`${place}: expires: expected a date such as 2027-01-31`);
  return instant;
}

type EndpointText = Pick<Decided, "name" | "address" | "transport" | "port">;

/** `api.example.com:443/tcp`, `192.0.2.1:53/udp`, `[2001:db8::1]:443/tcp`; the transport is never assumed. */
export function parseEndpoint(endpoint: string): EndpointText | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:/\s]+)):(\d{1,5})\/(tcp|udp|sctp)$/.exec(endpoint);
  if (!match) return null;
  const port = Number(match[3]);
  const transport = match[4] as Transport;
  const host = match[1] ?? match[2] ?? "";
  const address = parseAddress(host);
  const name = address === null ? parseFqdn(host) : null;
  if (port > 65_535 || (address === null && name === null)) return null;
  return { name, address, transport, port };
}
