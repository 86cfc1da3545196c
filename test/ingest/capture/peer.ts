/** What pcap-parser, which is not ours, makes of a file. */
import { PassThrough } from "node:stream";
import { parse } from "pcap-parser";

export interface PeerPacket {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly wireLength: number;
}

/** Rejects what it cannot read: it knows microseconds in both byte orders, and nothing else. */
export function readWithPcapParser(file: Uint8Array): Promise<PeerPacket[]> {
  return new Promise((resolve, reject) => {
    const input = new PassThrough();
    const packets: PeerPacket[] = [];
    const parser = parse(input);
    parser.on("packet", ({ header, data }) => {
      const at = header.timestampSeconds * 1e6 + header.timestampMicroseconds;
      packets.push({ bytes: data, at, wireLength: header.originalLength });
    });
    parser.on("end", () => resolve(packets));
    parser.on("error", reject);
    input.end(Buffer.from(file));
  });
}
