/** ClientHello (RFC 8446 §4.1.2) to the server name in it, and what a reviewer should know of that name. */
import { type Address, parseAddress } from "../../../model/address.ts";
import { type Fqdn, parseFqdn } from "../../../model/fqdn.ts";
import type { NameClaim } from "../../../model/flow.ts";
import { latin1, u16 } from "../bytes.ts";
import type { StreamFlag } from "../verdict.ts";

export interface Hello {
  readonly names: readonly Pick<NameClaim, "name" | "doubted">[];
  /** Addresses in the place of names, which RFC 6066 §3 forbids. */
  readonly literals: readonly Address[];
  readonly flags: readonly StreamFlag[];
}

/** What was read so far. Most hellos have one name and nothing else. */
interface Reading {
  readonly names: Fqdn[];
  literals: Set<Address> | null;
  readonly flags: StreamFlag[];
}

const NONE: readonly never[] = [];

/** Server names that are told of one hello, where one is allowed. */
const MAX_SERVER_NAMES = 8;

const SERVER_NAME = 0;
const ALPN = 16;
/** RFC 9849. Browsers also send it with random content (GREASE), which nobody outside can tell from the real one. */
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;
/** The drafts before it, as Firefox and Cloudflare ran them in 2018-2020. */
const ENCRYPTED_SERVER_NAME = 0xffce;

const READ: ReadonlySet<number> = new Set([SERVER_NAME, ALPN, ENCRYPTED_CLIENT_HELLO, ENCRYPTED_SERVER_NAME]);

/** `body` follows the four bytes of the handshake header. Without `whole` it is the part that was seen. */
export function readClientHello(body: Uint8Array, whole: boolean): Hello {
  const into: Reading = { names: [], literals: null, flags: [] };
  const { names, flags } = into;
  if (!readExtensions(body, into)) keep(flags, whole ? "malformed-hello" : "hello-cut");
  // RFC 6066 §3 and RFC 8446 §4.2 allow one; with several, which one the server takes is its secret.
  const isOne = names.length < 2;
  if (!isOne) keep(flags, "invalid-name");
  const said = names.map((name) => (isOne ? { name } : { name, doubted: true as const }));
  return { names: said, literals: into.literals === null ? NONE : [...into.literals], flags };
}

/** False when the hello ends before its own lengths say it does, or goes on after. */
function readExtensions(body: Uint8Array, into: Reading): boolean {
  let at = 34;
  at += 1 + (body[at] ?? 0);
  at += 2 + u16(body, at);
  at += 1 + (body[at] ?? 0);
  if (at === body.length) return true; // before TLS 1.2 extensions could be absent
  const end = at + 2 + u16(body, at);
  at += 2;
  while (at + 4 <= Math.min(end, body.length)) {
    const type = u16(body, at);
    const next = at + 4 + u16(body, at + 2);
    if (next > Math.min(end, body.length)) return false;
    if (READ.has(type)) readExtension(type, body.subarray(at + 4, next), into);
    at = next;
  }
  return at === end && end === body.length;
}

function readExtension(type: number, data: Uint8Array, into: Reading): void {
  if (type === SERVER_NAME) readServerNames(data, into);
  else if (type === ALPN) readProtocols(data, into.flags);
  else if (type === ENCRYPTED_CLIENT_HELLO) keep(into.flags, "ech");
  else if (type === ENCRYPTED_SERVER_NAME) keep(into.flags, "esni");
}

function readServerNames(data: Uint8Array, into: Reading): void {
  for (let at = 2; at + 3 <= data.length; at += 3 + u16(data, at + 1)) {
    const end = at + 3 + u16(data, at + 1);
    if (data[at] !== 0) continue; // not a host_name; no other type was ever defined
    const text = end <= data.length ? latin1(data, at + 3, end) : "";
    const name = parseFqdn(text);
    const address = parseAddress(text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text);
    if (address !== null) (into.literals ??= new Set()).add(address);
    if (name === null) keep(into.flags, address === null ? "invalid-name" : "sni-ip");
    else if (into.names.length < MAX_SERVER_NAMES) keep(into.names, name);
  }
}

/** RFC 7858 and RFC 9250: name resolution that the capture cannot follow. DoH offers `h2` like everything else. */
function readProtocols(data: Uint8Array, flags: StreamFlag[]): void {
  // Both begin so, and hardly anything else does.
  if (data[3] !== 0x64) return;
  const protocols = [];
  for (let at = 2; at < data.length; at += 1 + (data[at] ?? 0)) {
    protocols.push(latin1(data, at + 1, at + 1 + (data[at] ?? 0)));
  }
  if (protocols.every((protocol) => protocol === "dot")) keep(flags, "dot");
  if (protocols.every((protocol) => /^doq(-i\d\d)?$/.test(protocol))) keep(flags, "doq");
}

function keep<T>(list: T[], item: T): void {
  if (!list.includes(item)) list.push(item);
}
