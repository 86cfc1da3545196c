import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_FRAME } from "../../../src/ingest/capture/frame.ts";
import { InputError } from "../../../src/model/error.ts";
import { pcap, Writer } from "./build.ts";
import { collect } from "./collect.ts";
import { readWithPcapParser } from "./peer.ts";

const FRAME = new Uint8Array([1, 2, 3, 4, 5]);
const orders = [true, false];

const anyPacket = fc.record({
  bytes: fc.uint8Array({ maxLength: 40 }),
  seconds: fc.nat(0xffff_ffff),
  fraction: fc.nat(999_999),
  wireLength: fc.constant(40),
});

describe.for(orders)("classic pcap, little endian: %s", (little) => {
  test("a packet has its bytes, lengths, time, link type and number", () => {
    const file = pcap([{ bytes: FRAME, seconds: 7, fraction: 9, wireLength: 60 }], { little, linkType: 113 });
    expect(collect(file).frames).toEqual([
      { bytes: [1, 2, 3, 4, 5], wireLength: 60, linkType: 113, at: 7_000_009, record: 1 },
    ]);
  });

  test("nanoseconds are rounded down to microseconds", () => {
    const file = pcap([{ bytes: FRAME, seconds: 1, fraction: 1999 }], { little, nanoseconds: true });
    expect(collect(file).frames[0]?.at).toBe(1_000_001);
  });

  test("bits about frame check sequences are no part of the link type", () => {
    expect(collect(pcap([{ bytes: FRAME }], { little, linkType: 0x4400_0001 })).frames[0]?.linkType).toBe(1);
  });

  test("a header and nothing else is a valid, empty capture", () => {
    expect(collect(pcap([], { little }))).toMatchObject({ frames: [], rejected: {}, records: 0 });
  });

  test("every cut into chunks gives the same packets", () => {
    const file = pcap([{ bytes: FRAME }, { bytes: new Uint8Array(0) }, { bytes: FRAME }], { little });
    const whole = collect(file);
    for (let cut = 0; cut <= file.length; cut++) expect(collect(file, [cut])).toEqual(whole);
    expect(collect(file, [...file.keys()])).toEqual(whole);
  });

  test("pcap-parser finds the same packets", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPacket, { maxLength: 8 }), async (packets) => {
        const file = pcap(packets, { little });
        const theirs = await readWithPcapParser(file);
        const ours = collect(file).frames;
        expect(ours.map(({ bytes, at, wireLength }) => ({ bytes, at, wireLength }))).toEqual(
          theirs.map((packet) => ({ ...packet, bytes: [...packet.bytes] })),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("hostile and damaged files", () => {
  test.for<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "at byte 0"],
    ["a header cut short", pcap([]).slice(0, 23), "at byte 0"],
    ["a version that never was", new Writer(true).u32(0xa1b2c3d4).u16(3, 4).u32(0, 0, 0, 1).bytes(), "version 3"],
  ])("%s is refused with the place", ([, file, place]) => {
    expect(() => collect(file)).toThrow(InputError);
    expect(() => collect(file)).toThrow(place);
  });

  test.for<[string, number]>([
    ["one byte above the limit", MAX_FRAME + 1],
    ["4 GiB", 0xffff_ffff],
  ])("a packet length of %s ends the reading and keeps what came before", ([, length]) => {
    const file = new Writer(true)
      .raw(pcap([{ bytes: FRAME }]))
      .u32(0, 0, length, length)
      .raw(FRAME)
      .bytes();
    for (const cuts of [[], [50], [...file.keys()]]) {
      expect(collect(file, cuts)).toMatchObject({ records: 1, rejected: { "bad-length": 1 } });
    }
  });

  test("a file that ends within a packet keeps the whole ones and counts the half one", () => {
    const file = pcap([{ bytes: FRAME }, { bytes: FRAME }]);
    expect(collect(file.slice(0, -1))).toMatchObject({ records: 1, rejected: { "truncated-file": 1 } });
    expect(collect(file.slice(0, 24 + 16 + 5 + 3))).toMatchObject({ records: 1, rejected: { "truncated-file": 1 } });
  });

  test("wherever a file ends, the whole packets are read and a half one is counted", () => {
    const file = pcap([{ bytes: FRAME }, { bytes: new Uint8Array(0) }, { bytes: FRAME }]);
    const ends = [24, 45, 61, 82];
    for (let end = 24; end <= file.length; end++) {
      const whole = ends.filter((at) => at <= end).length - 1;
      const rejected = ends.includes(end) ? {} : { "truncated-file": 1 };
      expect(collect(file.slice(0, end))).toMatchObject({ records: whole, rejected });
    }
  });

  test("an original length below the captured one is raised to it", () => {
    expect(collect(pcap([{ bytes: FRAME, wireLength: 0 }])).frames[0]?.wireLength).toBe(5);
  });
});
