import { describe, expect, test } from "vitest";
import { join } from "../capture/build.ts";
import { ethernet, hex } from "./build.ts";
import { decode } from "./decode.ts";
import { after, LINK_LAYERS, SEEN_V4, V4 } from "./link-layers.ts";

describe("the IP packet is found behind", () => {
  test.for(LINK_LAYERS)("%s", ([, linkType, bytes, ...seen]) => {
    expect(decode(linkType, bytes)).toMatchObject({ segments: seen, rejected: {} });
  });
});

describe("what has no IP packet is counted by its reason", () => {
  test.for<[string, number, Uint8Array, string]>([
    ["ARP", 1, ethernet(0x0806, new Uint8Array(28)), "not-ip"],
    ["spanning tree over 802.3", 1, ethernet(38, hex("424203 0000000000")), "not-ip"],
    ["an empty frame", 1, new Uint8Array(0), "truncated-packet"],
    ["a VLAN tag cut short", 1, ethernet(0x8100, hex("0064")), "truncated-packet"],
    ["VLAN tags to the end of the frame", 1, ethernet(0x8100, hex("00648100".repeat(300))), "truncated-packet"],
    ["MPLS labels without a bottom", 1, ethernet(0x8847, hex("00010040".repeat(300))), "truncated-packet"],
    ["an NFLOG attribute of no length", 239, hex("02000000 00000100 00000000"), "bad-packet"],
    ["a PPI in a PPI", 192, hex("0000 0800 c0000000 0000 0800 c0000000"), "not-ip"],
    ["a radiotap header longer than the frame", 127, hex("0000 ffff 00000000"), "truncated-packet"],
    ["an encrypted 802.11 frame", 105, hex(`0840 ${"00".repeat(40)}`), "encrypted-frame"],
    ["an encrypted MACsec frame", 1, ethernet(0x88e5, hex(`0c 00 00000001 ${"55".repeat(40)}`)), "encrypted-frame"],
    ["a service header shorter than itself", 1, ethernet(0x894f, hex("0001 0101 00000000 00000000")), "bad-packet"],
    ["a later fragment over ARCNET", 7, hex(`01 02 d4 02 0001 ${"00".repeat(20)}`), "not-ip"],
    ["a FDDI management frame", 10, hex(`41 ${"00".repeat(40)}`), "not-ip"],
    ["a user link type that is no PKTAP", 149, new Uint8Array(200), "unknown-link-type"],
    ["a PKTAP in a PPI", 192, hex("0000 0800 02010000"), "not-ip"],
    ["a Juniper header without the magic", 178, new Uint8Array(60), "bad-packet"],
    [
      "ERF extensions to the end",
      197,
      hex("00".repeat(8) + "82" + "00".repeat(7) + "80".repeat(800)),
      "truncated-packet",
    ],
    ["an 802.11 beacon", 105, hex(`8000 ${"00".repeat(40)}`), "not-ip"],
    ["USB", 189, new Uint8Array(64), "unknown-link-type"],
    ["version 5", 101, hex("50".repeat(40)), "not-ip"],
  ])("%s", ([, linkType, bytes, reason]) => {
    expect(decode(linkType, bytes)).toEqual({ segments: [], unreachable: [], payloads: [], rejected: { [reason]: 1 } });
  });
});

describe("no stack of headers is too high", () => {
  const LONGEST = 262_144;
  const stacked = (header: string): Uint8Array =>
    hex(header.replaceAll(" ", "").repeat(LONGEST / 4)).subarray(0, LONGEST);
  test.for<[string, string]>([
    ["Ethernet in Ethernet", "000000000000 000000000000 6558"],
    ["LLC and bridged Ethernet", "000000000000 000000000000 0000 aaaa03 0080c2 0007 0000"],
    ["service headers", "0000 0000 0000 0000 0000 0000 894f 0fc2 0203 00000000"],
    ["batman-adv", "000000000000 000000000000 4305 40 0f 32 01 000000000000"],
    ["MPLS and pseudowires", "001b21000002 001b21000001 8847 00010140 00000000"],
  ])("%s, as often as fits into the longest frame", ([, header]) => {
    const { segments, rejected } = decode(1, stacked(header));
    expect([segments, Object.values(rejected)]).toEqual([[], [1]]);
  });

  test("each packet of an aggregate is judged for itself, and a length that is a lie ends it", () => {
    const qos = `8800 0000 ${"00".repeat(20)} 8000`;
    const subframe = (length: string, packet: Uint8Array): Uint8Array => after(`${"00".repeat(12)} ${length}`, packet);
    const llc = (packet: Uint8Array): Uint8Array => after("aaaa03 000000 0800", packet);
    const good = join([subframe("0027", llc(V4)), new Uint8Array(3)]);
    const bad = subframe("0008", hex("aaaa03 000000 0806 0000"));
    expect(decode(105, join([hex(qos), bad, good]))).toMatchObject({ segments: [SEEN_V4], rejected: { "not-ip": 1 } });
    expect(decode(105, join([hex(qos), subframe("ffff", llc(V4)), good]))).toMatchObject({ segments: [SEEN_V4] });
    const empty = decode(105, join([hex(qos), new Uint8Array(14 * 1000)]));
    expect(empty.segments).toEqual([]);
    expect(empty.rejected["truncated-packet"]).toBeGreaterThan(800);
  });
});

test("headers of Inter-Switch Link to the end of the frame are counted, and exhaust no stack", () => {
  const header = "01000c0000 00 020000000001 0040 aaaa03 00000c 000a 0000 0000";
  expect(decode(1, hex(header.repeat(9000)))).toMatchObject({ segments: [], rejected: { "truncated-packet": 1 } });
});
