/** Payloads that the corpus is short of, made up anew for each input: DNS, QUIC, TLS, HTTP/2, and what tunnels. */
import {
  a,
  aaaa,
  cname,
  dname,
  https,
  message,
  type Name,
  type Record,
  txt,
  wire,
} from "../ingest/dissect/messages.ts";
import { clientHello, records, type HelloOptions } from "../ingest/dissect/hello.ts";
import { SAMPLES } from "../ingest/dissect/samples.ts";
import type { Chance } from "./chance.ts";
import { cryptoFrame, initial } from "./initial.ts";
import { mutateBytes } from "./mutate-bytes.ts";

const NAMES = ["a.example", "www.example.com", "xn--bcher-kva.example", "_x.y", "host", "1.2.3.4", "ex ample", ""];

/** A payload, and the port and protocol under which it would be looked at. */
export interface Payload {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** Whether it comes from the server. */
  readonly isAnswer: boolean;
  readonly bytes: Uint8Array;
}

export function payload(chance: Chance): Payload {
  const made = chance.pick(MAKERS)(chance);
  return chance.oneIn(2) ? made : { ...made, bytes: mutateBytes(chance, made.bytes, 1) };
}

const tcp = (port: number, bytes: Uint8Array): Payload => ({ protocol: "tcp", port, isAnswer: false, bytes });
const udp = (port: number, bytes: Uint8Array): Payload => ({ protocol: "udp", port, isAnswer: false, bytes });

const MAKERS: readonly ((chance: Chance) => Payload)[] = [
  (chance) => ({ protocol: "udp", port: 53, isAnswer: !chance.oneIn(8), bytes: dns(chance) }),
  (chance) => {
    const answers = Array.from({ length: 1 + chance.below(4) }, () => dns(chance));
    const framed = answers.map((each) => Buffer.concat([length16(each.length), each]));
    return { protocol: "tcp", port: 53, isAnswer: true, bytes: Buffer.concat(framed) };
  },
  (chance) => udp(443, quic(chance)),
  (chance) => tcp(443, records(hello(chance), chance.pick([1, 7, 100, 1000, 16_384]))),
  (chance) => tcp(80, http2(chance)),
  (chance) => tcp(chance.pick([25, 80, 1080, 3128, 5432]), chance.pick(SAMPLES)[1]),
  (chance) => {
    const streams = Array.from({ length: 1 + chance.below(12) }, () => chance.pick(SAMPLES)[1]);
    return tcp(1080, Buffer.concat(streams));
  },
];

function length16(length: number): Buffer {
  return Buffer.of(length >>> 8, length);
}

function name(chance: Chance): Name {
  // A pointer: to the question, to itself, anywhere.
  if (chance.oneIn(3)) return Buffer.of(0xc0 | chance.below(2), chance.oneIn(2) ? 12 : chance.byte());
  return chance.oneIn(5) ? Buffer.from([chance.byte(), ...wire(chance.pick(NAMES))]) : chance.pick(NAMES);
}

function dns(chance: Chance): Buffer {
  const record = (): Record =>
    chance.pick([
      () => a(name(chance), "192.0.2.1"),
      () => aaaa(name(chance), chance.byte()),
      () => cname(name(chance), name(chance)),
      () => dname(name(chance), name(chance)),
      () => txt(name(chance), Buffer.from(chance.bytes(8))),
      () => https(chance.pick(NAMES), chance.below(2), chance.pick(NAMES), [[4, Buffer.from(chance.bytes(8))]]),
    ])();
  const answers = Array.from({ length: chance.below(chance.oneIn(16) ? 400 : 6) }, record);
  const questions = Array.from({ length: chance.below(3) }, () => name(chance));
  return message({ questions, answers, ...(chance.oneIn(4) && { count: chance.below(0x1_0000) }) });
}

function hello(chance: Chance): Buffer {
  const options: HelloOptions = {
    names: Array.from({ length: chance.below(3) }, () => chance.pick(NAMES)),
    alpn: chance.pick([[], ["h2"], ["dot"], ["doq"]]),
    extensions: Array.from({ length: chance.below(4) }, () => [
      chance.pick([0, 16, 51, 0xfe0d, 0xffce]),
      chance.bytes(chance.below(chance.oneIn(8) ? 2000 : 20)),
    ]),
  };
  const made = clientHello(options);
  return chance.oneIn(2) ? made : Buffer.from(mutateBytes(chance, made, 1));
}

/** A hello in frames of any size and order, between frames of other kinds. */
function quic(chance: Chance): Buffer {
  const stream = hello(chance);
  const size = chance.pick([1, 50, 400, 2000]);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += size) {
    frames.push(cryptoFrame(BigInt(at), stream.subarray(at, at + size)));
    if (chance.oneIn(6)) frames.push(Buffer.from(chance.pick(OTHER_FRAMES)));
    if (chance.oneIn(12)) frames.push(cryptoFrame(2n ** 62n - BigInt(chance.below(600)), chance.bytes(40)));
    if (chance.oneIn(8)) frames.reverse();
  }
  const all = Buffer.concat(frames).subarray(0, 8000);
  const sealed = initial(
    chance.oneIn(2) ? all : mutateBytes(chance, all, 1),
    Buffer.of(1, 2, 3, chance.below(4)),
    chance.byte(),
    chance.byte(),
  );
  return chance.oneIn(4) ? Buffer.concat([sealed, initial(all, Buffer.of(1, 2, 3, 0), 7)]) : sealed;
}

const OTHER_FRAMES: readonly (readonly number[])[] = [
  [0, 0, 0],
  [1],
  [2, 0, 0, 0, 0],
  [3, 0xff, 255, 255, 255, 255, 255, 255, 255, 0, 0xbf, 255, 255, 255],
  [0x1c, 0, 0, 0],
  [8],
];

const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

function http2(chance: Chance): Buffer {
  const frames: Uint8Array[] = [HTTP2_PREFACE];
  for (let i = chance.below(chance.oneIn(16) ? 300 : 4); i > 0; i--) frames.push(frame(chance, chance.below(10), 0));
  frames.push(frame(chance, 1, chance.pick([0x04, 0x0c, 0x24, 0x2c, 0])), frame(chance, 9, 4));
  // Later requests, for the same or others, between frames of other kinds.
  for (let i = chance.below(chance.oneIn(16) ? 300 : 8); i > 0; i--) {
    frames.push(frame(chance, chance.pick([0, 1, 1, 1, 8]), chance.pick([0x04, 0x05, 0x2c])));
  }
  return Buffer.concat(frames);
}

const HPACK: readonly string[] = [
  "82868441 8cf1e3c2e5f23a6ba0ab90f4ff",
  "828684410f7777772e6578616d706c652e636f6d",
  "3fe1ff03",
  "7fffffffffffffff01",
  "40 0a 637573746f6d2d6b6579 0d 637573746f6d2d686561646572 be be be be",
  "4188 ffffffffffffffff",
  "828684be",
  "02 07 434f4e4e454354 41 0d 612e6578616d706c653a343433",
  "41 09 3139322e302e322e31",
];

function frame(chance: Chance, type: number, flags: number): Buffer {
  const pieces = Array.from({ length: 1 + chance.below(4) }, () =>
    Buffer.from(chance.pick(HPACK).replaceAll(" ", ""), "hex"),
  );
  const content = Buffer.concat(pieces);
  const size = chance.oneIn(8) ? chance.below(2 ** 24) : content.length;
  return Buffer.concat([Buffer.of(size >>> 16, size >>> 8, size, type, flags, 0, 0, 0, 1), content]);
}
