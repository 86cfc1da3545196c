import { describe, expect, test } from "vitest";
import { Attributor } from "../../src/attribute/index.ts";
import { Rejections } from "../../src/model/flow.ts";
import { PcapFile } from "../../src/ingest/capture/pcap.ts";
import { join, Pcapng, pcap, Writer } from "../ingest/capture/build.ts";
import { FLAG, frame4, tcp } from "../ingest/decode/build.ts";
import { facts, flow } from "../support/build.ts";
import { type Outcome, observe, textOf } from "../fuzz/oracle.ts";
import type { RunRecord } from "../../src/model/observation.ts";

const ng = new Pcapng();
const SYN = frame4({ protocol: 6 }, tcp(40_000, 443, { flags: FLAG.syn }));
const GOOD = pcap([{ bytes: SYN }]);
const GOOD_NG = join([ng.section(), ng.interface(1), ng.packet(0, 1_000_000n, SYN)]);

function run(outcome: Outcome): RunRecord {
  if ("refused" in outcome) throw new Error(outcome.refused);
  return outcome.run;
}

const u16 = (...values: number[]): Uint8Array => new Writer(true).u16(...values).bytes();
const u32 = (...values: number[]): Uint8Array => new Writer(true).u32(...values).bytes();

describe("a length that cannot be ends what is read of the file, and what came before counts", () => {
  const lengths = [0xffff_ffff, 0xffff_fffc, 0x7fff_ffff, 0x8000_0000, 16 * 1024 * 1024 + 4, 262_145];

  test.for(lengths)("a packet of %d bytes in a pcap file", (length) => {
    const { rejected, flows, records } = run(observe(join([GOOD, u32(0, 0, length, length), SYN])));
    expect({ rejected, flows, records }).toEqual({ rejected: { "bad-length": 1 }, flows: 1, records: 1 });
  });

  test.for([...lengths.filter((length) => length > 262_145), 0, 8, 13])("a pcapng block of %d bytes", (length) => {
    const { rejected, flows } = run(observe(join([GOOD_NG, u32(6, length), SYN])));
    expect({ rejected, flows }).toEqual({ rejected: { "bad-length": 1 }, flows: 1 });
  });

  test("a block of 4 GiB that nobody reads is passed over without being held", () => {
    const { rejected, flows } = run(observe(join([GOOD_NG, u32(0x0bad_f00d, 0xffff_fffc), SYN])));
    expect({ rejected, flows }).toEqual({ rejected: { "truncated-file": 1 }, flows: 1 });
  });

  test("a pcapng packet that claims more than its block holds costs that packet", () => {
    const liar = ng.block(6, join([u32(0, 0, 0, 0xffff_ffff, 0xffff_ffff), SYN]));
    const { rejected, flows, records } = run(observe(join([GOOD_NG, liar, ng.packet(0, 2_000_000n, SYN)])));
    expect({ rejected, flows, records }).toEqual({ rejected: { "bad-length": 1 }, flows: 1, records: 3 });
  });

  test.for([
    ["an option", ng.block(1, join([u16(1, 0), u32(0), u16(9, 0xffff), new Uint8Array(4)]))],
    ["a statistics option", ng.block(5, join([u32(0, 0, 0), u16(5, 0xffff), new Uint8Array(8)]))],
    ["a name record", ng.block(4, join([u16(1, 0xffff), new Uint8Array(8)]))],
  ] as const)("%s longer than its block ends that block alone", ([, block]) => {
    const { flows, records } = run(observe(join([GOOD_NG, block, ng.packet(0, 2_000_000n, SYN)])));
    expect({ flows, records }).toEqual({ flows: 1, records: 2 });
  });

  test("a file that is nothing but such a length is refused in one line", () => {
    const outcome = observe(join([u32(0x0a0d0d0a, 0xffff_fffc, 0x1a2b3c4d), new Uint8Array(40)]));
    expect("refused" in outcome && outcome.refused).toMatch(
      /^a pcapng block claims 4294967292 bytes[^\n]*\(at byte 0\)$/,
    );
  });
});

/** As {@link Pcapng.names}, for megabytes. */
function names(records: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(records);
  return Buffer.concat([u32(4, body.length + 12), body, u32(body.length + 12)]);
}

describe("tables of a container have caps that say so", () => {
  test("65,536 names of one name resolution block are kept, and the rest is reported", () => {
    const record = (i: number): Uint8Array => ng.nameRecord(1, [192, 0, (i >> 8) & 255, i & 255], `n${i}.example\0`);
    const texts = Array.from({ length: 66_000 }, (_, i) => `n${i}.example`);
    // Not more for one address than are kept of one, and not more in one record than 16 bits of length allow.
    const records = Array.from({ length: 220 }, (_, i) =>
      ng.nameRecord(1, [192, 0, 2, i], `${texts.slice(i * 300, (i + 1) * 300).join("\0")}\0`),
    );
    expect(run(observe(Buffer.concat([GOOD_NG, names(records)]))).rejected).toEqual({
      "too-many-names": 1,
    });
    expect(run(observe(join([GOOD_NG, ng.names(record(1))]))).rejected).toEqual({});
  });

  test("names that are none are counted up to the same cap", () => {
    const block = ng.names(
      ng.nameRecord(1, [192, 0, 2, 1], "?\0".repeat(30_000)),
      ...Array.from({ length: 3 }, () =>
        ng.nameRecord(
          2,
          Array.from({ length: 16 }, () => 1),
          "?\0".repeat(30_000),
        ),
      ),
    );
    expect(run(observe(join([GOOD_NG, block]))).rejected).toEqual({ "invalid-name": 65_536, "too-many-names": 1 });
  });

  test("4096 interfaces of a section are kept", () => {
    const many = Array.from({ length: 4200 }, () => ng.interface(1));
    expect(run(observe(join([ng.section(), ...many, ng.packet(0, 1n, SYN)]))).rejected).toEqual({
      "bad-interface": 104,
    });
  });
});

describe("times that jump", () => {
  const at = (seconds: number, fraction = 0): { bytes: Uint8Array; seconds: number; fraction: number } => ({
    bytes: SYN,
    seconds,
    fraction,
  });

  test.for([
    ["to the end of 32 bits and back", [at(0), at(0xffff_ffff, 0xffff_ffff), at(1), at(0x7fff_ffff), at(0x8000_0000)]],
    ["with fractions of more than a second", [at(5, 0xffff_ffff), at(6, 999_999)]],
  ] as const)("%s", ([, packets]) => {
    const { firstSeen, lastSeen, flows } = run(observe(pcap([...packets])));
    expect(flows).toBeGreaterThan(0);
    expect([firstSeen, lastSeen].every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(time ?? ""))).toBe(
      true,
    );
  });

  test.for([0n, 1n << 62n, (1n << 64n) - 1n])("pcapng ticks of %d in every resolution", (ticks) => {
    for (const resolution of [0, 6, 9, 12, 13, 63, 127, 128, 191, 255]) {
      const clock = join([ng.option(9, new Uint8Array([resolution])), ng.offset(-(1n << 63n))]);
      const outcome = observe(
        join([ng.section(), ng.interface(1, clock), ng.packet(0, ticks, SYN), ng.packet(0, 5n, SYN)]),
      );
      expect(run(outcome).records).toBe(2);
      expect(textOf(outcome)).not.toMatch(/NaN|Invalid|\+0|e\+/);
    }
  });
});

test("packets are numbered on beyond 32 bits", () => {
  const numbers: number[] = [];
  const events = {
    frame: ({ record }: { record: number }) => numbers.push(record),
    resolved: () => {},
    dropped: () => {},
  };
  const file = new PcapFile(events, new Rejections(), 2 ** 32 - 1);
  file.push(pcap([{ bytes: SYN }, { bytes: SYN }]));
  expect(numbers).toEqual([2 ** 32, 2 ** 32 + 1]);
});

test("wire lengths of 4 GiB add up to a number that can still be read back", () => {
  const attributor = new Attributor("run", "run.pcap");
  attributor.flow(flow("192.0.2.1", 443, { bytesOut: 2 ** 60, bytesIn: 2 ** 60 }));
  attributor.close(facts());
  const [line] = attributor.finish(null).observations;
  expect([line?.bytesOut, line?.bytesIn]).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
});
