#!/usr/bin/env node
/**
 * Writes a capture to measure with: `generate-capture.mjs FILE [SIZE] [KIND]`, SIZE such as 1G (the default) or 50M.
 *
 * `tls` (the default): twenty thousand TLS flows whatever the size, each after a DNS question and its answer, with full
 * segments of data from the server. `small`: the same with segments of 10 to 146 bytes, packets of 64 to 200. `short`:
 * as many connections to those twenty thousand servers as the size holds, each opened, greeted and closed; 2 million
 * make 1336M. `scan`: the same, each to another server. `half-open`: nothing but SYNs, each to another server.
 * Flows are interleaved 64 at a time. The same arguments give the same bytes everywhere: the seed is fixed.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const FLOWS = 20_000;
const CONCURRENT = 64;
const MSS = 1460;
const START = 1_790_000_000;
const RESOLVER = 0x0a000001;
const CLIENT = 0x0a000002;
const UNIT = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Marsaglia's xorshift32: reproducible, unlike Math.random. */
function randomNumbers(seed) {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

const random = randomNumbers(0x5a11709);

/** Collects the file in large writes. */
class Output {
  written = 0;
  #fd;
  #buffer = Buffer.alloc(4 * 1024 * 1024);
  #used = 0;

  constructor(path) {
    this.#fd = openSync(path, "w");
  }

  /** Room for `length` more bytes, to be filled at once. */
  take(length) {
    if (this.#used + length > this.#buffer.length) this.#flush();
    this.#used += length;
    this.written += length;
    return this.#buffer.subarray(this.#used - length, this.#used);
  }

  close() {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush() {
    writeSync(this.#fd, this.#buffer, 0, this.#used);
    this.#used = 0;
  }
}

class Capture {
  #out;
  #micros = 0;

  constructor(out) {
    this.#out = out;
    const header = out.take(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.fill(0, 8, 16);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(1, 20);
  }

  /** Record, Ethernet and IPv4 headers; returns the rest of the frame for the transport to fill. */
  #ip(protocol, from, to, length) {
    const bytes = this.#out.take(16 + 14 + 20 + length);
    this.#micros += 5 + (random() % 20);
    bytes.writeUInt32LE(START + Math.floor(this.#micros / 1e6), 0);
    bytes.writeUInt32LE(this.#micros % 1e6, 4);
    bytes.writeUInt32LE(34 + length, 8);
    bytes.writeUInt32LE(34 + length, 12);
    const isOutgoing = from === CLIENT;
    bytes.writeUIntBE(isOutgoing ? 0x020000000001 : 0x020000000002, 16, 6);
    bytes.writeUIntBE(isOutgoing ? 0x020000000002 : 0x020000000001, 22, 6);
    bytes.writeUInt16BE(0x0800, 28);
    bytes.writeUInt16BE(0x4500, 30);
    bytes.writeUInt16BE(20 + length, 32);
    bytes.writeUInt32BE(0x00004000, 34);
    bytes.writeUInt16BE(0x4000 | protocol, 38);
    bytes.writeUInt16BE(0, 40);
    bytes.writeUInt32BE(from, 42);
    bytes.writeUInt32BE(to, 46);
    return bytes.subarray(50);
  }

  udp(from, sourcePort, to, destinationPort, payload) {
    const bytes = this.#ip(17, from, to, 8 + payload.length);
    bytes.writeUInt16BE(sourcePort, 0);
    bytes.writeUInt16BE(destinationPort, 2);
    bytes.writeUInt16BE(8 + payload.length, 4);
    bytes.writeUInt16BE(0, 6);
    payload.copy(bytes, 8);
  }

  tcp(from, sourcePort, to, destinationPort, seq, ack, flags, payload) {
    const bytes = this.#ip(6, from, to, 20 + payload.length);
    bytes.writeUInt16BE(sourcePort, 0);
    bytes.writeUInt16BE(destinationPort, 2);
    bytes.writeUInt32BE(seq >>> 0, 4);
    bytes.writeUInt32BE(ack >>> 0, 8);
    bytes.writeUInt16BE(0x5000 | flags, 12);
    bytes.writeUInt16BE(0xffff, 14);
    bytes.writeUInt32BE(0, 16);
    payload.copy(bytes, 20);
  }
}

function dnsName(name) {
  const labels = name
    .split(".")
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "latin1")]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function dnsQuestion(id, name) {
  const header = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, dnsName(name), Buffer.from([0, 1, 0, 1])]);
}

function dnsAnswer(id, name, address) {
  const message = Buffer.concat([
    dnsQuestion(id, name),
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 0, 0, 0, 0]),
  ]);
  message.writeUInt16BE(0x8180, 2);
  message.writeUInt16BE(1, 6);
  message.writeUInt32BE(address, message.length - 4);
  return message;
}

const u16 = (value) => Buffer.from([value >> 8, value & 255]);
const extension = (type, body) => Buffer.concat([u16(type), u16(body.length), body]);

function randomBytes(length) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = random() >>> 24;
  return bytes;
}

/** A TLS 1.3 hello of the usual size: server name, groups, key share, ALPN and versions, padded as browsers do. */
function clientHello(name) {
  const host = Buffer.from(name, "latin1");
  const share = randomBytes(32);
  const extensions = Buffer.concat([
    extension(0, Buffer.concat([u16(host.length + 3), Buffer.from([0]), u16(host.length), host])),
    extension(10, Buffer.from([0, 4, 0, 29, 0, 23])),
    extension(13, Buffer.from([0, 8, 4, 3, 8, 4, 4, 1, 5, 3])),
    extension(16, Buffer.from([0, 12, 2, 0x68, 0x32, 8, ...Buffer.from("http/1.1")])),
    extension(43, Buffer.from([4, 3, 4, 3, 3])),
    extension(51, Buffer.concat([u16(36), u16(29), u16(32), share])),
    extension(21, Buffer.alloc(200)),
  ]);
  const ciphers = Buffer.from([0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2b, 0xc0, 0x2f]);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    randomBytes(32),
    Buffer.from([32]),
    randomBytes(32),
    u16(ciphers.length),
    ciphers,
    Buffer.from([1, 0]),
    u16(extensions.length),
    extensions,
  ]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), u16(body.length), body]);
  return Buffer.concat([Buffer.from([22, 3, 1]), u16(handshake.length), handshake]);
}

const FIN = 1;
const SYN = 2;
const PSH = 8;
const ACK = 16;
const EMPTY = Buffer.alloc(0);

/** The two ends of one TCP connection, each knowing where its stream stands. */
function connection(capture, number, lap = 0) {
  const server = (0xc0000200 + (Math.imul(number, 2654435761) >>> 8)) >>> 0;
  const port = 1024 + ((number * 3 + lap) % 60_000);
  let client = random();
  let sent = random();
  const advance = (flags, payload) => payload.length + (flags & (SYN | FIN) ? 1 : 0);
  return {
    server,
    port,
    out: (flags, payload = EMPTY) => {
      capture.tcp(CLIENT, port, server, 443, client, sent, flags, payload);
      client = (client + advance(flags, payload)) >>> 0;
    },
    back: (flags, payload = EMPTY) => {
      capture.tcp(server, 443, CLIENT, port, sent, client, flags, payload);
      sent = (sent + advance(flags, payload)) >>> 0;
    },
  };
}

/** Resolve, connect, greet, receive `segments` segments, close: one packet a step. */
function* visit(capture, number, segments, longest) {
  const name = nameOf(number);
  const { server, port, out, back } = connection(capture, number);
  const data = randomBytes(longest);
  yield capture.udp(CLIENT, port, RESOLVER, 53, dnsQuestion(number & 0xffff, name));
  yield capture.udp(RESOLVER, 53, CLIENT, port, dnsAnswer(number & 0xffff, name, server));
  yield* open(out, back, clientHello(name));
  for (let i = 0; i < segments; i++) {
    yield back(ACK, longest === MSS ? data : data.subarray(0, 10 + (random() % (longest - 9))));
    if (i % 2 === 1) yield out(ACK);
  }
  yield* close(out, back);
}

function* shortVisit(capture, number) {
  yield* greeting(capture, number % FLOWS, Math.floor(number / FLOWS));
}

function* greeting(capture, number, lap = 0) {
  const { out, back } = connection(capture, number, lap);
  yield* open(out, back, clientHello(nameOf(number)));
  yield* close(out, back);
}

function* halfOpen(capture, number) {
  yield connection(capture, number).out(SYN);
}

function* open(out, back, request) {
  yield out(SYN);
  yield back(SYN | ACK);
  yield out(ACK);
  yield out(PSH | ACK, request);
}

function* close(out, back) {
  yield back(FIN | ACK);
  yield out(FIN | ACK);
  yield back(ACK);
}

const nameOf = (number) => `host-${number % 5000}.service-${number % 97}.example.com`;

/** The flows of a kind, given what is left of the size for how many flows. */
const KINDS = {
  tls: { flows: FLOWS, start: (capture, number, rest) => visit(capture, number, segmentsOf(rest, MSS), MSS) },
  small: { flows: FLOWS, start: (capture, number, rest) => visit(capture, number, segmentsOf(rest, 78), 146) },
  short: { flows: Number.POSITIVE_INFINITY, start: shortVisit },
  scan: { flows: Number.POSITIVE_INFINITY, start: (capture, number) => greeting(capture, number) },
  "half-open": { flows: Number.POSITIVE_INFINITY, start: halfOpen },
};

/** How many segments of `length` bytes fill the size; each brings half an acknowledgement with it. */
const segmentsOf = (size, length) => Math.max(1, Math.round((size - 1400) / (length + 70 + 35)));

function sizeOf(text) {
  const match = /^(\d+)([KMG]?)$/.exec(text);
  if (!match) throw new Error(`not a size: ${text}`);
  return Number(match[1]) * UNIT[match[2]];
}

function main(path, size, { flows, start }) {
  const out = new Output(path);
  const capture = new Capture(out);
  const running = [];
  const isDue = (number) => number < flows && (flows === FLOWS || out.written < size);
  for (let number = 0; isDue(number) || running.length > 0;) {
    while (running.length < CONCURRENT && isDue(number)) {
      const rest = (size - out.written) / (flows - number + running.length / 2);
      running.push(start(capture, number++, rest));
    }
    const next = random() % running.length;
    if (running[next].next().done) running.splice(next, 1);
  }
  out.close();
}

const [path, size = "1G", kind = "tls"] = process.argv.slice(2);
if (path === undefined || !Object.hasOwn(KINDS, kind)) {
  console.error(`usage: generate-capture.mjs FILE [SIZE] [${Object.keys(KINDS).join("|")}]`);
  process.exitCode = 2;
} else main(path, sizeOf(size), KINDS[kind]);
