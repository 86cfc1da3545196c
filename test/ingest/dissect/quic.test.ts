import { createCipheriv, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { looksLikeQuic, QuicInitials } from "../../../src/ingest/dissect/quic.ts";
import { clientKeys } from "../../../src/ingest/dissect/quic/protection.ts";
import { versionOf } from "../../../src/ingest/dissect/quic/versions.ts";
import { chlo } from "./google-quic.ts";
import { clientHello, POST_QUANTUM, u16 } from "./hello.ts";
import { inWords } from "./verdicts.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

/** The connection id of RFC 9001 appendix A and RFC 9369 appendix A. */
const DCID = hex("8394c8f03e515708");
const V1 = 1;
const V2 = 0x6b3343cf;

/** RFC 9001 A.2: the payload before protection, without its padding: a ClientHello to example.com. */
const RFC_CRYPTO = hex(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010
  000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e00050005010000000000330026
  0024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305030603
  0203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901
  100f088394c8f03e51570806048000ffff`);

/** RFC 9001 A.2: the first bytes of the protected packet, and its last sixteen. */
const RFC_PROTECTED = hex(`
  c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd44
  9f63300099f3991c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c8eb7539ec4d4905fed1bee1fc8aafba17c75`);

const RFC_TAG = hex("e221af44860018ab0856972e194cd934");

interface Sealing {
  readonly version?: number;
  readonly keyId?: Buffer;
  readonly dcid?: Buffer;
  readonly token?: Buffer;
  readonly number?: number;
}

/** Protects frames as RFC 9001 §5 says; held to the standard's own bytes below. */
function initial(
  frames: Buffer,
  { version = V1, dcid = DCID, keyId = dcid, token = Buffer.alloc(0), number = 0 }: Sealing = {},
): Buffer {
  const known = versionOf(version);
  if (known === null) throw new Error("unknown version");
  const secret = createHmac("sha256", known.salt).update(keyId).digest();
  const client = expand(secret, "client in", 32);
  const isV2 = version === V2 || version === 0x709a50c4;
  const prefix = isV2 ? "quicv2" : "quic";
  const [key, iv, hp] = [
    expand(client, `${prefix} key`, 16),
    expand(client, `${prefix} iv`, 12),
    expand(client, `${prefix} hp`, 16),
  ];
  const packetNumber = Buffer.of(number >>> 24, number >>> 16, number >>> 8, number);
  const first = 0xc0 | (isV2 ? 0x10 : 0) | 3;
  const header = Buffer.concat([
    Buffer.of(first, version >>> 24, version >>> 16, version >>> 8, version, dcid.length),
    Buffer.concat([dcid, Buffer.of(0), varint(token.length), token, varint(4 + frames.length + 16), packetNumber]),
  ]);
  const nonce = Buffer.from(iv);
  for (let i = 0; i < 4; i++) nonce[8 + i] = (nonce[8 + i] ?? 0) ^ (packetNumber[i] ?? 0);
  const cipher = createCipheriv("aes-128-gcm", key, nonce).setAAD(header);
  const body = Buffer.concat([cipher.update(frames), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv("aes-128-ecb", hp, null).update(body.subarray(0, 16));
  header[0] = first ^ ((mask[0] ?? 0) & 15);
  for (let i = 0; i < 4; i++) header[header.length - 4 + i] = (packetNumber[i] ?? 0) ^ (mask[1 + i] ?? 0);
  return Buffer.concat([header, body]);
}

/** One round of HKDF-Expand: an HMAC over the info and a counter. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const text = `tls13 ${label}`;
  const info = Buffer.concat([u16(length), Buffer.of(text.length), Buffer.from(text), Buffer.of(0)]);
  return createHmac("sha256", secret).update(info).update(Buffer.of(1)).digest().subarray(0, length);
}

function varint(value: number): Buffer {
  if (value < 64) return Buffer.of(value);
  return value < 16_384 ? u16(0x4000 | value) : Buffer.of(0x80 | (value >>> 24), value >>> 16, value >>> 8, value);
}

function crypto(offset: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.of(6), varint(offset), varint(data.length), data]);
}

const padded = (...frames: readonly Buffer[]): Buffer => {
  const all = Buffer.concat(frames);
  return Buffer.concat([all, Buffer.alloc(Math.max(0, 1150 - all.length))]);
};

const HELLO = clientHello({ names: ["quic.example"], alpn: ["h3"] });
const read = (...datagrams: readonly Uint8Array[]): string => {
  const initials = new QuicInitials();
  return datagrams.map((datagram) => inWords(initials.add(datagram))).at(-1) ?? "";
};

describe("the standard's own examples", () => {
  test("RFC 9001 A.1: keys of version 1", () => {
    const keys = clientKeys(versionOf(V1)!, DCID);
    expect(keys.key.toString("hex")).toBe("1f369613dd76d5467730efcbe3b1a22d");
    expect(keys.iv.toString("hex")).toBe("fa044b2f42a3fd3b46fb255c");
    expect(keys.hp.toString("hex")).toBe("9f50449e04a0e810283a1e9933adedd2");
  });

  test("RFC 9369 A.1: keys of version 2", () => {
    const keys = clientKeys(versionOf(V2)!, DCID);
    expect(keys.key.toString("hex")).toBe("8b1a0bc121284290a29e0971b5cd045d");
    expect(keys.iv.toString("hex")).toBe("91f73e2351d8fa91660e909f");
    expect(keys.hp.toString("hex")).toBe("45b95e15235d6f45a6b19cbcb0294ba9");
  });

  test("RFC 9001 A.2: the client's Initial", () => {
    const packet = initial(Buffer.concat([RFC_CRYPTO, Buffer.alloc(1162 - RFC_CRYPTO.length)]), { number: 2 });
    expect(packet.length).toBe(1200);
    expect(packet.subarray(0, RFC_PROTECTED.length)).toEqual(RFC_PROTECTED);
    expect(packet.subarray(-16)).toEqual(RFC_TAG);
    expect(read(packet)).toBe("quic-sni example.com");
  });
});

describe("a ClientHello in Initial packets", () => {
  test.each([
    V1,
    V2,
    0x709a50c4,
    0xff000016,
    0xfaceb001,
    0x54303530,
    0x54303531,
    0x1a2a3a4a,
    0xff00001b,
    0xff00001c,
    0xff00001d,
    0xff000020,
    0xff000021,
    0xff000022,
    0xfaceb002,
  ])("of version %i", (version) => {
    const frame = crypto(0, HELLO);
    frame[0] = versionOf(version)?.crypto ?? 0;
    const packet = initial(padded(frame), { version });
    expect(looksLikeQuic(packet)).toBe(true);
    expect(read(packet)).toBe("quic-sni quic.example");
  });

  test("of the version that a client takes once it was made to negotiate", () => {
    const first = initial(padded(crypto(0, HELLO)), { version: 0x1a2a3a4a, keyId: hex("00") });
    expect(looksLikeQuic(first)).toBe(true);
    expect(read(first)).toBe("more");
    expect(read(first, initial(padded(crypto(0, HELLO)), { dcid: hex("0102030405060708") }))).toBe(
      "quic-sni quic.example",
    );
  });

  test("of Google's own kind, in the last version that had it", () => {
    const version = 0x51303530;
    const hello = chlo([
      ["PAD\0", "-".repeat(600)],
      ["SNI\0", "chlo.example"],
    ]);
    const [whole, half] = [crypto(0, hello), crypto(0, hello.subarray(0, 300))];
    whole[0] = half[0] = versionOf(version)?.crypto ?? 0;
    expect(read(initial(padded(whole), { version }))).toBe("quic-sni chlo.example");
    const initials = new QuicInitials();
    expect(inWords(initials.add(initial(padded(half), { version })))).toBe("more");
    expect(inWords(initials.end())).toBe("nothing [hello-cut]");
  });

  const large = clientHello({ names: ["pq.example"], extensions: [POST_QUANTUM] });
  const [a, b, c] = [
    crypto(0, large.subarray(0, 500)),
    crypto(500, large.subarray(500, 900)),
    crypto(900, large.subarray(900)),
  ];

  test("over several datagrams, in any order, some twice", () => {
    expect(read(initial(padded(a)))).toBe("more");
    const orders = [
      [a, b, c],
      [c, b, a],
      [b, c, a],
      [b, b, a, c, c],
    ];
    for (const order of orders) {
      expect(read(...order.map((frame, number) => initial(padded(frame), { number })))).toBe("quic-sni pq.example");
    }
  });

  test("in scattered frames among PING and PADDING, as browsers send them", () => {
    const pieces = Array.from({ length: large.length }, (_, i) => crypto(i, large.subarray(i, i + 1))).toReversed();
    const frames = pieces.flatMap((piece, i) => (i % 3 === 0 ? [piece, Buffer.of(1, 0, 0)] : [piece]));
    expect(read(initial(Buffer.concat(frames)))).toBe("quic-sni pq.example");
  });

  test("after an ACK", () => {
    const ack = Buffer.of(2, 5, 0, 1, 0, 0, 0); // largest 5, delay 0, one range more, first 0, gap 0, length 0
    const ecn = Buffer.of(3, 5, 0, 0, 0, 9, 9, 9);
    expect(read(initial(padded(ack, ecn, crypto(0, HELLO))))).toBe("quic-sni quic.example");
  });

  test("coalesced: two Initials in one datagram, and a Handshake packet between", () => {
    const handshake = Buffer.concat([Buffer.of(0xe0, 0, 0, 0, 1, 8), DCID, Buffer.of(0, 10), Buffer.alloc(10, 1)]);
    const datagram = Buffer.concat([initial(a), handshake, initial(Buffer.concat([b, c]), { number: 1 })]);
    expect(read(datagram)).toBe("quic-sni pq.example");
  });

  test("goes on under the server's connection id with the keys of the first", () => {
    const dcid = hex("aabbccdd");
    const later = initial(padded(Buffer.concat([b, c])), { dcid, keyId: DCID, number: 1 });
    expect(read(initial(padded(a)), later)).toBe("quic-sni pq.example");
  });

  test("starts anew after a Retry, with the keys of its connection id", () => {
    const dcid = hex("0102030405");
    const token = Buffer.alloc(80, 9);
    expect(read(initial(padded(a)), initial(padded(crypto(0, HELLO)), { dcid, token }))).toBe("quic-sni quic.example");
  });

  test("sent again with other content stands as it came first", () => {
    const other = clientHello({ names: ["evil.example"], alpn: ["h3"] });
    const [start, rest] = [HELLO.subarray(0, -4), HELLO.subarray(-4)];
    const frames = [crypto(0, start), crypto(0, other.subarray(0, -4)), crypto(start.length, rest)];
    expect(read(initial(padded(...frames)))).toBe("quic-sni quic.example");
  });

  test("marks ECH and DNS over QUIC", () => {
    const hello = clientHello({ names: ["dns.example"], alpn: ["doq"], extensions: [[0xfe0d, Buffer.alloc(10)]] });
    expect(read(initial(padded(crypto(0, hello))))).toBe("quic-sni dns.example [doq ech]");
  });

  test("that stays incomplete is judged at the end", () => {
    const initials = new QuicInitials();
    expect(inWords(initials.add(initial(padded(a))))).toBe("more");
    expect(inWords(initials.end())).toBe("quic-sni pq.example [hello-cut]");
    expect(inWords(new QuicInitials().end())).toBe("nothing");
  });
});

describe("hostile and foreign datagrams", () => {
  test("an altered packet is not read", () => {
    const packet = initial(padded(crypto(0, HELLO)));
    packet[packet.length - 1] = (packet.at(-1) ?? 0) ^ 1;
    expect(read(packet)).toBe("more");
  });

  test("a handshake message that is no ClientHello ends it", () => {
    expect(read(initial(padded(crypto(0, Buffer.of(2, 0, 0, 9)))))).toBe("nothing");
  });

  test("datagrams without end are given up", () => {
    const initials = new QuicInitials();
    const verdicts = Array.from({ length: 40 }, () => inWords(initials.add(initial(padded(crypto(9000, HELLO))))));
    expect(verdicts.indexOf("nothing [name-limit]")).toBe(31);
  });

  test("offsets beyond any hello cost no memory and no name", () => {
    const far = Buffer.concat([Buffer.of(6), hex("ffffffffffffffff"), varint(4), Buffer.alloc(4)]);
    expect(read(initial(padded(far, crypto(0, HELLO))))).toBe("quic-sni quic.example");
  });

  test("an ACK of 2^62 ranges ends with the packet", () => {
    const ack = Buffer.concat([Buffer.of(2, 5, 0), hex("ffffffffffffffff"), Buffer.of(0)]);
    expect(read(initial(padded(ack, crypto(0, HELLO))))).toBe("more");
  });

  test("sixty thousand frames in one packet are read in one pass", () => {
    const frames = Buffer.concat([
      Buffer.alloc(30_000, 1),
      ...Array.from({ length: 7000 }, () => crypto(1, Buffer.of(0))),
    ]);
    expect(read(initial(frames))).toBe("more");
  });

  test.each([
    ["an empty one", ""],
    ["a short header", "40 8394c8f03e515708 00"],
    ["version negotiation", "c0 00000000 08 8394c8f03e515708 00 00000001"],
    ["a version nobody can read", "c0 00000002 08 8394c8f03e515708 00 00 04 01020304"],
    ["a Retry", "f0 00000001 00 08 8394c8f03e515708 0102030405060708"],
    ["a length beyond the datagram", "c0 00000001 08 8394c8f03e515708 00 00 449e 01"],
    ["a token beyond the datagram", "c0 00000001 08 8394c8f03e515708 00 7fff 01"],
    ["a connection id of 21 bytes", `c0 00000001 15 ${"00".repeat(21)} 00 00 04 01020304`],
    ["DNS", "1234 0100 0001 0000 0000 0000 00 0001 0001"],
  ])("%s does not look like QUIC", (_, datagram) => expect(looksLikeQuic(hex(datagram))).toBe(false));
});
