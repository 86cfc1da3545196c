/** Reads captures into plain values that tests can compare. */
import type { CaptureEvents } from "../../../src/ingest/capture/frame.ts";
import { PcapFile } from "../../../src/ingest/capture/pcap.ts";
import { PcapngFile } from "../../../src/ingest/capture/pcapng.ts";
import { sniffCapture } from "../../../src/ingest/capture/sniff.ts";
import { Rejections } from "../../../src/model/flow.ts";

export interface Collected {
  readonly frames: {
    readonly bytes: readonly number[];
    readonly wireLength: number;
    readonly linkType: number;
    readonly at: number | null;
    readonly record: number;
  }[];
  readonly names: string[];
  readonly rejected: Record<string, number>;
  readonly drops: number;
  readonly records: number;
}

/** Pushes a file cut at the given offsets. */
export function collect(file: Uint8Array, cuts: readonly number[] = []): Collected {
  const frames: Collected["frames"] = [];
  const names: string[] = [];
  let drops = 0;
  const events: CaptureEvents = {
    frame: ({ bytes, start, end, wireLength, linkType, at, record }) => {
      const instant = Number.isNaN(at) ? null : at;
      frames.push({ bytes: [...bytes.subarray(start, end)], wireLength, linkType, at: instant, record });
    },
    resolved: (address, name, record) => names.push(`${address} ${name} ${record}`),
    dropped: () => drops++,
  };
  const rejections = new Rejections();
  const Format = sniffCapture(file) === "pcapng" ? PcapngFile : PcapFile;
  const reader = new Format(events, rejections);
  const edges = [0, ...[...cuts].sort((a, b) => a - b), file.length];
  for (const [i, edge] of edges.entries()) {
    // A copy of its own for each chunk, overwritten afterwards: what was kept of it would show.
    const chunk = i === 0 ? new Uint8Array(0) : file.slice(edges[i - 1], edge);
    reader.push(chunk);
    chunk.fill(0xee);
  }
  reader.end();
  return { frames, names, rejected: Object.fromEntries(rejections.counts), drops, records: reader.records };
}
