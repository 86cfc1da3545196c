import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { tls } from "../ingest/dissect/hello.ts";
import { conversation, lookup, pcap } from "../support/packets.ts";
import { folder, sallyport } from "../support/sallyport.ts";

const { gzipSync } = zlib;
const capture = pcap([
  ...lookup("api.example.com", "192.0.2.1"),
  ...conversation("192.0.2.1", 443, tls("api.example.com")),
]);
const half = capture.length >> 1;
const zipped = gzipSync(capture);
const plain = sallyport(["observe", "-"], { input: capture }).stdout;

/** A frame of one raw block (RFC 8878, 3.1.1): valid zstd without a compressor. */
function zstandard(content: Uint8Array): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
}

const rejectedIn = (stdout: string): unknown => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "").rejected;

describe("a compressed capture on standard input", () => {
  test.each([
    ["in one piece", zipped],
    [
      "of two members, as concatenated files are",
      Buffer.concat([capture.subarray(0, half), capture.subarray(half)].map((part) => gzipSync(part))),
    ],
    [
      "of many members, one of them empty",
      Buffer.concat([gzipSync(""), ...Array.from(capture, (_, i) => gzipSync(capture.subarray(i, i + 1)))]),
    ],
    ["padded with zeros, as tapes are", Buffer.concat([zipped, Buffer.alloc(1000)])],
    ["stored and not compressed", gzipSync(capture, { level: 0 })],
  ])("%s", (_, input) => {
    expect(sallyport(["observe", "-"], { input })).toEqual({ code: 0, stdout: plain, stderr: "" });
  });
});

describe("a compressed capture that is damaged is used as far as it goes", () => {
  const noise = pcap([
    ...conversation("192.0.2.1", 443, tls("api.example.com")),
    ...Array.from({ length: 20_000 }, noisy),
  ]);
  const whole = gzipSync(noise);
  const at = (offset: number, byte: number): Buffer => {
    const damaged = Buffer.from(whole);
    damaged[offset] = byte ^ 0xff;
    return damaged;
  };

  test.each([
    ["cut short", whole.subarray(0, whole.length - 2000), "truncated-compression"],
    ["without its last byte", whole.subarray(0, -1), "truncated-compression"],
    ["with a checksum that is wrong", at(whole.length - 8, whole.at(-8) ?? 0), "corrupt-compression"],
    [
      "with a second member that is none",
      Buffer.concat([whole, Buffer.from([0x1f, 0x8b, 0xff, 0xff])]),
      "corrupt-compression",
    ],
    ["with something else behind it", Buffer.concat([whole, Buffer.from("trailing")]), "corrupt-compression"],
  ])("%s", (_, input, reason) => {
    const { code, stdout, stderr } = sallyport(["observe", "-"], { input });
    expect(code).toBe(0);
    expect(stdout).toContain('"name":"api.example.com"');
    expect(rejectedIn(stdout)).toMatchObject({ [reason]: 1 });
    expect(stderr).toContain(`1 ${reason}`);
  });

  test.each([
    ["nothing behind the magic", zipped.subarray(0, 4), "truncated-compression"],
    [
      "nothing that can be decompressed",
      Buffer.concat([zipped.subarray(0, 10), Buffer.alloc(50, 0xff)]),
      "corrupt-compression",
    ],
    [
      "a short one with something else behind it",
      Buffer.concat([zipped, Buffer.from("trailing")]),
      "corrupt-compression",
    ],
  ])("%s is an error", (_, input, reason) => {
    expect(sallyport(["observe", "-"], { input })).toEqual({
      code: 2,
      stdout: "",
      stderr: `sallyport: stdin: ${reason}\n`,
    });
  });
});

describe("a compression bomb comes to an end in little memory", () => {
  const MIB = Buffer.alloc(1 << 20);
  /** Members of a mebibyte each, a thousand times smaller; Node may take half of what they hold. */
  const bomb = (start: Uint8Array): Buffer =>
    Buffer.concat([gzipSync(start), ...Array<Buffer>(512).fill(gzipSync(MIB))]);
  const env = { NODE_OPTIONS: "--max-old-space-size=256" };

  test.each([
    ["zeros", new Uint8Array(16), 2, /not a format that is known here/],
    ["a capture of empty packets", capture.subarray(0, 24), 0, /33554432 truncated-packet/],
    ["a log of one line", Buffer.from('{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp"}\n'), 0, /1 line-too-long/],
  ])("of %s", (_, start, code, said) => {
    for (const args of [
      ["observe", "-"],
      ["observe", "bomb"],
    ]) {
      const input = bomb(start);
      const result = sallyport(args, { cwd: folder({ bomb: input }), input, env });
      expect(result.stderr).toMatch(said);
      expect(result.code).toBe(code);
    }
  });
});

test("a compressed capture comes through a named pipe", () => {
  const here = folder({ "run.pcap.gz": zipped });
  execFileSync("mkfifo", [join(here, "pipe")]);
  const writer = spawn("sh", ["-c", "cat run.pcap.gz > pipe"], { cwd: here, stdio: "ignore" });
  expect(sallyport(["observe", "pipe", "--run-id", "stdin"], { cwd: here }).stdout).toBe(
    plain.replace('"source":"stdin"', '"source":"pipe"'),
  );
  writer.kill();
});

describe("zstd", () => {
  const input = zstandard(capture);
  const here = folder({ "run.pcap.zst": input });
  const reads = [
    ["a file", sallyport(["observe", "run.pcap.zst", "--run-id", "stdin"], { cwd: here }), "run.pcap.zst"],
    ["standard input", sallyport(["observe", "-"], { input }), "stdin"],
  ] as const;

  // Node has it from 22.15 on, and 23.8: one half of these tests runs on any version.
  test.runIf("createZstdDecompress" in zlib).each(reads)("is read where Node can: %s", (_, read, source) => {
    expect(read).toEqual({ code: 0, stdout: plain.replace('"source":"stdin"', `"source":"${source}"`), stderr: "" });
  });

  test.skipIf("createZstdDecompress" in zlib).each(reads)("is refused where Node cannot: %s", (_, read, source) => {
    const stderr = `sallyport: ${source}: zstd needs Node 22.15 or later; decompress it first\n`;
    expect(read).toEqual({ code: 2, stdout: "", stderr });
  });

  test("as made here is what the format says", () => {
    expect(input.subarray(12)).toEqual(capture);
    expect(capture.length).toBeLessThan(1 << 17);
  });
});

/** A frame that does not compress and says nothing: no IP. */
function noisy(_: unknown, i: number): Buffer {
  const frame = Buffer.alloc(200);
  let x = i + 1;
  for (let at = 14; at < frame.length; at++) frame[at] = x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 16;
  frame.writeUInt16BE(0x88b5, 12);
  return frame;
}
