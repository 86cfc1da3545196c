import { describe, expect, test } from "vitest";
import { refusedCapture, sniffCapture } from "../../../src/ingest/capture/sniff.ts";

describe("a capture is recognised by its first four bytes", () => {
  test.for<[string, number[], "pcap" | "pcapng" | null]>([
    ["microseconds, big endian", [0xa1, 0xb2, 0xc3, 0xd4], "pcap"],
    ["microseconds, little endian", [0xd4, 0xc3, 0xb2, 0xa1], "pcap"],
    ["nanoseconds, big endian", [0xa1, 0xb2, 0x3c, 0x4d], "pcap"],
    ["nanoseconds, little endian", [0x4d, 0x3c, 0xb2, 0xa1], "pcap"],
    ["a section header", [0x0a, 0x0d, 0x0d, 0x0a], "pcapng"],
    ["three bytes of a magic", [0xa1, 0xb2, 0xc3], null],
    ["nothing at all", [], null],
    ["JSON", [0x7b, 0x22, 0x64, 0x22], null],
    ["gzip, which the caller opens", [0x1f, 0x8b, 8, 0], null],
    ["Kuznetzov's modified pcap", [0xa1, 0xb2, 0xcd, 0x34], null],
  ])("%s", ([, bytes, format]) => {
    expect(sniffCapture(new Uint8Array(bytes))).toBe(format);
  });
});

describe("a capture that is known and not read says what it is and how to convert it", () => {
  test.for<[string, number[]]>([
    ["modified", [0x34, 0xcd, 0xb2, 0xa1]],
    ["Navtel", [0xa1, 0xe2, 0xcb, 0x12]],
    ["snoop", [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0]],
    ["Network Monitor", [0x47, 0x4d, 0x42, 0x55]],
  ])("%s", ([what, bytes]) => {
    const reason = refusedCapture(new Uint8Array(bytes));
    expect(reason).toContain(what);
    expect(reason).toContain("editcap");
  });

  test("other bytes are nobody's capture", () => {
    expect(refusedCapture(new Uint8Array([0x7b, 0x22]))).toBeNull();
  });
});
