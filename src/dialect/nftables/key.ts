/** Keys of elements, one text for each way of writing the same: `10.0.0.0/24`, `10.0.0.0-10.0.0.255`; `https`, `443`, `0x1bb`. */
import { symbolValue } from "../packet/symbol.ts";
import { rangeOfAddress, rangeOfPrefix } from "../packet/written.ts";
import type { Value } from "./tree.ts";
import { printValue } from "./write.ts";

interface Bounds {
  /** Numbers and the addresses of both families never stand for each other. */
  readonly of: string;
  readonly first: bigint;
  readonly last: bigint;
}

export function canonicalKey(key: Value): string {
  if (key.kind === "concat") return key.parts.map(canonicalKey).join(" . ");
  const bounds = boundsOf(key);
  return bounds === null ? printValue(key) : `${bounds.of} ${bounds.first}-${bounds.last}`;
}

function boundsOf(value: Value): Bounds | null {
  if (value.kind === "word" || value.kind === "quoted")
    return addresses(rangeOfAddress(value.text)) ?? number(value.text);
  if (value.kind === "prefix") return addresses(rangeOfPrefix(`${printValue(value.base)}/${value.length}`));
  if (value.kind !== "range") return null;
  const [from, to] = [boundsOf(value.from), boundsOf(value.to)];
  return from?.of === to?.of && from && to ? { of: from.of, first: from.first, last: to.last } : null;
}

function addresses(range: ReturnType<typeof rangeOfPrefix>): Bounds | null {
  return range && { of: `IPv${range.family}`, first: range.first, last: range.last };
}

/** At one place of a set's keys all names are of one kind. */
function number(text: string): Bounds | null {
  const numeral = /^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text);
  const value = numeral ? BigInt(text) : (symbolValue("service", text) ?? symbolValue("protocol", text));
  return value === null ? null : { of: "number", first: value, last: value };
}
