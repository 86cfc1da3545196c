import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Frame } from "../../../src/ingest/capture/frame.ts";
import { Decoder } from "../../../src/ingest/decode/decoder.ts";
import { Packet } from "../../../src/ingest/decode/packet.ts";
import { readPlain } from "../../../src/ingest/decode/plain.ts";
import { Rejections } from "../../../src/model/flow.ts";
import { join } from "../capture/build.ts";
import { ethernet, frame4, hex, ipv4, tcp, udp } from "./build.ts";

const ETHERNET = 14;
const PAYLOAD = hex("616263");

function frameOf(bytes: Uint8Array, cut = 0): Frame {
  return Object.assign(new Frame(), {
    // In the middle of a larger buffer: reading past the end would find the surroundings.
    bytes: new Uint8Array([0xaa, ...bytes.subarray(0, bytes.length - cut), 0x45, 0xaa, 0xaa]),
    start: 1,
    end: 1 + bytes.length - cut,
    wireLength: bytes.length,
    linkType: 1,
    at: 7e6,
    record: 3,
  });
}

/** All that is told of the frame; places are told by the bytes that lie there. */
function decoded(frame: Frame): unknown[] {
  const told: unknown[] = [];
  const rejections = new Rejections();
  const segment = ({ bytes, payload, payloadEnd, ...rest }: Packet): void => {
    told.push({ ...rest, text: Buffer.from(bytes.subarray(payload, payloadEnd)).toString("hex") });
  };
  const decoder = new Decoder({ segment, unreachable: ({ s0, d0 }) => told.push([s0, d0]) }, rejections);
  decoder.frame(frame);
  decoder.finish();
  return [...told, ...rejections.counts];
}

/** The same frame with a VLAN tag, so that it is taken apart layer by layer. */
function tagged(bytes: Uint8Array): Uint8Array {
  return join([bytes.subarray(0, 12), hex("8100 0001"), bytes.subarray(12)]);
}

const read = (bytes: Uint8Array, cut = 0): boolean => readPlain(frameOf(bytes, cut), new Packet());
const changed = (at: number, value: number): Uint8Array => {
  const bytes = frame4({ protocol: 6 }, tcp(1024, 443, {}, PAYLOAD));
  bytes[ETHERNET + at] = value;
  return bytes;
};

describe("read in one go", () => {
  const options = tcp(1024, 443, {}, hex("01010101 616263"));
  options[12] = 0x60;
  test.for<[string, Uint8Array]>([
    ["a segment with a payload", frame4({ protocol: 6 }, tcp(1024, 443, {}, PAYLOAD))],
    ["one without", frame4({ protocol: 6 }, tcp(1024, 443))],
    ["one with TCP options", frame4({ protocol: 6 }, options)],
    ["one that may not be fragmented", changed(6, 0x40)],
    ["one with the padding of a short frame", join([frame4({ protocol: 6 }, tcp(1024, 443)), new Uint8Array(6)])],
  ])("%s", ([, bytes]) => {
    expect(read(bytes)).toBe(true);
  });
});

describe("left to the layers", () => {
  test.for<[string, Uint8Array]>([
    ["UDP", frame4({ protocol: 17 }, udp(1024, 443, new Uint8Array(40)))],
    ["IPv4 options", frame4({ protocol: 6, options: hex("01010101") }, tcp(1024, 443, {}, PAYLOAD))],
    ["a fragment", frame4({ protocol: 6, offset: 8 }, tcp(1024, 443, {}, PAYLOAD))],
    ["a first fragment", frame4({ protocol: 6, more: true }, tcp(1024, 443, {}, PAYLOAD))],
    ["no length, as segmentation offload leaves it", frame4({ protocol: 6, total: 0 }, tcp(1024, 443, {}, PAYLOAD))],
    ["a length beyond the frame", frame4({ protocol: 6, total: 1500 }, tcp(1024, 443, {}, PAYLOAD))],
    ["a length within the TCP header", frame4({ protocol: 6, total: 39 }, tcp(1024, 443, {}, PAYLOAD))],
    ["a TCP header that is too short", changed(20 + 12, 0x40)],
    ["TCP options beyond the packet", changed(20 + 12, 0xf0)],
    ["a VLAN tag", tagged(frame4({ protocol: 6 }, tcp(1024, 443, {}, PAYLOAD)))],
    ["IPv6's EtherType", ethernet(0x86dd, ipv4({ protocol: 6 }, tcp(1024, 443, {}, PAYLOAD)))],
  ])("%s", ([, bytes]) => {
    expect(read(bytes)).toBe(false);
  });

  test("whatever the snap length cut", () => {
    const bytes = frame4({ protocol: 6 }, tcp(1024, 443, {}, PAYLOAD));
    const cuts = Array.from({ length: bytes.length }, (_, i) => i + 1);
    expect(cuts.map((cut) => read(bytes, cut))).toEqual(cuts.map(() => false));
  });

  test("another link type", () => {
    const frame = frameOf(frame4({ protocol: 6 }, tcp(1024, 443, {}, PAYLOAD)));
    frame.linkType = 105;
    expect(readPlain(frame, new Packet())).toBe(false);
  });
});

test("what is read in one go is what the layers give, whatever the headers hold", () => {
  const fields = fc.record({ seq: fc.nat(), ack: fc.nat(), flags: fc.nat(255) });
  const change = fc.tuple(fc.nat(ETHERNET + 39), fc.nat(255));
  const cuts = fc.oneof(fc.constant(0), fc.nat(60));
  fc.assert(
    fc.property(
      fields,
      fc.uint8Array(),
      fc.array(change, { maxLength: 3 }),
      cuts,
      (tcpFields, payload, changes, cut) => {
        const bytes = frame4({ protocol: 6 }, tcp(1024, 443, tcpFields, payload));
        for (const [at, value] of changes) if (at >= ETHERNET) bytes[at] = value;
        expect(decoded(frameOf(bytes, cut % bytes.length))).toEqual(
          decoded(frameOf(tagged(bytes), cut % bytes.length)),
        );
      },
    ),
    { numRuns: 2000 },
  );
});
