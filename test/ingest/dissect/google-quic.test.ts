/** The hello of Google's QUIC before TLS, which stands in the client's first packets unencrypted. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GoogleHello, looksLikeGoogleQuic } from "../../../src/ingest/dissect/quic/google.ts";
import { chlo, type ChloValue, googlePacket, streamFrame } from "./google-quic.ts";
import { inWords } from "./verdicts.ts";

const HELLO = chlo([
  ["PAD\0", "-".repeat(600)],
  ["SNI\0", "www.example.com"],
  ["VER\0", "Q043"],
]);
const read = (...datagrams: readonly Uint8Array[]): string => {
  const hello = new GoogleHello();
  return datagrams.map((datagram) => inWords(hello.add(datagram))).at(-1) ?? "";
};
const named = (...values: readonly ChloValue[]): string => read(googlePacket(43, streamFrame(43, chlo(values))));

describe("a hello of Google's own handshake", () => {
  test.each([24, 25, 30, 33, 34, 35, 38, 39, 43, 44, 46])("in version Q0%i", (version) => {
    const packet = googlePacket(version, streamFrame(version, HELLO));
    expect(looksLikeGoogleQuic(packet)).toBe(true);
    expect(read(packet)).toBe("quic-sni www.example.com");
  });

  test("behind padding and a ping", () => {
    const frames = Buffer.concat([Buffer.of(7, 0, 0), streamFrame(43, HELLO)]);
    expect(read(googlePacket(43, frames))).toBe("quic-sni www.example.com");
  });

  test("in two packets, in either order", () => {
    const [a, b] = [HELLO.subarray(0, 400), HELLO.subarray(400)];
    const first = googlePacket(39, streamFrame(39, a));
    const second = googlePacket(39, streamFrame(39, b, { offset: 400 }));
    expect(read(first)).toBe("more");
    expect(read(first, second)).toBe("quic-sni www.example.com");
    expect(read(second, first)).toBe("quic-sni www.example.com");
  });

  test("in a frame that goes on to the end of the packet", () => {
    expect(read(googlePacket(43, streamFrame(43, HELLO, { toEnd: true })))).toBe("quic-sni www.example.com");
  });

  test("that stays incomplete says so", () => {
    const hello = new GoogleHello();
    expect(inWords(hello.add(googlePacket(43, streamFrame(43, HELLO.subarray(0, 100)))))).toBe("more");
    expect(inWords(hello.end())).toBe("nothing [hello-cut]");
  });
});

describe("what stands in the place of the name", () => {
  test.each<[string, string, string]>([
    ["a name in capitals", "WWW.Example.COM", "quic-sni www.example.com"],
    ["an address", "192.0.2.1", "literal 192.0.2.1 [sni-ip]"],
    ["no host name", "a b", "nothing [invalid-name]"],
    ["nothing", "", "nothing [invalid-name]"],
  ])("%s", (_, text, verdict) => expect(named(["SNI\0", text])).toBe(verdict));

  test("no name at all", () => expect(named(["VER\0", "Q043"])).toBe("nothing"));
});

describe("hostile and foreign datagrams", () => {
  test("a message that is no hello ends it", () => {
    expect(read(googlePacket(43, streamFrame(43, Buffer.from("REJ\0\0\0\0\0"))))).toBe("nothing");
  });

  test("another stream than the handshake's is passed over", () => {
    const frames = Buffer.concat([streamFrame(43, Buffer.from("GET"), { stream: 5 }), streamFrame(43, HELLO)]);
    expect(read(googlePacket(43, frames))).toBe("quic-sni www.example.com");
  });

  test("more values than any message has end it", () => {
    const hello = Buffer.from(HELLO);
    hello.writeUInt16LE(60_000, 4);
    expect(read(googlePacket(43, streamFrame(43, hello)))).toBe("nothing");
  });

  test("ends of values that run backwards give no name", () => {
    const hello = chlo([
      ["PAD\0", "x".repeat(20)],
      ["SNI\0", "www.example.com"],
    ]);
    hello.writeUInt32LE(5, 8 + 8 + 4);
    expect(read(googlePacket(43, streamFrame(43, hello)))).toBe("nothing [invalid-name]");
  });

  test("datagrams without end are given up", () => {
    const hello = new GoogleHello();
    const half = googlePacket(43, streamFrame(43, HELLO.subarray(0, 100)));
    const verdicts = Array.from({ length: 40 }, () => inWords(hello.add(half)));
    expect(verdicts.findIndex((verdict) => verdict !== "more")).toBe(31);
    expect(verdicts[31]).toBe("nothing [hello-cut name-limit]");
  });

  test.each([
    ["an empty one", Buffer.alloc(0)],
    ["DNS", Buffer.from("123401000001000000000000", "hex")],
    ["a later packet, without a version", Buffer.from(`0c${"00".repeat(40)}`, "hex")],
    ["a reset", Buffer.from(`0b${"00".repeat(8)}51303433${"00".repeat(20)}`, "hex")],
    ["a version with the header of another", googlePacket(43, HELLO, { asLong: true })],
    ["a version of the future", googlePacket(47, HELLO)],
  ])("%s does not look like it", (_, datagram) => expect(looksLikeGoogleQuic(datagram)).toBe(false));

  test("no bytes behind the header make it fail", () => {
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 46 }), fc.uint8Array({ maxLength: 300 }), (version, frames) => {
        const hello = new GoogleHello();
        hello.add(googlePacket(version, Buffer.from(frames)));
        expect(hello.end().kind).toBe("done");
      }),
    );
  });
});
