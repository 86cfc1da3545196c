/** Random sets of the kinds that rules look destinations up in, out of the same addresses and ports as the rules. */
import { type Family, fromBigInt } from "../../../src/model/address.ts";
import type { Chance } from "../chance.ts";
import type { Pool, Span } from "./pools.ts";
import type { Line } from "./ruleset.ts";

export interface RandomSet {
  readonly name: string;
  /** What `--match-set` takes after the name. */
  readonly directions: string;
  readonly lines: readonly Line[];
}

const TYPES = ["hash:ip", "hash:net", "hash:net", "hash:ip,port", "hash:net,port", "hash:ip,port,net", "bitmap:port"];

export function randomSets(chance: Chance, family: Family, addresses: Pool, ports: Pool): RandomSet[] {
  const maker = new Maker(chance, family, addresses, ports);
  const sets = Array.from({ length: chance.below(4) }, (_, i) => maker.set(`s${family}${i}`));
  const several = sets.length > 1 && chance.once(3) ? [maker.list(`l${family}`, sets)] : [];
  return [...sets, ...several];
}

class Maker {
  readonly #chance: Chance;
  readonly #family: Family;
  readonly #addresses: Pool;
  readonly #ports: Pool;

  constructor(chance: Chance, family: Family, addresses: Pool, ports: Pool) {
    this.#chance = chance;
    this.#family = family;
    this.#addresses = addresses;
    this.#ports = ports;
  }

  set(name: string): RandomSet {
    const type = this.#chance.one(TYPES);
    const dimensions = type.slice(type.indexOf(":") + 1).split(",");
    const family = type === "bitmap:port" ? "range 0-65535" : `family ${this.#family === 4 ? "inet" : "inet6"}`;
    const keys = this.#chance.times(1, 6, () => dimensions.map((each) => this.#part(each, type)));
    const lines = withoutRepeats(keys).map((parts) => {
      const except = dimensions[0] === "net" && this.#chance.once(4) ? " nomatch" : "";
      return { parts: [], end: `add ${name} ${parts.map(({ text }) => text).join()}${except}` };
    });
    // With fewer directions than there are parts nothing is ever found.
    const directions = dimensions.map(() => "dst").slice(0, this.#chance.once(12) ? 1 : undefined);
    return { name, directions: directions.join(), lines: [`create ${name} ${type} ${family}`, ...lines] };
  }

  list(name: string, members: readonly RandomSet[]): RandomSet {
    const lines = members.map((member) => ({ parts: [], end: `add ${name} ${member.name}` }));
    const directions = members.map((member) => member.directions).toSorted((a, b) => b.length - a.length)[0] ?? "dst";
    return { name, directions, lines: [`create ${name} list:set size 8`, ...lines] };
  }

  #part(dimension: string, type: string): Part {
    const span = this.#chance.one(this.#addresses.spans);
    if (dimension === "net") return this.#net(span);
    if (dimension === "ip") return this.#address(span);
    const narrow = this.#ports.spans.filter(({ first, last }) => last - first < 16n);
    const ports = this.#chance.one(narrow.length > 0 ? narrow : [{ first: 443n, last: 443n, length: 16 }]);
    const protocol = type === "bitmap:port" ? "" : this.#chance.one(["tcp:", "udp:", "sctp:", ""]);
    // A port without a protocol is TCP's.
    const members = valuesOf(ports).map((port) => `${protocol === "" ? "tcp:" : protocol}${port}`);
    return { text: `${protocol}${this.#ports.text(ports)}`, members };
  }

  /** One address of many: sets of addresses hold each for itself, and of IPv6 take no more than one at a time. */
  #address(span: Span): Part {
    if (this.#family === 4 && span.last - span.first < 32n)
      return { text: this.#addresses.text(span), members: valuesOf(span).map(String) };
    const value = this.#chance.one([span.first, span.last]);
    return { text: fromBigInt(value, this.#family), members: [`${value}`] };
  }

  /** Nets within nets, so that the closest one decides. */
  #net(span: Span): Part {
    const bits = this.#family === 4 ? 32 : 128;
    const length = Math.max(1, (span.length ?? bits) - this.#chance.one([0, 0, 1, 4, 8]));
    const host = BigInt(bits - length);
    const text = `${fromBigInt((span.first >> host) << host, this.#family)}/${length}`;
    return { text, members: [text] };
  }
}

/** One part of an element as it is written, and each value that a set holds for it. */
interface Part {
  readonly text: string;
  readonly members: readonly string[];
}

const valuesOf = ({ first, last }: Span): bigint[] =>
  Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));

/** ipset refuses an element of which any value is in the set already. */
function withoutRepeats(keys: readonly (readonly Part[])[]): (readonly Part[])[] {
  const held = new Set<string>();
  return keys.filter((parts) => {
    const values = parts.reduce<string[]>(
      (heads, { members }) => heads.flatMap((head) => members.map((member) => `${head},${member}`)),
      [""],
    );
    if (values.some((value) => held.has(value))) return false;
    for (const value of values) held.add(value);
    return true;
  });
}
