/** From an EtherType down to IP, through VLAN tags, MPLS labels, PPPoE, LLC and bridged Ethernet, in one loop. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { ETHERTYPE } from "./ethertypes.ts";
import { passLlc } from "./llc.ts";
import { passMpls } from "./mpls.ts";
import { passPpp } from "./point-to-point.ts";
import { passShim } from "./shims.ts";

export function enterEthernet(c: Cursor): Network {
  while (isInterSwitch(c)) c.at += INTER_SWITCH;
  if (c.left < 14) return "truncated-packet";
  const type = u16be(c.bytes, c.at + 12);
  c.at += 14;
  return type === ETHERTYPE.ipv4 ? 4 : enterEtherType(c, type);
}

/** Cisco's Inter-Switch Link: a header before the whole frame, known by the group it is sent to and the SNAP in it. */
const INTER_SWITCH = 26;

function isInterSwitch({ bytes, at, left }: Cursor): boolean {
  if (left < INTER_SWITCH || (bytes[at] !== 0x01 && bytes[at] !== 0x0c) || bytes[at + 2] !== 0x0c) return false;
  return bytes[at + 1] === 0 && u16be(bytes, at + 3) === 0 && u16be(bytes, at + 14) === 0xaaaa;
}

/**
 * Every header moves the cursor on, so however many an attacker stacks, the end of the frame ends the loop; and as it is
 * a loop, they cannot exhaust the call stack.
 */
export function enterEtherType(c: Cursor, first: number): Network {
  let type = first;
  for (;;) {
    if (type === ETHERTYPE.ipv4) return 4;
    if (type === ETHERTYPE.ipv6) return 6;
    const next = pass(c, type);
    if (typeof next === "string") return next;
    type = next;
  }
}

/** Moves the cursor behind the header that `type` announces; what that one announces in turn. */
function pass(c: Cursor, type: number): ReturnType<typeof passShim> {
  switch (type) {
    case 0x8100: // IEEE 802.1Q
    case 0x88a8: // IEEE 802.1ad
    case 0x9100: // QinQ before it was standardised
    case 0x9200:
      if (c.left < 4) return "truncated-packet";
      c.at += 4;
      return u16be(c.bytes, c.at - 2);
    case ETHERTYPE.bridged:
      if (c.left < 14) return "truncated-packet";
      c.at += 14;
      return u16be(c.bytes, c.at - 2);
    case ETHERTYPE.mpls:
    case 0x8848:
      return passMpls(c);
    case 0x8864: // PPPoE session (RFC 2516), whose length is right even where padding has crept into IP's
      if (c.left < 6) return "truncated-packet";
      c.at += 6;
      c.limit(c.at + u16be(c.bytes, c.at - 2));
      return passPpp(c);
    case ETHERTYPE.ppp:
      return passPpp(c);
    default:
      // Below 0x0600 it is a length, and LLC follows (IEEE 802.3); Linux cooked captures write 4 for it.
      return type < 0x0600 ? passLlc(c) : passShim(c, type);
  }
}
