import { describe, expect, test } from "vitest";
import { CryptoStream, MAX_CRYPTO } from "../../src/ingest/dissect/quic/crypto-stream.ts";
import { QuicInitials } from "../../src/ingest/dissect/quic.ts";
import { readDns } from "../../src/ingest/dissect/dns.ts";
import { HpackDecoder } from "../../src/ingest/dissect/http/hpack.ts";
import { MAX_STREAM_BYTES } from "../../src/ingest/dissect/stream.ts";
import { cryptoFrame, initial, varint } from "../fuzz/initial.ts";
import { join, pcap } from "../ingest/capture/build.ts";
import { FLAG, frame4, tcp, udp } from "../ingest/decode/build.ts";
import { clientHello, records } from "../ingest/dissect/hello.ts";
import { a, cname, message, type Record } from "../ingest/dissect/messages.ts";
import { inWords, read } from "../ingest/dissect/verdicts.ts";
import { observe } from "../fuzz/oracle.ts";

const Q = "www.example.com";
const text = (content: string): Buffer => Buffer.from(content, "latin1");

function rejectedOf(frames: readonly Uint8Array[]): Readonly<globalThis.Record<string, number>> {
  const outcome = observe(pcap(frames.map((bytes, i) => ({ bytes, fraction: i }))));
  if ("refused" in outcome) throw new Error(outcome.refused);
  return outcome.run.rejected;
}

const answered = (bytes: Buffer): Uint8Array => frame4({ protocol: 17 }, udp(53, 40_000, bytes));

describe("DNS", () => {
  test.for([
    ["a pointer to itself", Buffer.of(0xc0, 12)],
    ["pointers in a circle", Buffer.of(0xc0, 14, 0xc0, 12)],
    ["a pointer forwards", Buffer.of(0xc0, 0xff)],
    ["a label of a type nobody defined", Buffer.of(0x80, 1)],
  ] as const)("%s is no message", ([, name]) => {
    const bytes = message({ questions: [name], answers: [a(Buffer.of(0xc0, 12), "192.0.2.1")] });
    expect(readDns(bytes)).toBeNull();
    expect(rejectedOf([answered(bytes)])).toEqual({ "bad-dns": 1 });
  });

  test.for<readonly [string, readonly Record[]]>([
    ["an alias of itself", [cname(Q, Q)]],
    ["aliases in a circle", [cname(Q, "b.example"), cname("b.example", "c.example"), cname("c.example", "b.example")]],
    [
      "more aliases than are followed",
      Array.from({ length: 60 }, (_, i) => cname(i === 0 ? Q : `a${i}.example`, `a${i + 1}.example`)),
    ],
    ["more aliases of one name than are followed", Array.from({ length: 300 }, (_, i) => cname(Q, `a${i}.example`))],
  ])("%s is counted", ([, answers]) => {
    expect(rejectedOf([answered(message({ questions: [Q], answers }))])).toEqual({ "alias-loop": 1 });
  });

  test("64 KiB of aliases in circles around four thousand addresses are walked once", () => {
    const circles = Array.from({ length: 40 }, () => [
      cname(Buffer.of(0xc0, 12), Buffer.of(0xc0, 12)),
      cname(Buffer.of(0xc0, 12), "b"),
      cname("b", Buffer.of(0xc0, 12)),
    ]).flat();
    const addresses = Array.from({ length: 3900 }, (_, i) => a(Buffer.of(0xc0, 12), `192.0.${i >> 8}.${i & 255}`));
    const bytes = message({ questions: [Q], answers: [...circles, ...addresses] });
    expect(bytes.length).toBeLessThan(65_536);
    expect(readDns(bytes)).toMatchObject({ looped: true, answers: { length: 3900 } });
  });

  test("a message over TCP that claims 64 KiB and never comes is held and given up", () => {
    const open = (port: number): readonly Uint8Array[] => [
      frame4({ protocol: 6, from: "192.0.2.9", to: "10.0.0.2" }, tcp(53, port, { seq: 0, flags: FLAG.syn | FLAG.ack })),
      frame4(
        { protocol: 6, from: "192.0.2.9", to: "10.0.0.2" },
        tcp(53, port, { seq: 1 }, new Uint8Array(1400).fill(255)),
      ),
      frame4({ protocol: 6, from: "192.0.2.9", to: "10.0.0.2" }, tcp(53, port, { seq: 60_000 }, new Uint8Array(1400))),
    ];
    const rejected = rejectedOf(Array.from({ length: 700 }, (_, i) => open(2000 + i)).flat());
    expect(rejected).toEqual({ "stream-memory": 154 });
  });

  test("segments with more holes between them than are kept are counted", () => {
    const segments = Array.from({ length: 80 }, (_, i) =>
      frame4(
        { protocol: 6, from: "192.0.2.9", to: "10.0.0.2" },
        tcp(53, 40_000, { seq: 10 + 2 * i }, new Uint8Array(1)),
      ),
    );
    const opening = frame4(
      { protocol: 6, from: "192.0.2.9", to: "10.0.0.2" },
      tcp(53, 40_000, { seq: 0, flags: FLAG.syn | FLAG.ack }),
    );
    expect(rejectedOf([opening, ...segments])).toEqual({ "name-limit": 16 });
  });
});

describe("QUIC", () => {
  const sealed = (frames: Uint8Array, number = 0): Buffer => initial(frames, Buffer.of(1, 2, 3, 4, 5, 6, 7, 8), number);

  test("two million frames of PADDING and PING in 32 datagrams end in a limit", () => {
    const initials = new QuicInitials();
    const frames = Buffer.alloc(65_000).fill(1, 0, 32_500);
    const verdicts = Array.from({ length: 33 }, (_, i) => inWords(initials.add(sealed(frames, i))));
    expect(verdicts.indexOf("nothing [name-limit]")).toBe(31);
    expect(verdicts.lastIndexOf("more")).toBe(30);
  });

  test("a hello in CRYPTO frames of one byte each, backwards, is read", () => {
    const hello = clientHello({ names: ["quic.example"] });
    const frames = [...hello].map((byte, at) => cryptoFrame(BigInt(at), Buffer.of(byte))).reverse();
    expect(inWords(new QuicInitials().add(sealed(Buffer.concat(frames))))).toBe("quic-sni quic.example");
  });

  test.for([2n ** 62n - 1n, 2n ** 53n, 2n ** 32n, BigInt(MAX_CRYPTO)])(
    "bytes at offset %d take no memory",
    (offset) => {
      const stream = new CryptoStream(6);
      for (let i = 0n; i < 1000n; i++)
        expect(stream.addFrames(cryptoFrame(offset - i * 0n, Buffer.alloc(100)))).toBe(true);
      expect(stream.prefix.length).toBe(0);
    },
  );

  test("overlapping frames keep what came first", () => {
    const stream = new CryptoStream(6);
    for (const [at, data] of [
      [2, "cc"],
      [0, "aaaa"],
      [1, "bbbbb"],
    ] as const)
      stream.addFrames(cryptoFrame(BigInt(at), text(data)));
    expect(Buffer.from(stream.prefix).toString()).toBe("aaccbb");
  });

  test("an ACK of 2^62 ranges and a CRYPTO of 2^62 bytes end the packet", () => {
    const stream = new CryptoStream(6);
    expect(stream.addFrames(Buffer.concat([Buffer.of(2, 0, 0), varint(2n ** 62n - 1n), Buffer.alloc(1000)]))).toBe(
      false,
    );
    expect(stream.addFrames(Buffer.concat([Buffer.of(6, 0), varint(2n ** 62n - 1n), Buffer.alloc(1000)]))).toBe(false);
  });

  test("a hello that claims 16 MB is judged at the limit", () => {
    const hello = clientHello({
      names: ["big.example"],
      extensions: Array.from({ length: 3 }, () => [21, Buffer.alloc(65_000)] as const),
    });
    const initials = new QuicInitials();
    const pieces = Array.from({ length: 20 }, (_, i) =>
      cryptoFrame(BigInt(i * 1000), hello.subarray(i * 1000, (i + 1) * 1000)),
    );
    expect(pieces.map((piece, i) => inWords(initials.add(sealed(piece, i)))).at(-1)).toBe(
      "quic-sni big.example [hello-cut]",
    );
  });

  test("more packets in a datagram, and more connection ids, than are tried are told", () => {
    const packet = sealed(Buffer.of(1, 0, 0, 0));
    const many = new QuicInitials();
    many.add(Buffer.concat(Array.from({ length: 9 }, () => packet)));
    expect(inWords(many.end())).toBe("nothing [name-limit]");
    const ids = new QuicInitials();
    for (let i = 0; i < 5; i++) ids.add(initial(Buffer.of(1, 0, 0, 0), Buffer.of(i), 0));
    expect(inWords(ids.end())).toBe("nothing [name-limit]");
  });
});

describe("streams of a client", () => {
  const hello = clientHello({
    names: ["long.example"],
    extensions: Array.from({ length: 3 }, () => [21, Buffer.alloc(65_000)] as const),
  });
  const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  test.for<readonly [string, Buffer, string]>([
    ["a ClientHello of 195 KB", records(hello), "tls-sni long.example [hello-cut]"],
    [
      "a handshake of 16 MB without a name",
      Buffer.concat([
        Buffer.of(22, 3, 1, 0x40, 0, 1, 255, 255, 255),
        Buffer.alloc(16_380),
        records(Buffer.alloc(40_000)),
      ]),
      "nothing [hello-cut name-limit]",
    ],
    [
      "records of one byte each",
      records(Buffer.concat([Buffer.of(1, 0, 0xff, 0xff), Buffer.alloc(6000)]), 1),
      "nothing [hello-cut name-limit]",
    ],
    ["a record of 64 KiB", Buffer.concat([Buffer.of(22, 3, 1, 255, 255), Buffer.alloc(40_000)]), "nothing"],
    ["a request head without end", text(`GET / HTTP/1.1\r\nCookie: ${"c".repeat(40_000)}`), "nothing [name-limit]"],
    ["a request line without end", text(`GET /${"c".repeat(40_000)}`), "nothing [name-limit]"],
    [
      "an HTTP/2 frame of 16 MB",
      Buffer.concat([text(PREFACE), Buffer.of(255, 255, 255, 0, 0, 0, 0, 0, 0), Buffer.alloc(40_000)]),
      "nothing [name-limit]",
    ],
    [
      // No error: behind an upgrade there may be no request at all, and what comes later is still read.
      "frames before the first request without end",
      Buffer.concat([text(PREFACE), Buffer.alloc(9 * 300, 0)]),
      "nothing",
    ],
    ["nine PROXY headers", text("PROXY UNKNOWN\r\n".repeat(9)), "nothing [name-limit]"],
    ["a SOCKS 4 user without end", text(`\x04\x01\x01\xbb\x01\x02\x03\x04${"u".repeat(40_000)}`), "nothing"],
  ])("%s", ([, stream, verdict]) => expect(read(stream)).toBe(verdict));

  test("the limit is on the flow and counted on the run line", () => {
    const head = text(`GET / HTTP/1.1\r\nCookie: ${"c".repeat(MAX_STREAM_BYTES)}`);
    const frames = [frame4({ protocol: 6 }, tcp(40_000, 80, { seq: 0, flags: FLAG.syn }))];
    for (let at = 0; at < head.length; at += 1000) {
      frames.push(frame4({ protocol: 6 }, tcp(40_000, 80, { seq: 1 + at }, head.subarray(at, at + 1000))));
    }
    const outcome = observe(pcap(frames.map((bytes) => ({ bytes }))));
    expect(outcome).toMatchObject({
      run: { rejected: { "name-limit": 1 } },
      observations: [{ flags: ["name-limit"] }],
    });
  });
});

describe("HPACK", () => {
  const fields = (block: Buffer): number => new HpackDecoder().decode(block).length;

  test.for<readonly [string, Buffer, number]>([
    ["an index of 2^64", Buffer.concat([Buffer.of(0xff), Buffer.alloc(9, 0xff), Buffer.of(1)]), 0],
    ["a table size of 2^28", Buffer.of(0x3f, 0xff, 0xff, 0xff, 0x7f), 0],
    ["a string of 4 GiB", Buffer.of(0x40, 0x7f, 0xff, 0xff, 0xff, 0x0f, 0x61), 0],
    [
      "a Huffman string of nothing but padding",
      Buffer.concat([Buffer.of(0x00, 0x01, 0x61, 0xff, 0x80, 0x01), Buffer.alloc(255, 0xff)]),
      0,
    ],
    [
      "a field repeated thirty thousand times",
      Buffer.concat([Buffer.of(0x40, 1, 0x61, 0x7f, 0x81, 0x1e), Buffer.alloc(4000, 0x62), Buffer.alloc(30_000, 0xbe)]),
      512,
    ],
  ])("%s", ([, block, count]) => expect(fields(block)).toBe(count));

  test("a block that breaks off is malformed, and one with more fields than are read says so", () => {
    const frame = (block: Buffer): Buffer =>
      Buffer.concat([
        text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Buffer.of(0, block.length >> 8, block.length, 1, 4, 0, 0, 0, 1),
        block,
      ]);
    expect(read(frame(Buffer.of(0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)))).toBe("nothing [malformed-http2]");
    expect(read(frame(Buffer.alloc(600, 0x82)))).toBe("nothing [name-limit requests-unread]");
  });
});

describe("IP", () => {
  test("tunnels in tunnels as many as fit into a frame", () => {
    const header = frame4({ protocol: 4, total: 0 }, new Uint8Array()).slice(14);
    const inner = Buffer.concat(Array.from({ length: 3000 }, () => header));
    expect(rejectedOf([frame4({ protocol: 4 }, inner)])).toEqual({ "tunnel-too-deep": 1 });
  });

  test("extension headers and tags as many as fit into a frame", () => {
    const tags = new Uint8Array(60_000).map((_, i) => (i % 2 === 0 ? 0x81 : 0));
    const headers = join([
      new Uint8Array(14),
      new Uint8Array([0x60, 0, 0, 0, 0, 0, 0, 64]),
      new Uint8Array(32),
      new Uint8Array(60_000),
    ]);
    headers.set([0x86, 0xdd], 12);
    expect(rejectedOf([join([new Uint8Array(12), tags]), headers])).toEqual({ "truncated-packet": 2 });
  });

  test("a datagram in fragments of eight bytes is given up, and reported", () => {
    const pieces = Array.from({ length: 1000 }, (_, i) =>
      frame4({ protocol: 17, offset: 8 * (i + 1), more: true }, new Uint8Array(8)),
    );
    expect(rejectedOf(pieces)["fragment-table-full"]).toBe(3);
  });

  test("fragments that overlap are nobody's", () => {
    const piece = (offset: number, length: number): Uint8Array =>
      frame4({ protocol: 17, offset, more: true }, new Uint8Array(length));
    expect(rejectedOf([piece(8, 16), piece(16, 16)])).toEqual({ "fragment-overlap": 1 });
  });
});
