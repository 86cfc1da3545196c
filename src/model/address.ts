/** IP addresses as canonical text: dotted quads, RFC 5952 for IPv6, IPv4-mapped addresses unmapped; zone ids refused. */
export type Address = string & { readonly __brand: "Address" };
export type Family = 4 | 6;

const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39];

/** Canonical form of an IPv4 or IPv6 address, or null when the text is neither. */
export function parseAddress(text: string): Address | null {
  if (text.length > 45) return null;
  if (text.includes(":")) {
    const groups = parseGroups(text);
    return groups && fromGroups(groups);
  }
  const value = parseQuad(text);
  return value === null ? null : fromV4(value);
}

/** Whether a text is an address as it is written here. */
export function isAddress(text: string): text is Address {
  // A dotted quad that is read at all has no other form.
  return text.includes(":") ? parseAddress(text) === text : parseQuad(text) !== null;
}

export function familyOf(address: Address): Family {
  return address.includes(":") ? 6 : 4;
}

/** An IPv4 address from its 32 bits. */
export function fromV4(value: number): Address {
  // Joined, because V8 keeps a longer text that was put together with + or a template as a tree of its pieces.
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".") as Address;
}

/** The 32 bits of a canonical IPv4 address; NaN-free for every Address of family 4. */
export function toV4(address: Address): number {
  return parseQuad(address) ?? 0;
}

/** An address from eight 16-bit groups (RFC 5952: longest zero run shortened, the first among equals). */
export function fromGroups(g: readonly number[]): Address {
  if (isMapped(g)) return fromV4(((g[6] ?? 0) << 16) | (g[7] ?? 0));
  let [at, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && g[i + run] === 0) run++;
    if (run > length) [at, length] = [i, run];
    if (run > 0) i += run - 1;
  }
  const hex = (part: readonly number[]): string => part.map((x) => x.toString(16)).join(":");
  const text = at < 0 ? hex(g) : `${hex(g.slice(0, at))}::${hex(g.slice(at + length))}`;
  return text as Address;
}

/** Sixteen bytes of an IPv6 address at `offset`. */
export function fromV6Bytes(bytes: Uint8Array, offset = 0): Address {
  const groups = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[offset + i] ?? 0) << 8) | (bytes[offset + i + 1] ?? 0));
  return fromGroups(groups);
}

/** The address as an unsigned integer of 32 or 128 bits. */
export function toBigInt(address: Address): bigint {
  if (familyOf(address) === 4) return BigInt(toV4(address));
  return (parseGroups(address) ?? []).reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

/** Inverse of {@link toBigInt}. */
export function fromBigInt(value: bigint, family: Family): Address {
  if (family === 4) return fromV4(Number(value & 0xffff_ffffn));
  return fromGroups(Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn)));
}

/** IPv4 before IPv6, then by value: the total order of every list of addresses. */
export function compareAddresses(a: Address, b: Address): number {
  const family = familyOf(a) - familyOf(b);
  if (family !== 0) return family;
  if (familyOf(a) === 4) return toV4(a) - toV4(b);
  const [x, y] = [toBigInt(a), toBigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** For use within a site (RFC 1918, RFC 4193). */
export function isPrivate(address: Address): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) || /^f[cd][0-9a-f]{2}:/.test(address);
}

function isMapped(g: readonly number[]): boolean {
  return g[5] === 0xffff && g[0] === 0 && g[1] === 0 && g[2] === 0 && g[3] === 0 && g[4] === 0;
}

/** By character, since policies hold millions of them. */
function parseQuad(text: string): number | null {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0) return null;
      value = value * 256 + part;
      part = 0;
      digits = 0;
      dots++;
    } else {
      // Leading zeros are octal to some readers and decimal to others: refused.
      if (code < ZERO || code > NINE || (digits > 0 && part === 0)) return null;
      part = part * 10 + code - ZERO;
      digits++;
      if (part > 255) return null;
    }
  }
  return dots === 3 && digits > 0 ? value * 256 + part : null;
}

function parseGroups(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? "", true) : [];
  if (!head || !tail) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function groupsOf(text: string, last: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes(".")) {
      const quad = parseQuad(part);
      if (quad === null) return null;
      groups.push(quad >>> 16, quad & 0xffff);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
