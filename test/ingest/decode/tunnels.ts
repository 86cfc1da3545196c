/** One packet in each tunnel that is read, and in IP's own variations, with the segments in it; tshark is asked about them too. */
import { join } from "../capture/build.ts";
import { ethernet, fragment6, frame4, hex, type Ipv4Fields, ipv6, tcp, udp, V6_SERVER } from "./build.ts";
import { after, DATAGRAM, type Layered, SEEN_V4, SEEN_V6, V4, V6 } from "./link-layers.ts";

const OUTER = { from: "198.51.100.2", to: "198.51.100.1" };
const over = (protocol: number, payload: Uint8Array, fields: Partial<Ipv4Fields> = {}): Uint8Array =>
  frame4({ ...OUTER, ...fields, protocol }, payload);
const bridged = ethernet(0x0800, V4);
const gre = (header: string, packet: Uint8Array): Uint8Array => over(47, after(header, packet));
const six = (next: number, payload: Uint8Array): Uint8Array => ethernet(0x86dd, ipv6(next, payload));

const INSIDE: readonly Layered[] = [
  ["IPv4 options", 1, frame4({ protocol: 17, options: hex("01010101") }, DATAGRAM), SEEN_V4],
  ["a total length of zero (offload)", 1, frame4({ protocol: 17, total: 0 }, DATAGRAM), SEEN_V4],
  ["an empty datagram", 1, frame4({ protocol: 17 }, udp(1024, 40_001)), "udp 10.0.0.2:1024 > 192.0.2.1:40001 0"],
  [
    "TCP options",
    1,
    frame4({ protocol: 6 }, join([tcp(1024, 40_001).map((b, i) => (i === 12 ? 0x60 : b)), hex("01010101 aabb")])),
    "tcp 10.0.0.2:1024 > 192.0.2.1:40001 2",
  ],
  [
    "authentication header",
    1,
    frame4({ protocol: 51 }, after("11 04 0000 00000000 00000000 000000000000000000000000", DATAGRAM)),
    SEEN_V4,
  ],
  ["hop-by-hop options", 1, six(0, after("11 00 010400000000", DATAGRAM)), SEEN_V6],
  [
    "routing and destination options",
    1,
    six(
      43,
      after(`3c 02 00 00 00000000 20010db8000000000000000000000003 11 01 010c000000000000000000000000`, DATAGRAM),
    ),
    SEEN_V6,
  ],
  [
    "an authentication header in IPv6",
    1,
    six(51, after("11 04 0000 00000000 00000000 000000000000000000000000", DATAGRAM)),
    SEEN_V6,
  ],
  ["a shim6 header", 1, six(140, after("11 00 800000000000", DATAGRAM)), SEEN_V6],
  ["an atomic fragment", 1, six(44, fragment6(17, 0, false, DATAGRAM)), SEEN_V6],
  [
    "IPv6 without its length (offload)",
    1,
    ethernet(
      0x86dd,
      ipv6(17, DATAGRAM).map((b, i) => (i === 4 || i === 5 ? 0 : b)),
    ),
    SEEN_V6,
  ],
];

const length = (extra: number, packet: Uint8Array): string => (packet.length + extra).toString(16).padStart(4, "0");

const IN_IP: readonly Layered[] = [
  ["IPv4 in IPv4", 1, over(4, V4), SEEN_V4],
  ["IPv6 in IPv4", 1, over(41, V6), SEEN_V6],
  ["IPv4 in IPv6", 1, six(4, V4), SEEN_V4],
  ["IPv6 in IPv6 behind destination options", 1, six(60, after("29 00 010400000000", V6)), SEEN_V6],
  ["Ethernet in IP", 1, over(97, after("3000", bridged)), SEEN_V4],
  ["MPLS in IP", 1, over(137, after("00010140", V4)), SEEN_V4],
  ["GRE", 1, gre("0000 0800", V4), SEEN_V4],
  ["GRE with a checksum", 1, gre("8000 0800 0000 0000", V4), SEEN_V4],
  ["GRE with key and sequence number", 1, gre("3000 86dd 00000001 00000002", V6), SEEN_V6],
  ["GRE with routing", 1, gre("4000 0800 0000 0000 0800 00 04 0a000001 0000 0000", V4), SEEN_V4],
  ["GRE of Ethernet", 1, gre("2000 6558 00000001", bridged), SEEN_V4],
  ["GRE of MPLS", 1, gre("0000 8847 00010140", V4), SEEN_V4],
  ["GRE of WCCP", 1, gre("0000 883e", V4), SEEN_V4],
  ["GRE of WCCP with a redirect header", 1, gre("0000 883e 00000000", V4), SEEN_V4],
  ["GRE of a network service header", 1, gre("0000 894f 0fc6 0101 00000000 " + "00".repeat(16), V4), SEEN_V4],
  ["PPTP", 1, gre("3081 880b 0023 0001 00000001 00000002 ff03 0021", V4), SEEN_V4],
  ["PPTP without an acknowledgement", 1, gre("3001 880b 0021 0001 00000001 21", V4), SEEN_V4],
  [
    "GRE of 802.11 (Aruba)",
    1,
    gre(`0000 8210 0800 0000 ${"020000000001".repeat(3)} 0000 aaaa03 000000 0800`, V4),
    SEEN_V4,
  ],
  [
    "GRE of 802.11, its control field swapped (Aruba)",
    1,
    gre(`0000 9000 0008 0000 ${"020000000001".repeat(3)} 0000 aaaa03 000000 0800`, V4),
    SEEN_V4,
  ],
  ["Ethernet over IP (MikroTik)", 1, gre(`2001 6400 ${length(0, bridged)} 0100`, bridged), SEEN_V4],
  ["ERSPAN type I", 1, gre("0000 88be", bridged), SEEN_V4],
  ["ERSPAN type II", 1, gre("1000 88be 00000001 1007000500000012", bridged), SEEN_V4],
  ["ERSPAN type III", 1, gre("1000 22eb 00000001 2007 0005 00000000 0000 0000", bridged), SEEN_V4],
  [
    "ERSPAN type III with a platform header",
    1,
    gre("1000 22eb 00000001 2007 0005 00000000 0000 0001 0000000000000000", bridged),
    SEEN_V4,
  ],
];

const GTP_ICMP = "30ff";
const outer = (port: number, bytes: number, from: number): string =>
  `udp ${OUTER.from}:${from} > ${OUTER.to}:${port} ${bytes}`;
const inUdp = (
  what: string,
  port: number,
  header: string,
  packet: Uint8Array,
  seen: string,
  from = port ^ 0x8000,
): Layered => {
  const payload = after(header, packet);
  return [what, 1, over(17, udp(from, port, payload)), outer(port, payload.length, from), seen];
};
const whole = (packet: Uint8Array): Uint8Array => join([packet, new Uint8Array(-packet.length & 3)]);
/** What stands before the packet, made {@link whole}, in a datagram of sFlow. */
function sampled(format: number, header: number, protocol: number, packet: Uint8Array): string {
  const word = (value: number): string => value.toString(16).padStart(8, "0");
  const { length: held } = whole(packet);
  const record = [1, 16 + held, protocol, packet.length + 4, 4, packet.length].map(word).join("");
  const sample = "00".repeat(header - 4) + word(1) + record;
  const datagram = [5, 1, 0xc0000207, 0, 9, 1000, 1].map(word).join("");
  return datagram + word(format) + word(sample.length / 2 + held) + sample;
}
const TEREDO = ipv6(17, DATAGRAM, hex("20010000 00000000 00000000 00000002"), V6_SERVER);
const SEEN_TEREDO = "udp 2001::2:1024 > 2001:db8::1:40001 3";
const WLAN = `0800 0000 ${"020000000001".repeat(3)} 0000 aaaa03 000000 0800`;

const IN_UDP: readonly Layered[] = [
  inUdp("VXLAN", 4789, "08000000 00000100", bridged, SEEN_V4),
  inUdp("VXLAN at Linux's port", 8472, "08000000 00000100", bridged, SEEN_V4),
  inUdp("VXLAN with a group policy", 4789, "88000005 00000100", bridged, SEEN_V4),
  inUdp("VXLAN-GPE of IPv4", 4790, "0c000001 00000100", V4, SEEN_V4),
  inUdp("VXLAN-GPE of IPv6", 4790, "0c000002 00000100", V6, SEEN_V6),
  inUdp("VXLAN-GPE of Ethernet", 4790, "0c000003 00000100", bridged, SEEN_V4),
  inUdp(
    "VXLAN-GPE of a network service header",
    4790,
    `0c000004 00000100 0fc6 0101 00000000 ${"00".repeat(16)}`,
    V4,
    SEEN_V4,
  ),
  inUdp("Geneve of Ethernet with an option", 6081, "01006558 00000100 00000000", bridged, SEEN_V4),
  inUdp("Geneve of IPv4", 6081, "00000800 00000100", V4, SEEN_V4),
  inUdp("GRE in UDP", 4754, "0000 0800", V4, SEEN_V4),
  inUdp("MPLS in UDP", 6635, "00010140", V4, SEEN_V4),
  inUdp("LISP data", 4341, "80000001 00000001", V4, SEEN_V4),
  inUdp("GTP-U", 2152, `${GTP_ICMP} ${length(0, V4)} 00000001`, V4, SEEN_V4),
  inUdp("GTP-U with a sequence number", 2152, `32ff ${length(4, V4)} 00000001 00010000`, V4, SEEN_V4),
  inUdp("GTP-U with an extension header", 2152, `34ff ${length(8, V6)} 00000001 00000085 01 00 01 00`, V6, SEEN_V6),
  inUdp("GTP before version 1", 3386, `1eff ${length(0, V4)} ${"00".repeat(16)}`, V4, SEEN_V4),
  inUdp("LISP control", 4342, "80000000", V6, SEEN_V6),
  inUdp("AMT", 2268, "0600", V4, SEEN_V4),
  inUdp("sFlow of Ethernet", 6343, sampled(1, 32, 1, bridged), whole(bridged), SEEN_V4),
  inUdp("sFlow of IPv6, its sample in the longer form", 6343, sampled(3, 44, 12, V6), whole(V6), SEEN_V6),
  inUdp("L2TP", 1701, "0002 0001 0001 ff03 0021", V4, SEEN_V4),
  inUdp(
    "L2TP with length, sequence and offset",
    1701,
    `4a02 ${length(18, V4)} 0001 0001 0000 0000 0002 0000 ff03 0021`,
    V4,
    SEEN_V4,
  ),
  inUdp("CAPWAP of 802.11, its control field swapped", 5247, `00 100300 00000000 0008${WLAN.slice(4)}`, V4, SEEN_V4),
  inUdp("CAPWAP of Ethernet", 5247, "00 100200 00000000", bridged, SEEN_V4),
  inUdp("TZSP", 37_008, "01000001 0a01ff 01", bridged, SEEN_V4),
  inUdp("TZSP of 802.11", 37_008, `01000012 01 ${WLAN}`, V4, SEEN_V4),
  inUdp("AYIYA", 5072, `41 52 11 29 00000000 ${"00".repeat(36)}`, V6, SEEN_V6),
  inUdp("Teredo", 3544, "", TEREDO, SEEN_TEREDO, 3544),
  inUdp("Teredo with an origin indication", 3544, "0000 1234 56789abc", TEREDO, SEEN_TEREDO, 3544),
  inUdp("Teredo with authentication", 3544, "0001 00 00 0000000000000000 00", TEREDO, SEEN_TEREDO, 3544),
  inUdp("Teredo at a relay's port", 40_000, "", TEREDO, SEEN_TEREDO, 3544),
];

export const TUNNELS: readonly Layered[] = [...INSIDE, ...IN_IP, ...IN_UDP];
