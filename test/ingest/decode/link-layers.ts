/** One packet behind each link layer that is read, with the line {@link decode} makes of it; tshark is asked about them too. */
import { join } from "../capture/build.ts";
import { ethernet, hex, ipv4, ipv6, udp } from "./build.ts";

/** What, LINKTYPE_ value, frame, and the segments in it. */
export type Layered = readonly [what: string, linkType: number, frame: Uint8Array, ...seen: string[]];

export const DATAGRAM: Uint8Array = udp(1024, 40_001, hex("01 02 03"));
export const V4: Uint8Array = ipv4({ protocol: 17 }, DATAGRAM);
export const V6: Uint8Array = ipv6(17, DATAGRAM);
export const SEEN_V4 = "udp 10.0.0.2:1024 > 192.0.2.1:40001 3";
export const SEEN_V6 = "udp 2001:db8::2:1024 > 2001:db8::1:40001 3";

export const after = (header: string, packet: Uint8Array): Uint8Array => join([hex(header), packet]);

const ADDRESSES = "020000000002 020000000001";
const SNAP = "aaaa03 000000 0800";
const WLAN = `0800 0000 ${"020000000001".repeat(3)} 0000`;
const QOS = `8800 0000 ${"020000000001".repeat(3)} 0000`;
const bridged = ethernet(0x0800, V4);
/** Wireshark takes it for Ethernet only if it knows who made the network cards. */
const pseudowire = after("001b21000002 001b21000001 0800", V4);
const msdu = (packet: Uint8Array, type = "0800"): Uint8Array => {
  const length = (8 + packet.length).toString(16).padStart(4, "0");
  const whole = after(`${ADDRESSES} ${length} aaaa03 000000 ${type}`, packet);
  return join([whole, new Uint8Array(-whole.length & 3)]);
};

/** EtherTypes and what else Ethernet carries. */
const ETHERNET: readonly Layered[] = [
  ["Ethernet", 1, bridged, SEEN_V4],
  ["Ethernet, IPv6", 1, ethernet(0x86dd, V6), SEEN_V6],
  ["Ethernet with padding, which is no payload", 1, join([bridged, new Uint8Array(9)]), SEEN_V4],
  ["an 802.1Q tag", 1, ethernet(0x8100, after("0064 0800", V4)), SEEN_V4],
  ["802.1ad and 802.1Q tags", 1, ethernet(0x88a8, after("0064 8100 00c8 86dd", V6)), SEEN_V6],
  ["old QinQ", 1, ethernet(0x9100, after("0064 0800", V4)), SEEN_V4],
  ["a tag and 802.3 with SNAP", 1, ethernet(0x8100, after(`0064 0033 ${SNAP}`, V4)), SEEN_V4],
  ["one MPLS label", 1, ethernet(0x8847, after("00010 1 40", V4)), SEEN_V4],
  ["two MPLS labels", 1, ethernet(0x8847, after("00010 0 40 00020 1 40", V6)), SEEN_V6],
  ["an MPLS pseudowire of Ethernet", 1, ethernet(0x8847, after("00010140 00000000", pseudowire)), SEEN_V4],
  ["an MPLS pseudowire without control word", 1, ethernet(0x8847, after("00010140", pseudowire)), SEEN_V4],
  ["PPPoE", 1, ethernet(0x8864, after("11 00 0001 0025 0021", V4)), SEEN_V4],
  ["PPPoE, IPv6", 1, ethernet(0x8864, after("11 00 0001 0039 0057", V6)), SEEN_V6],
  [
    "PPPoE, with padding that IP takes for its own",
    1,
    ethernet(
      0x8864,
      join([hex("11 00 0001 0021 0021"), ipv4({ protocol: 17, total: 37 }, DATAGRAM), new Uint8Array(6)]),
    ),
    SEEN_V4,
  ],
  ["802.3 with LLC and SNAP", 1, ethernet(0x33 - 8, after(SNAP, V4)), SEEN_V4],
  ["802.3 with IP right behind LLC", 1, ethernet(0x22, after("060603", V4)), SEEN_V4],
  [
    "Cisco's Inter-Switch Link",
    1,
    after(
      `01000c0000 00 020000000001 ${(bridged.length + 12).toString(16).padStart(4, "0")} aaaa03 00000c 000a 0000 0000`,
      bridged,
    ),
    SEEN_V4,
  ],
  ["provider backbone bridging", 1, ethernet(0x88e7, after("00000001", bridged)), SEEN_V4],
  ["a VN-tag", 1, ethernet(0x8926, after("00000001 0800", V4)), SEEN_V4],
  ["a security group tag", 1, ethernet(0x8909, after("01 01 0001 0064 0800", V4)), SEEN_V4],
  ["IPv6 in a frame that says IPv4", 1, ethernet(0x0800, V6), SEEN_V6],
  ["an E-tag", 1, ethernet(0x893f, after("000000010000 0800", V4)), SEEN_V4],
  ["FabricPath", 1, ethernet(0x8903, after("0064", bridged)), SEEN_V4],
  ["a network service header", 1, ethernet(0x894f, after(`0fc6 0101 00000000 ${"00".repeat(16)}`, V4)), SEEN_V4],
  ["a network service header before Ethernet", 1, ethernet(0x894f, after("0fc2 0203 00000000", bridged)), SEEN_V4],
  ["TRILL", 1, ethernet(0x22f3, after("0001 0001 0002", bridged)), SEEN_V4],
  ["HSR", 1, ethernet(0x892f, after("0035 0001 0800", V4)), SEEN_V4],
  [
    "MACsec without encryption",
    1,
    ethernet(0x88e5, join([hex("00 00 00000001 0800"), V4, new Uint8Array(16)])),
    SEEN_V4,
  ],
  ["batman-adv, unicast", 1, ethernet(0x4305, after("40 0f 32 01 020000000002", bridged)), SEEN_V4],
];

const WIRELESS: readonly Layered[] = [
  ["802.11", 105, after(`${WLAN} ${SNAP}`, V4), SEEN_V4],
  ["802.11 with QoS", 105, after(`${QOS} 0000 aaaa03 000000 86dd`, V6), SEEN_V6],
  [
    "802.11 with QoS and HT control",
    105,
    after(`8880 0000 ${"020000000001".repeat(3)} 0000 0000 00000000 ${SNAP}`, V4),
    SEEN_V4,
  ],
  [
    "802.11 between access points",
    105,
    after(`0803 0000 ${"020000000001".repeat(3)} 0000 020000000001 ${SNAP}`, V4),
    SEEN_V4,
  ],
  ["802.11, two packets in one frame", 105, join([hex(`${QOS} 8000`), msdu(V4), msdu(V6, "86dd")]), SEEN_V4, SEEN_V6],
  ["radiotap", 127, after(`0000 0800 00000000 ${WLAN} ${SNAP}`, V4), SEEN_V4],
  [
    "radiotap that says the header is padded",
    127,
    after(`0000 0900 02000000 20 ${QOS} 0000 0000 ${SNAP}`, V4),
    SEEN_V4,
  ],
  ["Prism", 119, after(`44000000 90000000 ${"00".repeat(136)} ${WLAN} ${SNAP}`, V4), SEEN_V4],
  ["AVS behind the Prism link type", 119, after(`80211001 00000040 ${"00".repeat(56)} ${WLAN} ${SNAP}`, V4), SEEN_V4],
  ["AVS", 163, after(`80211001 00000040 ${"00".repeat(56)} ${WLAN} ${SNAP}`, V4), SEEN_V4],
  ["PPI", 192, after("0000 0800 01000000", bridged), SEEN_V4],
  ["PPI, 802.11", 192, after(`0000 0800 69000000 ${WLAN} ${SNAP}`, V4), SEEN_V4],
];

const POINT_TO_POINT: readonly Layered[] = [
  ["PPP with address and control", 9, after("ff03 0021", V4), SEEN_V4],
  ["PPP without, and its protocol in one byte", 50, after("21", V4), SEEN_V4],
  ["PPP over several links, whole", 9, after("ff03 003d c0000001 0021", V4), SEEN_V4],
  ["PPP of bridged Ethernet", 9, after("ff03 0031 0001", bridged), SEEN_V4],
  ["PPP_HDLC that is Cisco's", 50, after("0f00 0800", V4), SEEN_V4],
  ["PPPoE without Ethernet", 51, after("11 00 0001 0025 0021", V4), SEEN_V4],
  ["PPP with a direction", 204, after("01 ff03 0021", V4), SEEN_V4],
  ["Cisco HDLC", 104, after("0f00 0800", V4), SEEN_V4],
  ["Frame Relay", 107, after("1841 03 cc", V4), SEEN_V4],
  ["Frame Relay, IPv6", 107, after("1841 03 8e", V6), SEEN_V6],
  ["Frame Relay, SNAP", 107, after("1841 03 00 80 000000 0800", V4), SEEN_V4],
  ["Frame Relay, bridged Ethernet", 107, after("1841 03 00 80 0080c2 0007", bridged), SEEN_V4],
  ["Frame Relay, Cisco's own", 107, after("1841 0800", V4), SEEN_V4],
];

const HOSTS: readonly Layered[] = [
  ["Linux cooked v1", 113, after("0004 0001 0006 020000000001 0000 0800", V4), SEEN_V4],
  ["Linux cooked v1, tagged", 113, after("0004 0001 0006 020000000001 0000 8100 0064 0800", V4), SEEN_V4],
  ["Linux cooked v1, 802.2", 113, after(`0004 0001 0006 020000000001 0000 0004 ${SNAP}`, V4), SEEN_V4],
  ["Linux cooked v2", 276, after("86dd 0000 00000002 0001 04 06 0200000000010000", V6), SEEN_V6],
  ["Linux cooked v1 of a GRE device", 113, after("0004 030a 0004 0a0000010000 0000 0800", V4), SEEN_V4],
  ["nothing, link type 101", 101, V4, SEEN_V4],
  ["nothing, link type 12", 12, V6, SEEN_V6],
  ["nothing, link type 14", 14, V4, SEEN_V4],
  ["nothing, link type 228", 228, V4, SEEN_V4],
  ["nothing, link type 229", 229, V6, SEEN_V6],
  ["NULL, little endian", 0, after("02000000", V4), SEEN_V4],
  ["NULL, big endian", 0, after("00000002", V4), SEEN_V4],
  ["NULL, IPv6 of NetBSD", 0, after("18000000", V6), SEEN_V6],
  ["NULL, IPv6 of FreeBSD", 0, after("1c000000", V6), SEEN_V6],
  ["NULL, IPv6 of macOS", 0, after("1e000000", V6), SEEN_V6],
  ["NULL with an EtherType", 0, after("00000800", V4), SEEN_V4],
  ["NULL, PPP link", 0, after("ff030021", V4), SEEN_V4],
  ["LOOP", 108, after("00000018", V6), SEEN_V6],
  ["NFLOG", 239, after("02 00 0000 0500 0a00 41000000 2300 0900", V4), SEEN_V4],
  ["PF's log", 117, after(`3d 02 00 00 ${"00".repeat(60)}`, V4), SEEN_V4],
  ["PF's log, IPv6", 117, after(`3d 18 00 00 ${"00".repeat(60)}`, V6), SEEN_V6],
  ["IPsec's own interface", 109, after("02000000 00000000 00000000", V4), SEEN_V4],
  ["macOS's PKTAP", 258, after(`6c000000 01000000 01000000 ${"00".repeat(96)}`, bridged), SEEN_V4],
  ["PKTAP as user link type", 149, after(`6c000000 01000000 01000000 ${"00".repeat(96)}`, bridged), SEEN_V4],
];

const OTHERS: readonly Layered[] = [
  ["Token Ring", 6, after(`10 40 ${ADDRESSES} ${SNAP}`, V4), SEEN_V4],
  ["Token Ring, source routed", 6, after(`10 40 020000000002 820000000001 0640 0011 0010 ${SNAP}`, V4), SEEN_V4],
  ["FDDI", 10, after(`50 ${ADDRESSES} ${SNAP}`, V4), SEEN_V4],
  ["ATM with SNAP", 11, after(SNAP, V4), SEEN_V4],
  ["ATM with bridged Ethernet", 11, after("aaaa03 0080c2 0007 0000", bridged), SEEN_V4],
  ["ATM of SunATM", 123, after(`82 00 0064 ${SNAP}`, V4), SEEN_V4],
  ["IP over FireWire", 138, after(`${"00".repeat(16)} 0800`, V4), SEEN_V4],
  ["ARCNET, RFC 1051", 7, after("01 02 f0", V4), SEEN_V4],
  ["ARCNET, RFC 1201", 7, after("01 02 d4 00 0001", V4), SEEN_V4],
  ["ARCNET of Linux", 129, after("01 02 0000 f0", V4), SEEN_V4],
  ["Juniper's Ethernet", 178, after("4d4743 00", bridged), SEEN_V4],
  ["Juniper's Ethernet with extensions", 178, after("4d4743 80 0004 01020304", bridged), SEEN_V4],
  ["ERF, Ethernet", 197, after("0000000000000000 02 04 004c 0000 0039 0000", bridged), SEEN_V4],
  [
    "ERF with an extension header",
    197,
    after("0000000000000000 82 04 0054 0000 0039 0300000000000000 0000", bridged),
    SEEN_V4,
  ],
  ["ERF, IPv4", 197, after("0000000000000000 16 04 002f 0000 001f", V4), SEEN_V4],
  ["IP over InfiniBand", 242, after(`${"00".repeat(40)} 0800 0000`, V4), SEEN_V4],
];

export const LINK_LAYERS: readonly Layered[] = [...ETHERNET, ...WIRELESS, ...POINT_TO_POINT, ...HOSTS, ...OTHERS];
