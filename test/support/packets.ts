/** Just enough packets to make captures in tests: Ethernet, IPv4, UDP and TCP with true checksums left out. */
import dnsPacket from "dns-packet";

const CLIENT_IP = "10.0.0.2";
const RESOLVER_IP = "10.0.0.53";

/** Seconds since 1970 of the first packet; each packet is a millisecond later. */
const START = Date.UTC(2026, 10, 1, 12) / 1000;

/** A classic little-endian microsecond capture. */
export function pcap(frames: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const records = frames.flatMap((frame, i) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(START + Math.floor(i / 1000), 0);
    record.writeUInt32LE((i % 1000) * 1000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return [record, frame];
  });
  return Buffer.concat([header, ...records]);
}

function ipv4(protocol: number, from: string, to: string, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(34);
  header.writeUInt16BE(0x0800, 12);
  header[14] = 0x45;
  header.writeUInt16BE(20 + payload.length, 16);
  header[22] = 64;
  header[23] = protocol;
  header.set(from.split(".").map(Number), 26);
  header.set(to.split(".").map(Number), 30);
  return Buffer.concat([header, payload]);
}

function udp(from: string, fromPort: number, to: string, toPort: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(fromPort, 0);
  header.writeUInt16BE(toPort, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return ipv4(17, from, to, Buffer.concat([header, payload]));
}

const SYN = 2;
const ACK = 16;
const PUSH = 8;
const FIN = 1;

function tcp(
  from: string,
  fromPort: number,
  to: string,
  toPort: number,
  seq: number,
  flags: number,
  payload: Uint8Array,
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(fromPort, 0);
  header.writeUInt16BE(toPort, 2);
  header.writeUInt32BE(seq, 4);
  header.writeUInt32BE(flags & ACK ? 1 : 0, 8);
  header[12] = 0x50;
  header[13] = flags;
  header.writeUInt16BE(65_535, 14);
  return ipv4(6, from, to, Buffer.concat([header, payload]));
}

let nextPort = 40_000;

/** A whole conversation: handshake, what the client says, an answer, the end. */
export function conversation(to: string, port: number, client: Uint8Array): Buffer[] {
  const own = nextPort++;
  const none = new Uint8Array();
  const out = (seq: number, flags: number, data: Uint8Array): Buffer => tcp(CLIENT_IP, own, to, port, seq, flags, data);
  const back = (seq: number, flags: number, data: Uint8Array): Buffer =>
    tcp(to, port, CLIENT_IP, own, seq, flags, data);
  return [
    out(0, SYN, none),
    back(0, SYN | ACK, none),
    out(1, ACK, none),
    out(1, ACK | PUSH, client),
    back(1, ACK | PUSH, Buffer.from("ok")),
    out(1 + client.length, ACK | FIN, none),
    back(3, ACK | FIN, none),
  ];
}

/** A query and its answer; the name may be anything that fits labels of 63 bytes. */
export function lookup(name: string, address: string): Buffer[] {
  const questions = [{ type: "A", name } as const];
  const query = dnsPacket.encode({ type: "query", id: 7, questions });
  const reply = dnsPacket.encode({
    type: "response",
    id: 7,
    questions,
    answers: [{ type: "A", name, ttl: 60, data: address }],
  });
  return [udp(CLIENT_IP, 50_000, RESOLVER_IP, 53, query), udp(RESOLVER_IP, 53, CLIENT_IP, 50_000, reply)];
}
