/** Who opened a flow: seen where the protocol shows it, guessed from the ports where the capture starts too late. */
import { type Packet, PROTOCOL, TCP_FLAG } from "../decode/packet.ts";
import { BIT } from "./flow-state.ts";

/** Services over UDP whose answers are told from questions by their port. */
const UDP_SERVICES: ReadonlySet<number> = new Set([53, 80, 123, 161, 443, 853]);

const SCTP_CHUNK = { init: 1, initAck: 2 } as const;

export interface Opening {
  /** Whether the packet's sender is the originator. */
  readonly bySender: boolean;
  readonly bits: number;
}

const OPENED: Opening = { bySender: true, bits: BIT.opened };
const ANSWERED: Opening = { bySender: false, bits: BIT.opened | BIT.established };
const QUESTION: Opening = { bySender: true, bits: 0 };
const REPLY: Opening = { bySender: false, bits: BIT.midstream | BIT.established };
const GUESSED_SENDER: Opening = { bySender: true, bits: BIT.midstream };
const GUESSED_RECEIVER: Opening = { bySender: false, bits: BIT.midstream };

/** How the first packet of a flow opens it. */
export function openingOf(p: Packet): Opening {
  switch (p.protocol) {
    case PROTOCOL.tcp:
      if ((p.flags & TCP_FLAG.syn) === 0) return guess(p);
      return (p.flags & TCP_FLAG.ack) === 0 ? OPENED : ANSWERED;
    case PROTOCOL.udp:
      return isReply(p) ? REPLY : QUESTION;
    case PROTOCOL.sctp:
      if (p.kind === SCTP_CHUNK.init) return OPENED;
      return p.kind === SCTP_CHUNK.initAck ? ANSWERED : guess(p);
    case PROTOCOL.icmp:
      // Echo, timestamp and address mask replies.
      return p.kind === 0 || p.kind === 14 || p.kind === 18 ? REPLY : QUESTION;
    default:
      return p.protocol === PROTOCOL.icmpv6 && p.kind === 129 ? REPLY : QUESTION;
  }
}

/** The lower port is the server's: servers are found at numbers that somebody assigned, clients take high ones. */
function guess(p: Packet): Opening {
  return p.sourcePort < p.destinationPort ? GUESSED_RECEIVER : GUESSED_SENDER;
}

function isReply(p: Packet): boolean {
  const { sourcePort, destinationPort } = p;
  // An mDNS answer from port to port is no reply: it tells the whole link (RFC 6762 §6).
  if (sourcePort === 53 || sourcePort === 5355 || (sourcePort === 5353 && destinationPort !== 5353))
    return p.payload + 2 < p.payloadEnd && (p.bytes[p.payload + 2]! & 0x80) !== 0;
  return UDP_SERVICES.has(sourcePort) && destinationPort >= 1024;
}
