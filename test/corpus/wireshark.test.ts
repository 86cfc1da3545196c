/** Real captures, asked of tshark anew: the times and lengths of all packets, and what each direction of each flow carried. */
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import { collect } from "../ingest/capture/collect.ts";
import { read } from "../ingest/track/play.ts";
import { load, pathOf, whole } from "./corpus.ts";

const hasTshark = spawnSync("tshark", ["--version"]).status === 0;

const FIELDS = [
  "frame.time_epoch",
  "frame.cap_len",
  "frame.len",
  "frame.protocols",
  "ip.src",
  "ip.dst",
  "ipv6.src",
  "ipv6.dst",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.len",
  "udp.srcport",
  "udp.dstport",
  "udp.length",
] as const;
type Field = (typeof FIELDS)[number];

/** Whose sums differ, and why. */
const UNLIKE_WIRESHARK: ReadonlySet<string> = new Set([
  "ndpi__default__pcap__fuzz-2006-06-26-2594.pcap", // lengths in UDP and TCP headers that IP's belies: we believe IP
  "tcpdump__l2tp-avp-overflow.pcap", // the same
  "zeek__tunnels__Teredo.pcap", // Teredo at a relay's port, which tshark does not look for
]);

interface Sums {
  packets: number;
  bytes: number;
}

/** By `tcp address:port > address:port`, one entry for each direction. */
type Traffic = Map<string, Sums>;

function add(traffic: Traffic, key: string, packets: number, bytes: number): void {
  if (packets === 0 && bytes === 0) return;
  const sums = traffic.get(key) ?? { packets: 0, bytes: 0 };
  traffic.set(key, { packets: sums.packets + packets, bytes: sums.bytes + bytes });
}

const end = (address: string | null, port: number | string | null): string =>
  `${parseAddress(address ?? "") ?? address}:${port}`;

function ask(capture: string): { frames: number[][]; traffic: Traffic } {
  const options = ["-n", "-r", pathOf(capture), "-T", "fields", ...FIELDS.flatMap((field) => ["-e", field])];
  const output = execFileSync("tshark", options, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: "pipe" });
  const traffic: Traffic = new Map();
  const frames = output
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const columns = line.split("\t").map((value) => value.split(","));
      const next = (field: Field): string => columns[FIELDS.indexOf(field)]?.shift() ?? "";
      let ends = ["", ""];
      for (const layer of next("frame.protocols").split(":")) {
        // What an ICMP error quotes was sent before.
        if (layer === "icmp" || layer === "icmpv6") break;
        if (layer === "ip") ends = [next("ip.src"), next("ip.dst")];
        if (layer === "ipv6") ends = [next("ipv6.src"), next("ipv6.dst")];
        if (layer !== "tcp" && layer !== "udp") continue;
        const [from = "", to = ""] = ends;
        const key = `${layer} ${end(from, next(`${layer}.srcport`))} > ${end(to, next(`${layer}.dstport`))}`;
        add(traffic, key, 1, layer === "tcp" ? Number(next("tcp.len")) : Number(next("udp.length")) - 8);
      }
      const at = Math.floor(Number(next("frame.time_epoch").replace(/(\.\d{6}).*/, "$1")) * 1e6 + 0.5);
      return [at, Number(next("frame.cap_len")), Number(next("frame.len"))];
    });
  return { frames, traffic };
}

function ours(file: Uint8Array): Traffic {
  const traffic: Traffic = new Map();
  for (const flow of read(file).flows) {
    if (flow.transport !== "tcp" && flow.transport !== "udp") continue;
    const [from, to] = [flow.originator, flow.responder].map(({ address, port }) => end(address, port));
    add(traffic, `${flow.transport} ${from} > ${to}`, flow.packetsOut ?? 0, flow.bytesOut ?? 0);
    add(traffic, `${flow.transport} ${to} > ${from}`, flow.packetsIn ?? 0, flow.bytesIn ?? 0);
  }
  return traffic;
}

describe.skipIf(!hasTshark || whole.length === 0)("tshark sees the same", () => {
  test.for(whole)("%s: packets and sums", (capture) => {
    const file = load(capture);
    const theirs = ask(capture);
    const { frames, records } = collect(file);
    expect(records).toBe(theirs.frames.length);
    for (const { at, bytes, wireLength, record } of frames) {
      expect([record, at ?? 0, bytes.length, wireLength]).toEqual([record, ...(theirs.frames[record - 1] ?? [])]);
    }
    if (!UNLIKE_WIRESHARK.has(capture)) expect(ours(file)).toEqual(theirs.traffic);
  });
});
