/** Containers of every kind, written by us and by editcap and mergecap: tshark must find the same packets in them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { refusedCapture } from "../../src/ingest/capture/sniff.ts";
import { join as concat, pcap, Pcapng, Writer } from "../ingest/capture/build.ts";
import { collect } from "../ingest/capture/collect.ts";
import { frame4, hex, tcp, udp } from "../ingest/decode/build.ts";
import { V4 } from "../ingest/decode/link-layers.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-containers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });

const FRAMES = [frame4({ protocol: 6 }, tcp(1024, 443)), frame4({ protocol: 17 }, udp(1024, 53, hex("616263")))];

/** Number, time in microseconds, captured and original length of each packet. */
type Listed = readonly [number, number, number, number];

function ours(file: string): Listed[] {
  const bytes = new Uint8Array(readFileSync(join(folder, file)));
  return collect(bytes).frames.map(({ record, at, bytes: kept, wireLength }) => [
    record,
    at ?? 0,
    kept.length,
    wireLength,
  ]);
}

function theirs(file: string): Listed[] {
  const fields = ["frame.number", "frame.time_epoch", "frame.cap_len", "frame.len"].flatMap((field) => ["-e", field]);
  const lines = run("tshark", "-n", "-r", file, "-T", "fields", ...fields)
    .trimEnd()
    .split("\n");
  return lines.map((line) => {
    const [number = "", time = "", captured = "", length = ""] = line.split("\t");
    const [seconds = "", fraction = ""] = time.split(".");
    return [Number(number), Number(seconds) * 1e6 + Number(fraction.slice(0, 6)), Number(captured), Number(length)];
  });
}

describe("classic pcap", () => {
  const packets = FRAMES.map((bytes, i) => ({ bytes, seconds: 1_700_000_000 + i, fraction: 999_999 - i }));
  test.for([
    { little: true, nanoseconds: false },
    { little: false, nanoseconds: false },
    { little: true, nanoseconds: true },
    { little: false, nanoseconds: true },
  ])("%o", (options) => {
    writeFileSync(join(folder, "classic.pcap"), pcap(packets, options));
    expect(ours("classic.pcap")).toEqual(theirs("classic.pcap"));
  });

  test("cut by a snap length", () => {
    writeFileSync(join(folder, "whole.pcap"), pcap(packets));
    run("editcap", "-s", "30", "whole.pcap", "cut.pcap");
    expect(ours("cut.pcap")).toEqual(theirs("cut.pcap"));
    expect(ours("cut.pcap")[0]).toEqual([1, 1_700_000_000_999_999, 30, 54]);
  });
});

describe("pcapng", () => {
  /** One section with three interfaces and every block there is. */
  const section = (little: boolean): Uint8Array => {
    const w = new Pcapng(little);
    const [first = hex(""), second = hex("")] = FRAMES;
    const comment = w.option(1, hex("68656c6c6f"));
    const zero = w.option(0, hex(""));
    const resolution = (value: number): Uint8Array => w.option(9, new Uint8Array([value]));
    return concat([
      w.section(),
      w.interface(1, concat([resolution(9), comment, zero]), 60),
      w.interface(101, concat([resolution(0x8a), w.offset(1_000_000_000n), zero])),
      w.block(0x0a, new Writer(little).u32(0x544c534b, 4, 0x61626364).bytes()), // secrets
      w.interface(113, resolution(3)),
      w.packet(0, 1_700_000_000_123_456_789n, first),
      w.packet(1, 700_000_000n * 1024n + 512n, V4),
      w.block(0x7777, new Uint8Array(7)), // nobody's
      w.packet(2, 1_700_000_000_123n, concat([hex("0004 0001 0006 020000000001 0000 0800"), V4])),
      w.oldPacket(0, 1_700_000_000_000_000_000n, second),
      w.names(w.nameRecord(1, [192, 0, 2, 1], "api.example.com\0")),
      w.simplePacket(first),
      w.statistics(w.option(5, new Uint8Array(8)), zero),
      w.block(0x0bad, new Writer(little).u32(1, 0, 0).bytes()), // custom, to be copied
      w.packet(0, 1_700_000_000_500_000_000n, first, 1500),
    ]);
  };

  test.for<[string, readonly boolean[]]>([
    ["little endian", [true]],
    ["big endian", [false]],
    ["sections of either byte order", [true, false, true]],
  ])("%s", ([, orders]) => {
    writeFileSync(join(folder, "all.pcapng"), concat(orders.map(section)));
    const listed = theirs("all.pcapng");
    // Wireshark numbers custom blocks and journal entries, too, and shows no packet in them.
    const numbers = new Set(ours("all.pcapng").map(([number]) => number));
    expect(ours("all.pcapng")).toEqual(listed.filter(([number]) => numbers.has(number)));
    expect(numbers.size).toBe(6 * orders.length);
    expect(listed).toHaveLength(collect(readFileSync(join(folder, "all.pcapng"))).records);
  });

  test("merged from captures of several link types", () => {
    writeFileSync(join(folder, "a.pcap"), pcap(FRAMES.map((bytes) => ({ bytes, seconds: 5 }))));
    writeFileSync(join(folder, "b.pcap"), pcap([{ bytes: V4, seconds: 4 }], { linkType: 101, nanoseconds: true }));
    run("mergecap", "-w", "merged.pcapng", "a.pcap", "b.pcap");
    expect(ours("merged.pcapng")).toEqual(theirs("merged.pcapng"));
    expect(collect(readFileSync(join(folder, "merged.pcapng"))).frames.map(({ linkType }) => linkType)).toEqual([
      101, 1, 1,
    ]);
  });
});

describe("relatives of pcap are refused with advice that works", () => {
  test.for(["modpcap", "suse6_3pcap", "snoop", "netmon1", "netmon2"])("%s", (format) => {
    writeFileSync(join(folder, "whole.pcap"), pcap(FRAMES.map((bytes) => ({ bytes, seconds: 1_700_000_000 }))));
    run("editcap", "-F", format, "whole.pcap", "other");
    expect(refusedCapture(readFileSync(join(folder, "other")))).toContain('editcap -F pcapng"');
    run("editcap", "-F", "pcapng", "other", "other.pcapng");
    expect(ours("other.pcapng")).toHaveLength(FRAMES.length);
  });
});
