/** The packet program: what nftables and iptables both lower to, so that one evaluator and one set algebra serve them. */
import type { Family } from "../../model/address.ts";
import type { NotModelled } from "../../model/policy.ts";
import type { BoxSet } from "./box.ts";

/** A number a packet carries or the kernel knows about it, compared by rules. */
export type Field =
  | "family"
  | "protocol"
  | "saddr"
  | "daddr"
  | "sport"
  | "dport"
  | "icmpType"
  | "ctState"
  | "uid"
  | "gid"
  | "mark";

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One element of a set that a rule looks its packet up in; it stands for a rule of its own where it can be pointed at. */
export interface ElementNote {
  readonly at: Position;
  /** Canonical text of the key. */
  readonly key: string;
  readonly comment: string | null;
}

/**
 * All conditions of a rule must hold for it to match. Whatever a statement implies (`tcp dport` implies TCP) is a condition
 * of its own, so a false one hides what is unknown about the others.
 */
export type Condition =
  | {
      readonly kind: "in";
      readonly fields: readonly Field[];
      readonly set: BoxSet;
      readonly negated: boolean;
      /** Parallel to the set's boxes; null when the values are not elements of a set. */
      readonly elements: readonly ElementNote[] | null;
      /** Set at run time by rules or resolvers, so that absence from the file proves nothing. */
      readonly open: boolean;
      readonly text: string;
    }
  | {
      readonly kind: "interface";
      readonly direction: "in" | "out";
      /** Names; a trailing `*` matches any ending. */
      readonly names: readonly string[];
      readonly negated: boolean;
      readonly text: string;
    }
  | {
      readonly kind: "time";
      /** Inclusive seconds since 1970 UTC. */
      readonly from: bigint;
      readonly to: bigint;
      /** Seconds by which the bounds may be off, because they were written in a time zone that nobody recorded. */
      readonly slack: bigint;
      readonly text: string;
    }
  /** Any time but that span, which is told as in `time`. */
  | {
      readonly kind: "outside";
      readonly from: bigint;
      readonly to: bigint;
      readonly slack: bigint;
      readonly text: string;
    }
  | ({ readonly kind: "recurring"; readonly slack: bigint; readonly text: string } & Calendar)
  /** A rate, a quota, a number of connections, a timeout: whether it holds for the first packet after the load. */
  | { readonly kind: "counted"; readonly holds: boolean; readonly text: string }
  | { readonly kind: "opaque"; readonly text: string };

/** Hours of certain days, as the clock in UTC shows them; `slack` in the condition as for other times. */
export interface Calendar {
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  readonly monthDays: ReadonlySet<number>;
  /** Inclusive seconds of the day; hours that begin later than they end go over midnight. */
  readonly start: number;
  readonly stop: number;
  /** The hours after midnight belong to the day before. */
  readonly contiguous: boolean;
}

export type Action =
  | { readonly kind: "accept" | "drop" | "return" | "next" }
  /** Another source address: ends its chain as an accept does, and allows nothing that was not allowed. */
  | { readonly kind: "translate" }
  /** `notrack`: goes on, and what comes after it reads the connection as untracked. */
  | { readonly kind: "untrack" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  /** Something that may end the walk or change the packet in a way the analysis does not follow. */
  | { readonly kind: "opaque"; readonly text: string };

export interface PacketRule {
  readonly at: Position;
  readonly conditions: readonly Condition[];
  readonly action: Action;
  readonly comment: string | null;
  /** One line, canonical: without counters, comments and the expiry; an element's key stands for its set when given. */
  text(key: string | null): string;
}

/** The text of a rule that has one. Made here, because a closure keeps whatever others made beside it need. */
export function always(text: string): PacketRule["text"] {
  return () => text;
}

export interface Chain {
  readonly name: string;
  readonly rules: readonly PacketRule[];
}

export type Hook = "prerouting" | "input" | "forward" | "output" | "postrouting";

export interface BaseChain {
  readonly chain: string;
  /** How prose names it: `chain output of table inet filter`. */
  readonly title: string;
  readonly hook: Hook;
  /** False for chains that translate, mark or route: what they accept is merely left as it is. */
  readonly filters: boolean;
  /** True for NAT chains, which the kernel enters only where something makes it track connections. */
  readonly translates: boolean;
  readonly priority: number;
  readonly families: readonly Family[];
  readonly policy: "accept" | "drop";
}

export interface Program {
  /** The families some file speaks about; of the others nothing is known. */
  readonly families: ReadonlySet<Family>;
  readonly bases: readonly BaseChain[];
  readonly chains: ReadonlyMap<string, Chain>;
  /** Statements outside any rule that could change every answer, such as an include nobody gave. */
  readonly opaque: readonly NotModelled[];
}
