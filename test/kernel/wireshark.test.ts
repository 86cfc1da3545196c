/** Every encapsulation that the decoder's own tests hold, put to tshark: it must see the same endpoints in the same packets. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import { pcap } from "../ingest/capture/build.ts";
import { type Layered, LINK_LAYERS } from "../ingest/decode/link-layers.ts";
import { TUNNELS } from "../ingest/decode/tunnels.ts";

/** What Wireshark 4.0 does not look into, or only if it is told to. */
const UNLIKE_WIRESHARK: ReadonlySet<string> = new Set([
  "IPv6 without its length (offload)", // taken for a datagram of no bytes
  "VXLAN at Linux's port", // "decode as"
  "GRE of 802.11, its control field swapped (Aruba)", // Aruba's other types only
]);

const folder = mkdtempSync(join(tmpdir(), "sallyport-wireshark-"));
afterAll(() => rmSync(folder, { recursive: true }));

const FIELDS = ["frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport"] as const;
const TCP_FIELDS = ["tcp.srcport", "tcp.dstport"] as const;

/** Each packet's segments by tshark, outermost first, in the decoder's terms but for the lengths. */
function segmentsOf(file: string): string[][] {
  const fields = [...FIELDS, ...TCP_FIELDS].flatMap((field) => ["-e", field]);
  const output = execFileSync("tshark", ["-n", "-r", file, "-T", "fields", ...fields], { encoding: "utf8" });
  return output
    .trimEnd()
    .split("\n")
    .map((line) => {
      const columns = line.split("\t").map((value) => value.split(","));
      const [protocols = []] = columns;
      const next = (field: (typeof FIELDS | typeof TCP_FIELDS)[number]): string =>
        columns[[...FIELDS, ...TCP_FIELDS].indexOf(field)]?.shift() ?? "";
      const segments: string[] = [];
      let ends = ["", ""];
      for (const layer of protocols[0]?.split(":") ?? []) {
        if (layer === "ip") ends = [next("ip.src"), next("ip.dst")];
        if (layer === "ipv6") ends = [next("ipv6.src"), next("ipv6.dst")];
        if (layer !== "udp" && layer !== "tcp") continue;
        const [from = "", to = ""] = ends.map((end) => parseAddress(end) ?? "");
        segments.push(`${layer} ${from}:${next(`${layer}.srcport`)} > ${to}:${next(`${layer}.dstport`)}`);
      }
      return segments;
    });
}

function byLinkType(rows: readonly Layered[]): [number, Layered[]][] {
  const groups = new Map<number, Layered[]>();
  for (const row of rows) groups.set(row[1], [...(groups.get(row[1]) ?? []), row]);
  return [...groups];
}

describe("tshark sees the same endpoints", () => {
  const rows = [...LINK_LAYERS, ...TUNNELS].filter(([what]) => !UNLIKE_WIRESHARK.has(what));
  test("all but a few encapsulations are put to it", () => {
    expect(rows).toHaveLength(LINK_LAYERS.length + TUNNELS.length - UNLIKE_WIRESHARK.size);
  });

  test.for(byLinkType(rows))("behind link type %i", ([linkType, group]) => {
    const file = join(folder, `${linkType}.pcap`);
    writeFileSync(
      file,
      pcap(
        group.map(([, , bytes]) => ({ bytes })),
        { linkType },
      ),
    );
    const ours = group.map(([what, , , ...seen]) => [what, seen.map((line) => line.replace(/ \d+$/, ""))]);
    const theirs = segmentsOf(file).map((segments, i) => [group[i]?.[0], segments]);
    expect(theirs).toEqual(ours);
  });
});
