/** NetBIOS name service answers (RFC 1002 §4.2.13): a host of the link says which addresses its name has. */
import { type Address, fromV4 } from "../../../model/address.ts";
import { parseFqdn } from "../../../model/fqdn.ts";
import { u16, u32 } from "../bytes.ts";
import type { DnsMessage } from "../dns.ts";

const HEADER = 12;
/** A length, 32 half-bytes written as letters, and no scope. */
const NAME_END = HEADER + 34;
const DATA = NAME_END + 10;
const NAME_TYPE = 0x20;
const INTERNET = 1;
/** The last of the 16 characters is a service: the workstation's and the file server's are the host's own name. */
const HOST_SERVICES: ReadonlySet<number> = new Set([0x00, 0x20]);
const GROUP = 0x8000;

/** A response, standard query, without error: only that has addresses. */
const POSITIVE_MASK = 0xf80f;
const POSITIVE = 0x8000;

/** Null for what is too short. Whatever is no positive answer about a host has no answers. */
export function readNetbios(message: Uint8Array): DnsMessage | null {
  if (message.length < HEADER) return null;
  const flags = u16(message, 2);
  const header = { id: u16(message, 0), response: flags >= 0x8000, truncated: false, rcode: flags & 0xf };
  const text = (flags & POSITIVE_MASK) === POSITIVE ? hostName(message) : null;
  const addresses = text === null ? [] : addressesOf(message);
  const name = text === null ? null : parseFqdn(text);
  if (name === null) return { ...header, answers: [], invalidNames: addresses.length > 0 ? 1 : 0 };
  const ttl = u32(message, NAME_END + 4);
  return { ...header, answers: addresses.map((address) => ({ name, chain: [], address, ttl })), invalidNames: 0 };
}

/** First-level encoding (RFC 1001 §14.1): each half-byte is a letter from A to P; the name is padded with spaces. */
function hostName(message: Uint8Array): string | null {
  const isOne = u16(message, 4) === 0 && u16(message, 6) === 1 && message[HEADER] === 32 && message[NAME_END - 1] === 0;
  const isAddress = u16(message, NAME_END) === NAME_TYPE && u16(message, NAME_END + 2) === INTERNET;
  if (!isOne || !isAddress) return null;
  const bytes: number[] = [];
  for (let at = HEADER + 1; at < NAME_END - 1; at += 2) {
    const [high, low] = [message[at]! - 0x41, message[at + 1]! - 0x41];
    if (high < 0 || high > 15 || low < 0 || low > 15) return null;
    bytes.push((high << 4) | low);
  }
  if (!HOST_SERVICES.has(bytes.pop()!)) return null;
  return String.fromCharCode(...bytes).trimEnd();
}

function addressesOf(message: Uint8Array): Address[] {
  const end = DATA + u16(message, NAME_END + 8);
  const addresses: Address[] = [];
  for (let at = DATA; at + 6 <= Math.min(end, message.length); at += 6) {
    if ((u16(message, at) & GROUP) === 0) addresses.push(fromV4(u32(message, at + 2)));
  }
  return addresses;
}
