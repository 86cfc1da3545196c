/** One new connection as a rule sees its first packet: what is known about it, and what is not. */
import { familyOf, type Family, toBigInt } from "../../model/address.ts";
import type { Transport } from "../../model/flow.ts";
import { type Instant, SECOND } from "../../model/instant.ts";
import type { Question } from "../../model/policy.ts";
import type { AddressRange } from "../../model/prefix.ts";
import type { Coordinate } from "./box.ts";
import type { Field, Hook } from "./program.ts";

/** Where the question is asked: by the host itself (`output`), or by something it forwards for. */
export interface PacketContext {
  readonly hook: "output" | "forward";
  readonly source: AddressRange | null;
  readonly inInterface: string | null;
  readonly outInterface: string | null;
  readonly uid: number | null;
}

export const FROM_HOST: PacketContext = {
  hook: "output",
  source: null,
  inInterface: null,
  outInterface: null,
  uid: null,
};

export interface Packet {
  readonly family: Family;
  readonly now: bigint;
  readonly facts: Readonly<Record<Field, Coordinate>>;
  /** `lo`, a name the context gave, `remote` for some interface that is not `lo`, or null for no interface at all. */
  readonly in: Interface;
  readonly out: Interface;
  /** Stands for a destination that no rule names: conditions on its address or port hold only where they are negated. */
  readonly elsewhere: boolean;
}

export type Interface = { readonly name: string } | "remote" | null;

/** Protocol numbers (IANA). */
export const PROTOCOL: Readonly<Record<Transport, bigint>> = { icmp: 1n, tcp: 6n, udp: 17n, icmpv6: 58n, sctp: 132n };

/** nf_conntrack states as the kernel's bits. */
export const CT_STATE = { invalid: 1n, established: 2n, related: 4n, new: 8n, untracked: 64n } as const;

const V4_LOOPBACK = 127n << 24n;

/** Null when the question has no address: a packet filter knows nothing else. */
export function packetOf(question: Question, now: Instant, context: PacketContext): Packet | null {
  const { address, transport } = question;
  if (address === null) return null;
  const family = familyOf(address);
  const daddr = toBigInt(address);
  const loopback = context.hook === "output" && isLoopback(daddr, family);
  return {
    family,
    now: BigInt(Math.floor(now / SECOND)),
    facts: {
      family: BigInt(family),
      protocol: PROTOCOL[transport],
      daddr,
      saddr: knownSource(context.source, family),
      // An ICMP packet has no ports; rules that ask for TCP's are false by protocol before this is looked at.
      dport: question.port === null ? null : BigInt(question.port),
      sport: null,
      // What a host sends of its own accord is an echo request.
      icmpType: transport === "icmp" ? 8n : transport === "icmpv6" ? 128n : null,
      ctState: CT_STATE.new,
      uid: context.uid === null ? null : BigInt(context.uid),
      gid: null,
      mark: null,
    },
    in: context.hook === "output" ? null : named(context.inInterface),
    out: loopback ? { name: "lo" } : named(context.outInterface),
    elsewhere: false,
  };
}

/** The hooks a packet passes, in order. */
export function pathOf(hook: PacketContext["hook"]): readonly Hook[] {
  return hook === "output" ? ["output", "postrouting"] : ["prerouting", "forward", "postrouting"];
}

export function isLoopback(daddr: bigint, family: Family): boolean {
  return family === 4 ? daddr >> 24n === V4_LOOPBACK >> 24n : daddr === 1n;
}

function knownSource(source: AddressRange | null, family: Family): Coordinate {
  return source?.family === family && source.first === source.last ? source.first : null;
}

function named(name: string | null): Interface {
  return name === null ? "remote" : { name };
}
