/** Real captures, packet by packet: where, when and how long, as pcap-parser has them in every file that it can read. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { PcapFile } from "../../src/ingest/capture/pcap.ts";
import { Rejections } from "../../src/model/flow.ts";
import { readWithPcapParser } from "../ingest/capture/peer.ts";
import { captures, load } from "./corpus.ts";

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("base64");

/** Time, lengths and content of each packet. */
function framesOf(file: Uint8Array): unknown[] {
  const packets: unknown[] = [];
  const reader = new PcapFile(
    {
      frame: ({ bytes, start, end, wireLength, at }) =>
        packets.push([at, end - start, wireLength, hash(bytes.subarray(start, end))]),
      resolved: () => expect.unreachable("classic pcap has no names"),
      dropped: () => expect.unreachable("classic pcap has no statistics"),
    },
    new Rejections(),
  );
  reader.push(file);
  reader.end();
  return packets;
}

/** Classic pcap with microseconds: what pcap-parser reads. */
const readable = captures.filter((capture) =>
  ["a1b2c3d4", "d4c3b2a1"].includes(Buffer.from(load(capture).subarray(0, 4)).toString("hex")),
);

describe.skipIf(captures.length === 0)("pcap-parser frames the same packets", () => {
  test("it can read most of the files", () => expect(readable.length).toBeGreaterThan(60));

  test.for(readable)("%s", async (capture) => {
    const file = load(capture);
    const theirs = await readWithPcapParser(file);
    expect(framesOf(file)).toEqual(
      // A length on the wire below the captured one is a lie, which we correct.
      theirs.map(({ at, bytes, wireLength }) => [at, bytes.length, Math.max(wireLength, bytes.length), hash(bytes)]),
    );
  });
});
