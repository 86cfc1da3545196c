/** Addresses that stand inside other things: in IPv6 addresses of translation, and in host names that resolve to what they say. */
import { type Address, familyOf, fromBigInt, fromV4, parseAddress, toBigInt } from "../../model/address.ts";

/** The IPv4 address that a packet to this IPv6 address ends at, with the reason; null for all others. */
export function translated(address: Address): { readonly address: Address; readonly by: string } | null {
  if (familyOf(address) === 4) return null;
  const value = toBigInt(address);
  const bits = (from: number, count: number): bigint =>
    (value >> BigInt(128 - from - count)) & ((1n << BigInt(count)) - 1n);
  const v4 = (at: bigint, by: string): { address: Address; by: string } => ({ address: fromBigInt(at, 4), by });
  if (bits(0, 96) === 0x64_ff9bn << 64n) return v4(bits(96, 32), "NAT64 (RFC 6052)");
  // RFC 8215 leaves the length to the operator; with the longest, the address is at the end.
  if (bits(0, 48) === 0x64_ff9b_0001n) return v4(bits(96, 32), "local NAT64 (RFC 8215)");
  if (bits(0, 16) === 0x2002n) return v4(bits(16, 32), "6to4 (RFC 3056)");
  if (bits(0, 32) === 0x2001_0000n) return v4(bits(96, 32) ^ 0xffff_ffffn, "Teredo (RFC 4380)");
  if ((bits(64, 32) & 0xfdff_ffffn) === 0x5efen) return v4(bits(96, 32), "ISATAP (RFC 5214)");
  // ::1 and its neighbours are no addresses of hosts in the old compatible form.
  if (bits(0, 96) === 0n && bits(96, 32) > 0xffffn) return v4(bits(96, 32), "IPv4-compatible (RFC 4291)");
  return null;
}

/** Most that a name's labels can say, so that a hostile one costs no more than an ordinary one. */
const MAX_LABELS = 32;

/**
 * Addresses that a name spells out: `169.254.169.254.nip.io`, `app-169-254-169-254.x.example`, `a9fea9fe.x.example`,
 * `2852039166.x.example`, `0251.0376.0251.0376.x.example`. What it resolves to is for its resolver to say.
 */
export function spelled(name: string): Address[] {
  const labels = name.split(".").slice(0, MAX_LABELS);
  const found: (Address | null)[] = [];
  for (const [i, label] of labels.entries()) {
    found.push(quad(labels.slice(i, i + 4)), whole(label));
    const dashed = /(?:^|-)((?:0x[0-9a-f]{1,2}|\d{1,4})(?:-(?:0x[0-9a-f]{1,2}|\d{1,4})){3})$/.exec(label)?.[1];
    if (dashed !== undefined) found.push(quad(dashed.split("-")));
    if (/^[0-9a-f]+(?:-[0-9a-f]*){2,7}$/.test(label)) found.push(parseAddress(label.replaceAll("-", ":")));
  }
  return [...new Set(found.filter((address) => address !== null))];
}

function quad(parts: readonly string[]): Address | null {
  if (parts.length !== 4) return null;
  const values = parts.map(numeral);
  if (!values.every((value) => value !== null && value <= 255)) return null;
  return fromV4(values.reduce<number>((sum, value) => sum * 256 + (value ?? 0), 0));
}

/** One number for all 32 bits, or eight hex digits without a mark, as sslip.io's kind takes them. */
function whole(label: string): Address | null {
  if (/^[0-9a-f]{8}$/.test(label)) return fromV4(Number.parseInt(label, 16));
  const value = /^(?:0x[0-9a-f]{8}|0\d{9,12}|[1-9]\d{8,9})$/.test(label) ? numeral(label) : null;
  return value === null || value > 0xffff_ffff ? null : fromV4(value);
}

/** As inet_aton reads it: hex by `0x`, octal by a leading zero. */
function numeral(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]{0,12}$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
}
