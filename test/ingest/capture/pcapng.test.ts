import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import { join, Pcapng } from "./build.ts";
import { collect } from "./collect.ts";

const FRAME = new Uint8Array([1, 2, 3, 4, 5]);
const LOST = new Uint8Array([0, 0, 0, 1, 0, 0, 0, 0]);

describe.for([true, false])("pcapng, little endian: %s", (little) => {
  const ng = new Pcapng(little);
  const resolution = (value: number): Uint8Array => ng.option(9, new Uint8Array([value]));

  test("each interface has its own link type and clock", () => {
    const file = join([
      ng.section(),
      ng.interface(1),
      ng.interface(113, resolution(9)),
      ng.packet(1, 1_700_000_000_123_456_789n, FRAME, 60),
      ng.packet(0, 1_700_000_000_123_456n, FRAME),
      ng.oldPacket(1, 5_999n, FRAME),
    ]);
    expect(collect(file).frames).toEqual([
      { bytes: [...FRAME], wireLength: 60, linkType: 113, at: 1_700_000_000_123_456, record: 1 },
      { bytes: [...FRAME], wireLength: 5, linkType: 1, at: 1_700_000_000_123_456, record: 2 },
      { bytes: [...FRAME], wireLength: 5, linkType: 113, at: 5, record: 3 },
    ]);
  });

  test.for<[string, number, bigint, bigint, number | null]>([
    ["microseconds", 6, 0n, 1_700_000_000_000_001n, 1_700_000_000_000_001],
    ["seconds", 0, 0n, 1_700_000_000n, 1_700_000_000_000_000],
    ["milliseconds", 3, 0n, 1_700_000_000_001n, 1_700_000_000_001_000],
    ["nanoseconds, rounded down", 9, 0n, 1_700_000_000_999_999_999n, 1_700_000_000_999_999],
    ["picoseconds", 12, 0n, 1_999_999n, 1],
    ["parts of 2^-10 seconds", 0x8a, 0n, 1536n, 1_500_000],
    ["an offset forward", 6, 10n, 5n, 10_000_005],
    ["an offset back", 6, -1n, 1_000_005n, 5],
    ["a time before 1970", 6, -2n, 1_000_005n, null],
    ["a time beyond the year 2255", 0, 0n, 0xffff_ffff_ffffn, null],
  ])("the clock counts %s", ([, value, offset, ticks, at]) => {
    const options = join([resolution(value), ng.offset(offset)]);
    const { frames, rejected } = collect(join([ng.section(), ng.interface(1, options), ng.packet(0, ticks, FRAME)]));
    expect(frames[0]?.at).toBe(at);
    expect(rejected["bad-time"]).toBe(at === null ? 1 : undefined);
  });

  test("a division of any nanosecond time is exact", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 9_007_199_254_740_991_999n), (ticks) => {
        const file = join([ng.section(), ng.interface(1, resolution(9)), ng.packet(0, ticks, FRAME)]);
        expect(collect(file).frames[0]?.at).toBe(Number(ticks / 1000n));
      }),
      { numRuns: 200 },
    );
  });

  test("a new section forgets the interfaces of the one before", () => {
    const second = new Pcapng(!little);
    const file = join([
      ng.section(),
      ng.interface(1),
      ng.packet(0, 1n, FRAME),
      second.section(),
      second.packet(0, 2n, FRAME),
      second.interface(101),
      second.packet(0, 3n, FRAME),
    ]);
    const { frames, rejected } = collect(file);
    expect(frames.map(({ linkType, record }) => [linkType, record])).toEqual([
      [1, 1],
      [101, 3],
    ]);
    expect(rejected).toEqual({ "unknown-interface": 1 });
  });

  test("a simple packet has no time and is cut at the interface's snap length", () => {
    const file = join([ng.section(), ng.interface(1, undefined, 3), ng.simplePacket(FRAME.slice(0, 3), 5)]);
    expect(collect(file).frames).toEqual([{ bytes: [1, 2, 3], wireLength: 5, linkType: 1, at: null, record: 1 }]);
  });

  test("name resolution blocks give names, and what is no host name is counted", () => {
    const v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const file = join([
      ng.section(),
      ng.names(
        ng.nameRecord(1, [192, 0, 2, 1], "api.example.com\0Www.Example.com.\0"),
        ng.nameRecord(2, v6, "six.example.com\0"),
        ng.nameRecord(1, [192, 0, 2, 2], "evil\n$(reboot)\0"),
        ng.nameRecord(3, [1, 2, 3, 4, 5, 6], "a-mac-address\0"),
      ),
    ]);
    const { names, rejected } = collect(file);
    expect(names).toEqual([
      "192.0.2.1 api.example.com 0",
      "192.0.2.1 www.example.com 0",
      "2001:db8::1 six.example.com 0",
    ]);
    expect(rejected).toEqual({ "invalid-name": 1 });
  });

  test("interface statistics tell of drops by interface and by system, not of what was received", () => {
    const statistics = (code: number, value: Uint8Array): number =>
      collect(join([ng.section(), ng.interface(1), ng.statistics(ng.option(code, value))])).drops;
    expect([statistics(4, LOST), statistics(5, LOST), statistics(7, LOST)]).toEqual([0, 1, 1]);
    expect(statistics(5, new Uint8Array(8))).toBe(0);
  });

  test.for<[string, Uint8Array, number]>([
    ["one that counts none", ng.packet(0, 1n, FRAME, 9, ng.option(4, new Uint8Array(8))), 0],
    ["one that counts some", ng.packet(0, 1n, FRAME, 9, ng.option(4, LOST)), 1],
    ["one with other options", ng.packet(0, 1n, FRAME, 9, ng.option(5, LOST)), 0],
    ["one whose data looks like the option", ng.packet(0, 1n, ng.option(4, LOST)), 0],
    ["an obsolete one that counts some", ng.oldPacket(0, 1n, FRAME, 3), 1],
    ["an obsolete one that does not know", ng.oldPacket(0, 1n, FRAME, 0xffff), 0],
  ])("drops before a packet are told by the packet: %s", ([, packet, drops]) => {
    expect(collect(join([ng.section(), ng.interface(1), packet])).drops).toBe(drops);
  });

  test("unknown blocks and secrets are passed over; custom blocks take a number as they do in Wireshark", () => {
    const file = join([
      ng.section(),
      ng.interface(1),
      ng.block(0x0000_000a, new Uint8Array(32)),
      ng.block(0x8000_1234, new Uint8Array(64)),
      ng.block(0x0bad, new Uint8Array(8)),
      ng.packet(0, 1n, FRAME),
    ]);
    for (const cuts of [[], [...file.keys()]]) {
      const { frames, rejected } = collect(file, cuts);
      expect(frames.map(({ record }) => record)).toEqual([2]);
      expect(rejected).toEqual({ "not-a-packet": 1 });
    }
  });

  test("every cut into chunks gives the same packets", () => {
    const file = join([
      ng.section(),
      ng.interface(1),
      ng.block(77, FRAME),
      ng.packet(0, 1n, FRAME),
      ng.packet(0, 2n, FRAME),
    ]);
    const whole = collect(file);
    expect(whole.records).toBe(2);
    for (let cut = 0; cut <= file.length; cut++) expect(collect(file, [cut])).toEqual(whole);
    expect(collect(file, [...file.keys()])).toEqual(whole);
  });
});

describe("hostile and damaged files", () => {
  const ng = new Pcapng();
  const good = join([ng.section(), ng.interface(1), ng.packet(0, 1n, FRAME)]);
  const withLength = (type: number, length: number): Uint8Array => {
    const block = ng.block(type, new Uint8Array(32));
    new DataView(block.buffer).setUint32(4, length, true);
    return block;
  };

  test.for<[string, Uint8Array]>([
    ["a section header cut short", ng.section().slice(0, 20)],
    ["a section without byte-order magic", ng.block(0x0a0d0d0a, new Uint8Array(16))],
    ["a section of 8 bytes", withLength(0x0a0d0d0a, 8)],
  ])("%s is refused", ([, file]) => {
    expect(() => collect(file)).toThrow(InputError);
  });

  test.for<[string, Uint8Array, string]>([
    ["a block of 4 GiB that is read", withLength(6, 0xffff_fffc), "bad-length"],
    ["a block of 4 GiB that nobody reads", withLength(99, 0xffff_fffc), "truncated-file"],
    ["a block of no length, which would never end", withLength(99, 0), "bad-length"],
    ["a length that is no multiple of four, and reaches beyond the file", withLength(99, 45), "truncated-file"],
    ["a block that ends in another length", withLength(6, 40), "bad-length"],
    ["a packet longer than its block", tooLong(ng), "bad-length"],
    ["a packet block without a header", ng.block(6, new Uint8Array(8)), "bad-length"],
    ["half a block", ng.packet(0, 1n, FRAME).slice(0, 30), "truncated-file"],
  ])("%s keeps what came before and is counted", ([, block, reason]) => {
    const { frames, rejected } = collect(join([good, block]));
    expect(frames).toHaveLength(1);
    expect(rejected).toEqual({ [reason]: 1 });
  });

  test("a length that leaves the padding out is understood", () => {
    const short = (block: Uint8Array): Uint8Array => {
      const view = new DataView(block.buffer);
      for (const at of [4, block.length - 4]) view.setUint32(at, block.length - 3, true);
      return block;
    };
    const file = join([good, short(ng.packet(0, 2n, FRAME)), short(ng.block(99, FRAME)), ng.packet(0, 3n, FRAME)]);
    for (const cuts of [[], [...file.keys()]]) expect(collect(file, cuts)).toMatchObject({ records: 3, rejected: {} });
  });

  test("wherever a file ends, the whole packets are read and a half one is counted", () => {
    const file = join([good, ng.block(99, FRAME), ng.packet(0, 2n, FRAME)]);
    const ends = [good.length, file.length - 40, file.length];
    for (let end = good.length; end <= file.length; end++) {
      const rejected = ends.includes(end) ? {} : { "truncated-file": 1 };
      expect(collect(file.slice(0, end))).toMatchObject({ records: end === file.length ? 2 : 1, rejected });
    }
  });

  test("interfaces without end are counted, not kept", () => {
    const file = join([
      ng.section(),
      ...Array.from({ length: 4100 }, () => ng.interface(1)),
      ng.packet(4099, 1n, FRAME),
    ]);
    expect(collect(file).rejected).toEqual({ "bad-interface": 4, "unknown-interface": 1 });
  });
});

function tooLong(ng: Pcapng): Uint8Array {
  const block = ng.packet(0, 1n, FRAME);
  new DataView(block.buffer).setUint32(8 + 12, 64, true);
  return block;
}
