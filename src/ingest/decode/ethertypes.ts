/** EtherTypes that several headers lead to. */
import type { Unusable } from "./cursor.ts";

export const ETHERTYPE = {
  /** No EtherType but a length: IEEE 802.2 LLC follows. */
  llc: 0,
  ipv4: 0x0800,
  /** Ethernet in something else (RFC 1701 gave it the number). */
  bridged: 0x6558,
  ipv6: 0x86dd,
  ppp: 0x880b,
  mpls: 0x8847,
  nsh: 0x894f,
} as const;

/** What a header announces: the EtherType of the next one, or that there is nothing to be had. */
export type NextType = number | Unusable;
