/** The commands of an `ipset save` file, and the sets that they leave in the kernel. */
import type { Family } from "../../../model/address.ts";
import type { Range } from "../../packet/box.ts";
import type { Position } from "../../packet/program.ts";
import type { Word } from "../words.ts";

/** What a set's type looks at, in order; `hash:net,port` is a net and a port. */
export type Dimension = "ip" | "net" | "port" | "mark";

/** The types that can be reasoned about; `null` is any other, whose elements nobody here reads. */
export const TYPES: ReadonlyMap<string, readonly Dimension[] | null> = new Map<string, readonly Dimension[] | null>([
  ["bitmap:ip", ["ip"]],
  ["bitmap:port", ["port"]],
  ["hash:ip", ["ip"]],
  ["hash:net", ["net"]],
  ["hash:ip,port", ["ip", "port"]],
  ["hash:net,port", ["net", "port"]],
  ["hash:ip,port,ip", ["ip", "port", "ip"]],
  ["hash:ip,port,net", ["ip", "port", "net"]],
  ["hash:net,net", ["net", "net"]],
  ["hash:net,port,net", ["net", "port", "net"]],
  ["hash:ip,mark", ["ip", "mark"]],
  ["list:set", []],
  ["bitmap:ip,mac", null],
  ["hash:mac", null],
  ["hash:ip,mac", null],
  ["hash:net,iface", null],
]);

export interface Command {
  readonly verb: "create" | "add" | "del" | "flush" | "destroy" | "swap" | "rename";
  readonly words: readonly Word[];
  readonly at: Position;
}

/** One part of an element: a range of addresses or marks, or a protocol with a range of its ports. */
export interface Part {
  readonly range: Range;
  readonly protocol: bigint | null;
}

export interface Element {
  readonly at: Position;
  /** As it is written. */
  readonly key: string;
  /** Null where it cannot be told, as for a host name. */
  readonly parts: readonly Part[] | null;
  readonly nomatch: boolean;
  /** It goes by itself, at a time that counts from a load that nobody recorded. */
  readonly timed: boolean;
  readonly comment: string | null;
}

export interface IpSet {
  readonly at: Position;
  readonly type: string;
  readonly family: Family;
  readonly dimensions: readonly Dimension[] | null;
  /** `netmask`: how many bits of an address count. */
  readonly bits: number | null;
  /** Whether elements without a timeout of their own go by themselves. */
  readonly timed: boolean;
  readonly elements: Map<string, Element>;
  /** Of a `list:set`, in order. */
  readonly members: string[];
}
