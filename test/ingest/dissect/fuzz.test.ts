import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnnouncement, readDns } from "../../../src/ingest/dissect/dns.ts";
import { readNetbios } from "../../../src/ingest/dissect/dns/netbios.ts";
import { readQuestion } from "../../../src/ingest/dissect/dns/question.ts";
import { HpackDecoder } from "../../../src/ingest/dissect/http/hpack.ts";
import { CryptoStream, MAX_CRYPTO } from "../../../src/ingest/dissect/quic/crypto-stream.ts";
import { looksLikeQuic, QuicInitials } from "../../../src/ingest/dissect/quic.ts";
import { dissectStream } from "../../../src/ingest/dissect/stream.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { a, aaaa, bytes4, cname, https, message } from "./messages.ts";
import { SAMPLES } from "./samples.ts";

const DNS_SAMPLES = [
  message({
    questions: ["www.example.com"],
    answers: [
      cname(Buffer.of(0xc0, 12), Buffer.from("\x03cdn\xc0\x10", "latin1")),
      a("cdn.example.com", "192.0.2.1"),
      aaaa("cdn.example.com", 1),
      https("cdn.example.com", 1, "", [[4, bytes4("192.0.2.2")]]),
    ],
  }),
  message({ answers: [a("printer.local", "192.0.2.5")], flags: 0x8400 }),
];

const QUIC_SAMPLE = Buffer.concat([
  Buffer.from("c300000001088394c8f03e5157080000449e00000002", "hex"),
  Buffer.alloc(1178, 5),
]);

/** Bytes changed, dropped, doubled and cut. */
function mutated(samples: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.nat(3000),
    value: fc.nat(255),
    kind: fc.constantFrom("set", "flip", "drop", "double", "cut"),
  });
  return fc.tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 6 })).map(([sample, edits]) => {
    let bytes = Buffer.from(sample);
    for (const { at, value, kind } of edits) {
      const place = bytes.length === 0 ? 0 : at % bytes.length;
      if (kind === "set") bytes[place] = value;
      else if (kind === "flip") bytes[place] = (bytes[place] ?? 0) ^ (1 << (value & 7));
      else if (kind === "drop") bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + value)]);
      else if (kind === "double") bytes = Buffer.concat([bytes.subarray(0, place + value), bytes.subarray(place)]);
      else if (value < 32) bytes = bytes.subarray(0, place);
    }
    return bytes;
  });
}

const RUNS = { numRuns: 4000 };

describe("mutated input never throws, and what comes out is valid", () => {
  test("streams", () => {
    fc.assert(
      fc.property(mutated(SAMPLES.map(([, stream]) => stream)), fc.nat(65_535), fc.boolean(), (bytes, port, ended) => {
        const verdict = dissectStream(bytes, port, ended);
        if (verdict.kind === "more") return;
        for (const { name } of verdict.claims) expect(parseFqdn(name)).toBe(name);
        for (const address of verdict.literals) expect(parseAddress(address)).toBe(address);
        for (const { name, address, port: to } of verdict.tunnels) {
          if (name !== null) expect(parseFqdn(name)).toBe(name);
          if (address !== null) expect(parseAddress(address)).toBe(address);
          expect(to & 0xffff).toBe(to);
        }
        if (verdict.next !== null) expect(verdict.next).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test("DNS messages", () => {
    fc.assert(
      fc.property(mutated(DNS_SAMPLES), (bytes) => {
        readQuestion(bytes);
        const read = [readDns(bytes), readAnnouncement(bytes), readNetbios(bytes)];
        for (const { name, chain, address, ttl } of read.flatMap((found) => found?.answers ?? [])) {
          for (const each of [name, ...chain]) expect(parseFqdn(each)).toBe(each);
          expect(parseAddress(address)).toBe(address);
          expect(ttl >= 0 && ttl < 2 ** 32).toBe(true);
        }
      }),
      RUNS,
    );
    const [resolved = new Uint8Array(), announced = new Uint8Array()] = DNS_SAMPLES;
    expect([readDns(resolved)?.answers.length, readAnnouncement(announced)?.answers.length]).toEqual([3, 1]);
  });

  test("QUIC datagrams", () => {
    fc.assert(
      fc.property(fc.array(mutated([QUIC_SAMPLE]), { maxLength: 4 }), (datagrams) => {
        const initials = new QuicInitials();
        for (const datagram of datagrams) {
          looksLikeQuic(datagram);
          initials.add(datagram);
        }
        expect(initials.end().kind).toBe("done");
      }),
      { numRuns: 1000 },
    );
  });

  test("QUIC frames that decrypt, but are anything", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (packets) => {
        const stream = new CryptoStream(6);
        for (const frames of packets) stream.addFrames(Buffer.concat([Buffer.of(6), frames]));
        expect(stream.prefix.length).toBeLessThanOrEqual(MAX_CRYPTO);
      }),
      RUNS,
    );
  });

  test("HPACK blocks", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (blocks) => {
        const decoder = new HpackDecoder();
        for (const block of blocks) expect(decoder.decode(block).length).toBeLessThanOrEqual(512);
      }),
      RUNS,
    );
  });
});
