/** What a selector reads, and how its values are written: the bridge from words to fields and ranges. */
import type { Family } from "../../model/address.ts";
import { type AddressRange, widthOf } from "../../model/prefix.ts";
import { PolicySyntaxError } from "../contract.ts";
import { point, type Range } from "../packet/box.ts";
import { PROTOCOL } from "../packet/packet.ts";
import type { Field } from "../packet/program.ts";
import { symbolValue, type SymbolTable } from "../packet/symbol.ts";
import { rangeOfAddress, rangeOfPrefix } from "../packet/written.ts";
import { shown } from "./token.ts";
import type { Value } from "./tree.ts";

export type DataType =
  | { readonly kind: "address"; readonly family: Family }
  | { readonly kind: "number"; readonly bits: number; readonly names: SymbolTable };

/** What must also hold for a selector to find anything: the packet's family, its protocol. */
export interface Selector {
  readonly field: Field;
  readonly type: DataType;
  readonly family: Family | null;
  readonly protocol: bigint | null;
}

const number = (bits: number, names: SymbolTable = "none"): DataType => ({ kind: "number", bits, names });
const PORT = number(16, "service");

function of(field: Field, type: DataType, family: Family | null = null, protocol: bigint | null = null): Selector {
  return { field, type, family, protocol };
}

/** Ports stand at the same place in every transport header that has them. */
function ports(header: string, protocol: bigint | null): [string, Selector][] {
  return [
    [`${header} dport`, of("dport", PORT, null, protocol)],
    [`${header} sport`, of("sport", PORT, null, protocol)],
  ];
}

const SELECTORS: ReadonlyMap<string, Selector> = new Map([
  ["ip daddr", of("daddr", { kind: "address", family: 4 }, 4)],
  ["ip saddr", of("saddr", { kind: "address", family: 4 }, 4)],
  ["ip6 daddr", of("daddr", { kind: "address", family: 6 }, 6)],
  ["ip6 saddr", of("saddr", { kind: "address", family: 6 }, 6)],
  ...ports("tcp", PROTOCOL.tcp),
  ...ports("udp", PROTOCOL.udp),
  ...ports("sctp", PROTOCOL.sctp),
  ...ports("udplite", 136n),
  ...ports("dccp", 33n),
  ...ports("th", null),
  ["ip protocol", of("protocol", number(8, "protocol"), 4)],
  ["ip6 nexthdr", of("protocol", number(8, "protocol"), 6)],
  ["meta l4proto", of("protocol", number(8, "protocol"))],
  ["meta nfproto", of("family", number(8, "family"))],
  ["meta protocol", of("family", number(16, "family"))],
  ["icmp type", of("icmpType", number(8, "icmp"), null, PROTOCOL.icmp)],
  ["icmpv6 type", of("icmpType", number(8, "icmpv6"), null, PROTOCOL.icmpv6)],
  ["ct state", of("ctState", number(32, "ct_state"))],
  ["meta skuid", of("uid", number(32, "user"))],
  ["meta skgid", of("gid", number(32, "user"))],
  ["meta mark", of("mark", number(32))],
]);

export function selectorOf(value: Value): Selector | null {
  return value.kind === "selector" ? (SELECTORS.get(value.words.join(" ")) ?? null) : null;
}

/** The range a value stands for; null where it is a name or an expression that cannot be told. What nft would not load is refused. */
export function rangeIn(type: DataType, value: Value): Range | null {
  if (value.kind === "any") return { first: 0n, last: greatest(type) };
  if (value.kind === "word" || value.kind === "quoted") return scalar(type, value, value.text);
  if (value.kind === "prefix") return value.base.kind === "word" ? prefix(type, value, value.base.text) : null;
  if (value.kind !== "range") return null;
  const [from, to] = [rangeIn(type, value.from), rangeIn(type, value.to)];
  if (from === null || to === null) return null;
  if (from.first > to.last) refuse(value, "a range that ends before it begins");
  return { first: from.first, last: to.last };
}

export function refuse({ at: { file, line, column } }: Value, what: string): never {
  throw new PolicySyntaxError(file, line, column, what);
}

export function greatest(type: DataType): bigint {
  return (1n << BigInt(widthOfType(type))) - 1n;
}

export function widthOfType(type: DataType): number {
  return type.kind === "address" ? widthOf(type.family) : type.bits;
}

function scalar(type: DataType, value: Value, text: string): Range | null {
  if (type.kind === "address") {
    if (DOTTED.test(text) && text.split(".").some((part) => Number(part) > 255)) refuse(value, `${text} is no address`);
    return inFamily(type.family, value, rangeOfAddress(text));
  }
  const written = /^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text) ? BigInt(text) : null;
  if (written !== null && written > greatest(type)) refuse(value, `${text} is more than ${greatest(type)}`);
  const known = written === null ? symbolValue(type.names, text) : numbered(type, written);
  if (known === null && type.names === "ct_state")
    refuse(value, `unexpected ${shown(text)}, expected a state of connections`);
  return known === null ? null : point(known);
}

/** What is no address cannot be the name of a host either, which a loader would look up. */
const DOTTED = /^(\d{1,3}\.){3}\d{1,3}$/;

/** Families by number: `meta nfproto` counts as Linux does (NFPROTO_IPV4), `meta protocol` as Ethernet; no number is both. */
const FAMILIES: ReadonlyMap<bigint, bigint> = new Map([
  [2n, 4n],
  [10n, 6n],
  [0x0800n, 4n],
  [0x86ddn, 6n],
]);

function numbered({ names }: DataType & { kind: "number" }, value: bigint): bigint | null {
  return names === "family" ? (FAMILIES.get(value) ?? null) : value;
}

function prefix(type: DataType, value: Value & { kind: "prefix" }, base: string): Range | null {
  if (type.kind !== "address") return null;
  const width = widthOf(type.family);
  if (/^\d+$/.test(value.length) && Number(value.length) > width) refuse(value, `a prefix of more than ${width} bits`);
  return inFamily(type.family, value, rangeOfPrefix(`${base}/${value.length}`));
}

function inFamily(family: Family, value: Value, range: AddressRange | null): Range | null {
  return range === null || range.family === family ? range : refuse(value, `expected an IPv${family} address`);
}
