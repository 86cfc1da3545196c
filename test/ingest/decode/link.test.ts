import { describe, expect, test } from "vitest";
import { join } from "../capture/build.ts";
import { ethernet, hex, ipv4, ipv6, udp } from "./build.ts";
import { decode } from "./decode.ts";

const V4 = ipv4({ protocol: 17 }, udp(1024, 53, hex("01 02 03")));
const V6 = ipv6(17, udp(1024, 53, hex("01 02 03")));
const SEEN_V4 = "udp 10.0.0.2:1024 > 192.0.2.1:53 3";
const SEEN_V6 = "udp 2001:db8::2:1024 > 2001:db8::1:53 3";

const after = (header: string, packet: Uint8Array): Uint8Array => join([hex(header), packet]);

describe("the IP packet is found behind", () => {
  test.for<[string, number, Uint8Array, string]>([
    ["Ethernet", 1, ethernet(0x0800, V4), SEEN_V4],
    ["Ethernet, IPv6", 1, ethernet(0x86dd, V6), SEEN_V6],
    ["Ethernet with padding, which is no payload", 1, join([ethernet(0x0800, V4), new Uint8Array(9)]), SEEN_V4],
    ["an 802.1Q tag", 1, ethernet(0x8100, after("0064 0800", V4)), SEEN_V4],
    ["802.1ad and 802.1Q tags", 1, ethernet(0x88a8, after("0064 8100 00c8 86dd", V6)), SEEN_V6],
    ["old QinQ", 1, ethernet(0x9100, after("0064 0800", V4)), SEEN_V4],
    ["one MPLS label", 1, ethernet(0x8847, after("00010 1 40", V4)), SEEN_V4],
    ["two MPLS labels", 1, ethernet(0x8847, after("00010 0 40 00020 1 40", V6)), SEEN_V6],
    ["an MPLS pseudowire of Ethernet", 1, ethernet(0x8847, after("00010140 00000000", ethernet(0x0800, V4))), SEEN_V4],
    ["PPPoE", 1, ethernet(0x8864, after("11 00 0001 0025 0021", V4)), SEEN_V4],
    ["PPPoE, IPv6", 1, ethernet(0x8864, after("11 00 0001 0039 0057", V6)), SEEN_V6],
    ["802.3 with LLC and SNAP", 1, ethernet(40, after("aaaa03 000000 0800", V4)), SEEN_V4],
    ["Linux cooked v1", 113, after("0004 0001 0006 020000000001 0000 0800", V4), SEEN_V4],
    ["Linux cooked v2", 276, after("86dd 0000 00000002 0001 04 06 0200000000010000", V6), SEEN_V6],
    ["nothing, link type 101", 101, V4, SEEN_V4],
    ["nothing, link type 12", 12, V6, SEEN_V6],
    ["nothing, link type 14", 14, V4, SEEN_V4],
    ["nothing, link type 228", 228, V4, SEEN_V4],
    ["nothing, link type 229", 229, V6, SEEN_V6],
    ["NULL, little endian", 0, after("02000000", V4), SEEN_V4],
    ["NULL, big endian, IPv6 of Linux", 0, after("0000000a", V6), SEEN_V6],
    ["NULL, IPv6 of FreeBSD", 0, after("1c000000", V6), SEEN_V6],
    ["NULL, IPv6 of macOS", 0, after("1e000000", V6), SEEN_V6],
    ["LOOP", 108, after("00000018", V6), SEEN_V6],
    ["PPP with address and control", 9, after("ff03 0021", V4), SEEN_V4],
    ["PPP without, and its protocol in one byte", 50, after("21", V4), SEEN_V4],
    ["Cisco HDLC", 104, after("0f00 0800", V4), SEEN_V4],
    ["NFLOG", 239, after("02 00 0000 0500 0a00 41000000 2b00 0900", V4), SEEN_V4],
    ["802.11", 105, after(`0800 0000 ${"00".repeat(20)} aaaa03 000000 0800`, V4), SEEN_V4],
    ["802.11 with QoS", 105, after(`8800 0000 ${"00".repeat(22)} aaaa03 000000 86dd`, V6), SEEN_V6],
    ["radiotap", 127, after(`0000 0800 00000000 0800 0000 ${"00".repeat(20)} aaaa03 000000 0800`, V4), SEEN_V4],
    ["PPI", 192, after("0000 0800 01000000", ethernet(0x0800, V4)), SEEN_V4],
  ])("%s", ([, linkType, bytes, seen]) => {
    expect(decode(linkType, bytes)).toMatchObject({ segments: [seen], rejected: {} });
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
    ["an 802.11 beacon", 105, hex(`8000 ${"00".repeat(40)}`), "not-ip"],
    ["USB", 189, new Uint8Array(64), "unknown-link-type"],
    ["version 5", 101, hex("50".repeat(40)), "not-ip"],
  ])("%s", ([, linkType, bytes, reason]) => {
    expect(decode(linkType, bytes)).toEqual({ segments: [], unreachable: [], payloads: [], rejected: { [reason]: 1 } });
  });
});
