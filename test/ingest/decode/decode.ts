/** Decodes frames into lines such as `tcp 10.0.0.2:1024 > 192.0.2.1:443 5` (payload bytes on the wire). */
import { Frame } from "../../../src/ingest/capture/frame.ts";
import { Decoder } from "../../../src/ingest/decode/decoder.ts";
import type { Packet } from "../../../src/ingest/decode/packet.ts";
import { addressOf } from "../../../src/ingest/track/words.ts";
import { Rejections } from "../../../src/model/flow.ts";

export interface Decoded {
  readonly segments: string[];
  readonly unreachable: string[];
  readonly payloads: string[];
  readonly rejected: Record<string, number>;
}

const NAMES: Record<number, string> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp" };

function ends(p: Packet): string {
  const from = addressOf(p.family, p.s0, p.s1, p.s2, p.s3);
  const to = addressOf(p.family, p.d0, p.d1, p.d2, p.d3);
  return `${NAMES[p.protocol] ?? p.protocol} ${from}:${p.sourcePort} > ${to}:${p.destinationPort}`;
}

/** A frame, or a frame cut by the snap length with its length on the wire, or the second in which it arrived. */
type Input = Uint8Array | { readonly bytes: Uint8Array; readonly wireLength?: number; readonly second?: number };

export function decode(linkType: number, ...frames: readonly Input[]): Decoded {
  const decoded: Decoded = { segments: [], unreachable: [], payloads: [], rejected: {} };
  const rejections = new Rejections();
  const decoder = new Decoder(
    {
      segment(p) {
        decoded.segments.push(`${ends(p)} ${p.payloadLength}${p.fragment ? " fragment" : ""}`);
        decoded.payloads.push(Buffer.from(p.bytes.subarray(p.payload, p.payloadEnd)).toString("latin1"));
      },
      unreachable: (p) => decoded.unreachable.push(ends(p)),
    },
    rejections,
  );
  for (const [i, input] of frames.entries()) {
    const { bytes, wireLength = bytes.length, second = 0 } = input instanceof Uint8Array ? { bytes: input } : input;
    const frame = new Frame();
    // In the middle of a larger buffer, as in a real chunk: reading past the end would find the surroundings.
    frame.bytes = new Uint8Array([0xaa, 0xaa, 0xaa, ...bytes, 0xaa, 0xaa, 0xaa, 0xaa]);
    frame.start = 3;
    frame.end = 3 + bytes.length;
    frame.wireLength = wireLength;
    frame.linkType = linkType;
    frame.record = i + 1;
    frame.at = second * 1e6;
    decoder.frame(frame);
  }
  decoder.finish();
  Object.assign(decoded.rejected, Object.fromEntries(rejections.counts));
  return decoded;
}
