/** What random rules choose from: addresses and ports that lie close together and never overlap, as interval sets need. */
import { type Family, fromBigInt } from "../../../src/model/address.ts";
import type { Chance } from "../chance.ts";

const STARTS: Readonly<Record<Family, readonly string[]>> = {
  4: ["0x0a000000", "0x7f000001", "0xc0000200", "0xc00002f8", "0xcb007100", "0xdffffff0"],
  6: [
    "0x1",
    "0x20010db8000000000000000000000000",
    "0x20010db800010000000000000000fff8",
    "0x20010db8ffff00010000000000000000",
    "0xfd000000000000000000000000000000",
    "0x3ffffffffffffffffffffffffffffff0",
  ],
};

const PORTS: readonly number[] = [1, 53, 80, 443, 1024, 32_760, 65_500];

export interface Pool {
  /** Disjoint, in ascending order: one number, or two for a range. */
  readonly spans: readonly Span[];
  /** As rules write them, `-` between the ends of a range. */
  text(span: Span): string;
}

export interface Span {
  readonly first: bigint;
  readonly last: bigint;
  /** The prefix length it can be written with, null for ranges that are none. */
  readonly length: number | null;
}

/** A few spans after each start; neighbours that touch are as likely as gaps, which is where intervals are mistaken. */
function spansFrom(chance: Chance, start: bigint, bits: number, most: bigint): Span[] {
  const spans: Span[] = [];
  let at = start;
  for (let count = 1 + chance.below(3); count > 0 && at <= most; count--) {
    at += BigInt(chance.one([0, 0, 1, 2, 5]));
    const host = chance.below(bits === 128 ? 70 : 8);
    const mask = (1n << BigInt(host)) - 1n;
    const kind = chance.below(3);
    if (kind === 0) spans.push({ first: at, last: at, length: bits });
    else if (kind === 1) {
      const first = (at + mask) & ~mask;
      spans.push({ first, last: first + mask, length: bits - host });
    } else spans.push({ first: at, last: at + BigInt(1 + chance.below(9)), length: null });
    at = (spans.at(-1)?.last ?? at) + 1n;
  }
  return spans.filter(({ first, last }) => last <= most && !isMapped(first) && !isMapped(last));
}

/** IPv4 within IPv6, which is written as the former and which no socket sends to. */
const isMapped = (value: bigint): boolean => value >> 32n === 0xffffn;

export function addressPool(chance: Chance, family: Family): Pool {
  const bits = family === 4 ? 32 : 128;
  const most = (1n << BigInt(bits)) - 1n;
  const spans = apart(chance.some(STARTS[family]).flatMap((start) => spansFrom(chance, BigInt(start), bits, most)));
  const text = ({ first, last, length }: Span): string => {
    if (first === last) return fromBigInt(first, family);
    return length === null
      ? `${fromBigInt(first, family)}-${fromBigInt(last, family)}`
      : `${fromBigInt(first, family)}/${length}`;
  };
  return { spans: spans.length > 0 ? spans : [single(BigInt(STARTS[family][2] ?? 1), bits)], text };
}

export function portPool(chance: Chance): Pool {
  const spans = chance.some(PORTS).flatMap((start) => spansFrom(chance, BigInt(start), 16, 65_535n));
  const text = ({ first, last }: Span): string => (first === last ? `${first}` : `${first}-${last}`);
  return { spans: apart(spans.length > 0 ? spans : [single(443n, 16)]), text };
}

/** Starts may be nearer to each other than their spans are long. */
function apart(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    if (span.first > (kept.at(-1)?.last ?? -1n)) kept.push(span);
  }
  return kept;
}

function single(value: bigint, length: number): Span {
  return { first: value, last: value, length };
}
