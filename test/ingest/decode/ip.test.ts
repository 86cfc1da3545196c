import { describe, expect, test } from "vitest";
import { join } from "../capture/build.ts";
import { ethernet, fragment6, frame4, hex, ipv4, ipv6, tcp, udp, V6_CLIENT, V6_SERVER } from "./build.ts";
import { decode } from "./decode.ts";
import { V4 } from "./link-layers.ts";
import { TUNNELS } from "./tunnels.ts";

const DATAGRAM = udp(1024, 53, hex("61 62 63"));

describe("the segments are found in", () => {
  test.for(TUNNELS)("%s", ([, linkType, bytes, ...seen]) => {
    expect(decode(linkType, bytes)).toMatchObject({ segments: seen, rejected: {} });
  });

  test.for<[string, Uint8Array, string]>([
    ["TCP", frame4({ protocol: 6 }, tcp(1024, 443, {}, hex("616263"))), "tcp 10.0.0.2:1024 > 192.0.2.1:443 3"],
    [
      "SCTP",
      frame4({ protocol: 132 }, hex("0b59 0b5a 00000000 00000000 01000004")),
      "sctp 10.0.0.2:2905 > 192.0.2.1:2906 4",
    ],
    ["ICMP echo", frame4({ protocol: 1 }, hex("0800 0000 0001 0001 6162")), "icmp 10.0.0.2:0 > 192.0.2.1:0 2"],
  ])("%s", ([, bytes, seen]) => {
    expect(decode(1, bytes)).toMatchObject({ segments: [seen], rejected: {} });
  });

  test("a packet cut by the snap length counts its bytes on the wire", () => {
    const whole = frame4({ protocol: 6 }, tcp(1024, 443, {}, new Uint8Array(500)));
    const { segments, payloads } = decode(1, { bytes: whole.slice(0, 60), wireLength: whole.length });
    expect(segments).toEqual(["tcp 10.0.0.2:1024 > 192.0.2.1:443 500"]);
    expect(payloads[0]).toHaveLength(60 - 54);
  });
});

describe("SCTP over UDP", () => {
  const chunk = (length: string): Uint8Array => hex(`0b59 0b5a 00000000 00000000 0100${length}`);
  const over = (payload: Uint8Array): string[] =>
    decode(1, frame4({ protocol: 17 }, udp(9899, 9899, payload))).segments;
  test("has its own ports, too", () => {
    expect(over(chunk("0004"))).toEqual([
      "udp 10.0.0.2:9899 > 192.0.2.1:9899 16",
      "sctp 10.0.0.2:2905 > 192.0.2.1:2906 4",
    ]);
  });
  test("is not taken for it when the first chunk does not fit", () => {
    expect([over(chunk("0005")), over(chunk("0003")), over(hex("0102"))].map((seen) => seen.length)).toEqual([1, 1, 1]);
  });
});

describe("what is no tunnel", () => {
  test("ordinary datagrams at those ports are not taken for tunnels", () => {
    for (const port of [4789, 4790, 6081, 3544, 4754, 2152, 5072, 5247, 1701, 4341, 37_008]) {
      const { segments, rejected } = decode(1, frame4({ protocol: 17 }, udp(1024, port, hex("ff".repeat(64)))));
      expect([segments.length, rejected]).toEqual([1, {}]);
    }
  });
});

describe("fragments", () => {
  const payload = new Uint8Array(40).map((_, i) => 97 + (i % 26));
  const whole = udp(53, 1024, payload);
  const piece = (from: number, to: number, more = to < whole.length): Uint8Array =>
    frame4({ protocol: 17, id: 7, offset: from, more }, whole.slice(from, to));
  const first = "udp 10.0.0.2:53 > 192.0.2.1:1024 0 fragment";
  const complete = "udp 10.0.0.2:53 > 192.0.2.1:1024 40";

  test("in order: the first proves the flow, the last completes the datagram", () => {
    const { segments, payloads, rejected } = decode(1, piece(0, 16), piece(16, 32), piece(32, 48));
    expect(segments).toEqual([first, complete]);
    expect(payloads[1]).toBe(Buffer.from(payload).toString("latin1"));
    expect(rejected).toEqual({});
  });

  test("in reverse, and with a duplicate", () => {
    const { segments, rejected } = decode(1, piece(32, 48), piece(16, 32), piece(32, 48), piece(0, 16));
    expect([segments, rejected]).toEqual([[complete], {}]);
  });

  test("IPv6, with the datagram's own port in the first fragment", () => {
    const six = (from: number, to: number): Uint8Array =>
      ethernet(0x86dd, ipv6(44, fragment6(17, from, to < whole.length, whole.slice(from, to)), V6_SERVER, V6_CLIENT));
    const { segments } = decode(1, six(0, 24), six(24, 48));
    expect(segments.at(-1)).toBe("udp 2001:db8::1:53 > 2001:db8::2:1024 40");
  });

  test.for<[string, Uint8Array[], Record<string, number>]>([
    ["overlapping fragments (teardrop)", [piece(0, 24), piece(16, 48)], { "fragment-overlap": 1 }],
    [
      "an end before what is already there",
      [piece(32, 48, true), piece(0, 16), piece(16, 32, false)],
      { "fragment-overlap": 1 },
    ],
    ["a second end at another place", [piece(40, 48), piece(16, 32, false)], { "fragment-overlap": 1 }],
    [
      "a datagram beyond 64 KiB (ping of death)",
      [frame4({ protocol: 17, offset: 65_528 }, whole)],
      { "fragment-overlap": 1 },
    ],
    [
      "a middle that is no multiple of eight",
      [frame4({ protocol: 17, more: true }, whole.slice(0, 21))],
      { "fragment-overlap": 1 },
    ],
    ["a datagram that stays incomplete", [piece(0, 16), piece(32, 48)], { "fragment-incomplete": 1 }],
  ])("%s gives no datagram", ([, frames, rejected]) => {
    const decoded = decode(1, ...frames);
    expect(decoded.rejected).toEqual(rejected);
    expect(decoded.segments.filter((segment) => !segment.endsWith("fragment"))).toEqual([]);
  });

  test("fragments a minute apart are not put together, as identifiers come round", () => {
    const { segments, rejected } = decode(1, piece(0, 32), { bytes: piece(32, 48), second: 61 });
    expect(segments).toEqual([first]);
    expect(rejected).toEqual({ "fragment-incomplete": 2 });
  });

  test("a flood of first fragments holds a bounded number, and counts the others", () => {
    const flood = Array.from({ length: 300 }, (_, id) => frame4({ protocol: 17, id, more: true }, whole.slice(0, 16)));
    expect(decode(1, ...flood).rejected).toEqual({ "fragment-incomplete": 256, "fragment-table-full": 44 });
  });
});

describe("ICMP errors are about the packet they quote", () => {
  const quoted = ipv4({ protocol: 17 }, udp(1024, 53));
  const error = (head: string): Uint8Array =>
    frame4({ protocol: 1, from: "192.0.2.9", to: "10.0.0.2" }, join([hex(head), quoted]));

  test("unreachable names the quoted flow and is none itself", () => {
    const { segments, unreachable } = decode(1, error("0303 0000 00000000"));
    expect([segments, unreachable]).toEqual([[], ["udp 10.0.0.2:1024 > 192.0.2.1:53"]]);
  });

  test("ICMPv6 unreachable", () => {
    const bytes = ethernet(
      0x86dd,
      ipv6(58, join([hex("0104 0000 00000000"), ipv6(17, udp(1024, 53))]), V6_SERVER, V6_CLIENT),
    );
    expect(decode(1, bytes).unreachable).toEqual(["udp 2001:db8::2:1024 > 2001:db8::1:53"]);
  });

  test.for<[string, string]>([
    ["fragmentation needed", "0304 0000 000005dc"],
    ["time exceeded", "0b00 0000 00000000"],
    ["redirect", "0501 0000 0a000001"],
  ])("%s is no refusal", ([, head]) => {
    expect(decode(1, error(head))).toMatchObject({ segments: [], unreachable: [] });
  });
});

describe("malformed and hostile packets are counted", () => {
  const nested = (depth: number): Uint8Array =>
    Array.from({ length: depth }).reduce<Uint8Array>(
      (inner) => ipv4({ protocol: 4 }, inner),
      ipv4({ protocol: 17 }, DATAGRAM),
    );
  test.for<[string, Uint8Array, string]>([
    ["a header length below 20", ethernet(0x0800, hex(`44${"00".repeat(39)}`)), "bad-packet"],
    ["a total length below the header's", frame4({ protocol: 17, total: 19 }, DATAGRAM), "bad-packet"],
    [
      "IPv5 in a frame that says IPv4",
      ethernet(
        0x0800,
        V4.map((byte, i) => (i === 0 ? 0x55 : byte)),
      ),
      "bad-packet",
    ],
    [
      "a TCP header length below 20",
      frame4(
        { protocol: 6 },
        tcp(1, 2).map((byte, i) => (i === 12 ? 0x40 : byte)),
      ),
      "bad-packet",
    ],
    ["a UDP length below 8", frame4({ protocol: 17 }, hex("0400 0035 0007 0000")), "bad-packet"],
    ["a UDP length of zero in IPv4", frame4({ protocol: 17 }, hex("0400 0035 0000 0000")), "bad-packet"],
    ["an IP header without its transport", frame4({ protocol: 6 }, hex("0400")), "truncated-packet"],
    [
      "extension headers to the end",
      ethernet(0x86dd, ipv6(60, hex("3c00000000000000".repeat(150)))),
      "truncated-packet",
    ],
    [
      "authentication headers to the end",
      frame4({ protocol: 51 }, hex("3300000000000000".repeat(150))),
      "truncated-packet",
    ],
    ["IP in IP eight times too often", ethernet(0x0800, nested(16)), "tunnel-too-deep"],
    ["IGMP", frame4({ protocol: 2 }, hex("1600000000000000")), "other-protocol"],
    ["ESP", frame4({ protocol: 50 }, hex("0000000100000001")), "other-protocol"],
  ])("%s", ([, bytes, reason]) => {
    expect(decode(1, bytes)).toMatchObject({ segments: [], rejected: { [reason]: 1 } });
  });
});
