/** The elements of sets: `192.0.2.0/24`, `192.0.2.1,udp:53`, `10.0.0.1,tcp:80-90,192.0.2.0/24`. */
import type { Family } from "../../../model/address.ts";
import { widthOf } from "../../../model/prefix.ts";
import type { Range } from "../../packet/box.ts";
import { symbolValue } from "../../packet/symbol.ts";
import { rangeOfAddress, rangeOfPrefix } from "../../packet/written.ts";
import type { Dimension, IpSet, Part } from "./tree.ts";

/** The parts of an element, `unknown` for names that the loader looks up, null for what it would refuse. */
export function partsOf(key: string, set: IpSet): readonly Part[] | "unknown" | null {
  const { dimensions } = set;
  if (dimensions === null) return "unknown";
  const words = key.split(",");
  if (words.length < dimensions.length || words.length > Math.max(1, dimensions.length)) return null;
  const parts = dimensions.map((dimension, i) => partOf(words[i] ?? "", dimension, set));
  if (parts.includes(null)) return null;
  return parts.every((part) => part !== null && part !== "unknown") ? parts : "unknown";
}

function partOf(word: string, dimension: Dimension, set: IpSet): Part | "unknown" | null {
  switch (dimension) {
    case "ip":
    case "net":
      return addressPart(word, dimension, set);
    case "port":
      return set.type === "bitmap:port" ? portsOf(word, null) : protocolPart(word);
    case "mark":
      return markPart(word);
    default:
      return dimension satisfies never;
  }
}

function addressPart(word: string, dimension: Dimension, { family, bits }: IpSet): Part | "unknown" | null {
  const range = addressRange(word);
  if (range === null) return /^\[?[a-z][a-z0-9.-]*\]?$/i.test(word) ? "unknown" : null;
  if (range.family !== family) return null;
  // The kernel has no place for a net of all addresses.
  if (dimension === "net" && word.endsWith("/0")) return null;
  if (bits === null) return { range, protocol: null };
  const host = BigInt(widthOf(family) - bits);
  const [first, last] = [(range.first >> host) << host, (((range.last >> host) + 1n) << host) - 1n];
  return { range: { first, last }, protocol: null };
}

function addressRange(word: string): (Range & { readonly family: Family }) | null {
  const [from, to] = word.split("-").map((part) => (part.includes("/") ? rangeOfPrefix(part) : rangeOfAddress(part)));
  if (!from || to === undefined) return from ?? null;
  if (!to || to.family !== from.family) return null;
  return from.first <= to.last
    ? { family: from.family, first: from.first, last: to.last }
    : { family: from.family, first: to.first, last: from.last };
}

/** `tcp:80-90`, `80` (which means TCP), `icmp:8/0`, `gre:0`. */
function protocolPart(word: string): Part | "unknown" | null {
  const colon = word.indexOf(":");
  if (colon < 0) return portsOf(word, symbolValue("protocol", "tcp"));
  const name = word.slice(0, colon).toLowerCase();
  const protocol = /^\d{1,3}$/.test(name) ? BigInt(name) : symbolValue("protocol", name);
  if (protocol === null) return "unknown";
  const hasPorts = ["tcp", "udp", "sctp", "udplite"].some((each) => symbolValue("protocol", each) === protocol);
  // Of ICMP the type and code stand there, of other protocols a zero: neither is a port that a packet has.
  return hasPorts ? portsOf(word.slice(colon + 1), protocol) : { protocol, range: { first: 0n, last: 65_535n } };
}

function portsOf(word: string, protocol: bigint | null): Part | "unknown" | null {
  const [first, last = first] = /^[a-z]/i.test(word) ? [portOf(word)] : word.split("-").map(portOf);
  if (first === undefined || last === undefined || first === null || last === null) return null;
  if (first === "unknown" || last === "unknown") return "unknown";
  return { protocol, range: first <= last ? { first, last } : { first: last, last: first } };
}

function portOf(text: string): bigint | "unknown" | null {
  if (/^\d{1,5}$/.test(text)) return BigInt(text) > 65_535n ? null : BigInt(text);
  return /^[a-z][a-z0-9-]*$/i.test(text) ? (symbolValue("service", text) ?? "unknown") : null;
}

function markPart(word: string): Part | null {
  if (!/^(0x[\da-f]{1,8}|\d{1,10})$/i.test(word)) return null;
  return { range: { first: BigInt(word), last: BigInt(word) }, protocol: null };
}
