/** Packets that a switch sampled, inside the datagrams that it sends to a collector. */
import { expect, test } from "vitest";
import { join } from "../capture/build.ts";
import { frame4, hex, ipv4, udp } from "./build.ts";
import { decode } from "./decode.ts";
import { SEEN_V4, SEEN_V6, V4, V6 } from "./link-layers.ts";

const OUTER = "udp 10.0.0.2:1 > 192.0.2.1:6343";
const word = (value: number): Uint8Array => hex(value.toString(16).padStart(8, "0"));
const record = (format: number, data: Uint8Array): Uint8Array => join([word(format), word(data.length), data]);
const header = (protocol: number, wireLength: number, packet: Uint8Array): Uint8Array => {
  const padding = new Uint8Array(-packet.length & 3);
  return record(1, join([word(protocol), word(wireLength), word(4), word(packet.length), packet, padding]));
};
const sample = (...records: readonly Uint8Array[]): Uint8Array =>
  record(1, join([new Uint8Array(28), word(records.length), ...records]));
const datagram = (...samples: readonly Uint8Array[]): Uint8Array =>
  frame4(
    { protocol: 17 },
    udp(
      1,
      6343,
      join([hex("00000005 00000001 c0000207 00000000 00000001 00000001"), word(samples.length), ...samples]),
    ),
  );

test("gives each sampled packet, among counters and other records", () => {
  const counters = record(2, new Uint8Array(24));
  const { segments, rejected } = decode(
    1,
    datagram(
      sample(header(11, 100, V4)),
      counters,
      sample(record(1001, word(7)), header(12, 100, V6), header(11, 100, V4)),
    ),
  );
  expect(segments.slice(1)).toEqual([SEEN_V4, SEEN_V6, SEEN_V4]);
  expect(rejected).toEqual({});
});

test("knows how long a packet was that it holds the beginning of", () => {
  const long = ipv4({ protocol: 17 }, udp(1024, 40_001, new Uint8Array(1000)));
  expect(decode(1, datagram(sample(header(11, 1032, long.subarray(0, 40))))).segments[1]).toBe(
    "udp 10.0.0.2:1024 > 192.0.2.1:40001 1000",
  );
});

test("counts what it cannot use of it", () => {
  const { segments, rejected } = decode(1, datagram(sample(header(99, 64, V4), header(11, 64, V4.subarray(0, 10)))));
  expect(segments).toHaveLength(1);
  expect(rejected).toEqual({ "not-ip": 1, "truncated-packet": 1 });
});

test.each([
  ["a sample", record(1, new Uint8Array(32)).map((byte, i) => (i > 3 && i < 8 ? 0xff : byte))],
  ["a record", sample(record(1, new Uint8Array(8)).map((byte, i) => (i > 3 && i < 8 ? 0xff : byte)))],
  ["a header", sample(header(11, 100, V4)).map((byte, i) => (i >= 60 && i < 64 ? 0xff : byte))],
])("ends with the datagram, however long %s says it is", (_, bytes) => {
  expect(decode(1, datagram(bytes, bytes)).segments[0]?.startsWith(OUTER)).toBe(true);
});
