import { describe, expect, test } from "vitest";
import { join } from "../capture/build.ts";
import { NOTHING } from "../../../src/ingest/dissect/verdict.ts";
import { FLAG, frame4, hex, ipv4, tcp } from "../decode/build.ts";
import { back, CLIENT, line, out, play, SERVER } from "./play.ts";

const { fin, syn, rst, ack } = FLAG;
const SYN = out({ seq: 99, flags: syn });
const SYN_ACK = back({ seq: 499, ack: 100, flags: syn | ack });
const ACK = out({ seq: 100, ack: 500 });
const HELLO = out({ seq: 100, ack: 500 }, "HELLO api.example.com.");
const DATA = back({ seq: 500, ack: 122 }, "welcome");
const FORWARD = "tcp 10.0.0.2:40000 > 192.0.2.1:443";

describe("the state of a connection", () => {
  const unreachable = frame4(
    { protocol: 1, from: "192.0.2.9", to: CLIENT },
    join([hex("0301 0000 00000000"), ipv4({ protocol: 6, from: CLIENT, to: SERVER }, tcp(40_000, 443))]),
  );
  test.for<[string, Uint8Array[], string]>([
    ["SYN alone", [SYN], `${FORWARD} attempted failed 0/0`],
    ["SYN sent again", [SYN, SYN, SYN], `${FORWARD} attempted failed 0/0`],
    ["handshake", [SYN, SYN_ACK, ACK], `${FORWARD} established allowed 0/0`],
    ["data both ways", [SYN, SYN_ACK, ACK, HELLO, DATA], `${FORWARD} established allowed 22/7`],
    ["handshake whose SYN-ACK was missed", [SYN, HELLO, DATA], `${FORWARD} established allowed 22/7`],
    ["SYN refused by RST", [SYN, back({ ack: 100, flags: rst | ack })], `${FORWARD} rejected failed 0/0`],
    ["SYN refused by ICMP", [SYN, unreachable], `${FORWARD} rejected failed 0/0`],
    ["ICMP error about a living connection", [SYN, SYN_ACK, unreachable], `${FORWARD} established allowed 0/0`],
    ["SYN taken back", [SYN, out({ seq: 100, flags: rst })], `${FORWARD} reset failed 0/0`],
    ["established and then reset", [SYN, SYN_ACK, ACK, back({ seq: 500, flags: rst })], `${FORWARD} reset allowed 0/0`],
    ["SYN-ACK first: the receiver opened it", [SYN_ACK, ACK, HELLO], `${FORWARD} established allowed 22/0`],
    ["data first: the lower port is the server", [DATA, ACK], `${FORWARD} midstream allowed 0/7`],
    ["a refusal first", [back({ ack: 100, flags: rst | ack })], `${FORWARD} midstream allowed 0/0`],
    ["data before its own SYN-ACK: captured out of order", [DATA, SYN_ACK], `${FORWARD} established allowed 0/7`],
    ["data before its own SYN", [HELLO, SYN, SYN_ACK], `${FORWARD} established allowed 22/0`],
  ])("%s", ([, frames, expected]) => {
    const { flows } = play(frames);
    expect(flows.map(line)).toEqual([expected]);
    expect(flows[0]?.flags).toEqual(expected.includes("midstream") ? ["midstream"] : []);
  });

  test("a midstream flow is flagged, and the run says that it starts in the middle", () => {
    expect(play([DATA]).facts.blindSpots).toContain("starts-midstream");
    expect(play([SYN]).facts.blindSpots).not.toContain("starts-midstream");
  });

  test("midstream, the side that greets like a client is one, whatever the ports", () => {
    const { flows } = play([back({ seq: 7 }, "HELLO odd.example.com.")]);
    expect(flows.map(line)).toEqual(["tcp 192.0.2.1:443 > 10.0.0.2:40000 midstream allowed 22/0"]);
    expect(flows[0]?.claims).toEqual([{ source: "tls-sni", name: "odd.example.com", record: 1 }]);
  });
});

describe("a hello behind a protocol that is not known", () => {
  const said = (...pieces: readonly string[]): { name: string | undefined; flags: readonly string[] } => {
    let seq = 100;
    const frames = pieces.map((piece) => out({ seq: (seq += piece.length) - piece.length, ack: 500 }, piece));
    const [flow] = play([SYN, SYN_ACK, ACK, ...frames]).flows;
    return { name: flow?.claims[0]?.name, flags: flow?.flags ?? [] };
  };
  const LATE = { name: "api.example.com", flags: ["late-hello"] };
  const NONE = { name: undefined, flags: [] };
  const greetings = (count: number): string[] => Array.from({ length: count }, () => "RFB 003.008\n");

  test.for<[string, string[], typeof LATE | typeof NONE]>([
    ["gives its name, and is flagged", ["RFB 003.008\n", "HELLO api.example.com."], LATE],
    ["in several segments", ["RFB 003.008\n", "HELLO api", ".example", ".com."], LATE],
    ["behind as many packets as are waited for", [...greetings(29), "HELLO api.example.com."], LATE],
    ["behind more", [...greetings(40), "HELLO api.example.com."], NONE],
    ["in the midst of a segment", ["RFB 003.008\nHELLO api.example.com."], NONE],
    [
      "behind a name already known",
      ["HELLO one.example.com.", "HELLO two.example.com."],
      { name: "one.example.com", flags: [] },
    ],
  ])("%s", ([, pieces, expected]) => expect(said(...pieces)).toEqual(expected));

  test("is none of the server's", () => {
    const frames = [SYN, SYN_ACK, out({ seq: 100 }, "x"), back({ seq: 500 }, "HELLO api.example.com.")];
    expect(play(frames).flows[0]).toMatchObject({ claims: [], flags: [] });
  });
});

describe("a port used again", () => {
  const again = out({ seq: 9000, flags: syn });
  const closing = [back({ seq: 500, flags: fin | ack }), out({ seq: 100, flags: fin | ack })];
  test.for<[string, Uint8Array[], number]>([
    ["after both ends closed", [SYN, SYN_ACK, ...closing, again], 2],
    ["after a reset", [SYN, SYN_ACK, back({ flags: rst }), again], 2],
    ["after a refusal", [SYN, back({ flags: rst | ack }), again], 2],
    ["while the old connection never said goodbye", [SYN, SYN_ACK, ACK, again], 2],
    ["by the same SYN, sent again after a refusal", [SYN, back({ flags: rst | ack }), SYN], 1],
    ["by a late acknowledgement of the closing", [SYN, SYN_ACK, ...closing, ACK], 1],
    ["by the other side, while still open: a simultaneous open", [SYN, back({ seq: 77, flags: syn })], 1],
  ])("%s", ([, frames, count]) => {
    expect(play(frames).flows).toHaveLength(count);
  });
});

describe("the client's first bytes become a name", () => {
  const opening = [SYN, SYN_ACK, ACK];
  const part = (from: number, to: number, content = "HELLO api.example.com."): Uint8Array =>
    out({ seq: 100 + from }, content.slice(from, to));
  const named = (frames: readonly Uint8Array[], record: number): void => {
    const claims = play([...opening, ...frames]).flows[0]?.claims;
    expect(claims).toEqual([{ source: "tls-sni", name: "api.example.com", record }]);
  };

  test("in one segment", () => named([part(0, 22)], 4));
  test("in two segments", () => named([part(0, 9), part(9, 22)], 5));
  test("out of order", () => named([part(9, 22), part(0, 9)], 5));
  test("byte by byte, last byte first", () =>
    named(
      Array.from({ length: 22 }, (_, i) => part(21 - i, 22 - i)),
      25,
    ));
  test("with retransmissions and overlaps", () => named([part(0, 9), part(0, 9), part(4, 15), part(13, 22)], 7));
  test("with a keep-alive in between", () => named([part(0, 9), out({ seq: 99 }, "x"), part(9, 22)], 6));
  test("in the SYN itself (TCP Fast Open)", () => {
    const { flows } = play([out({ seq: 99, flags: syn }, "HELLO api.example.com."), SYN_ACK]);
    expect(flows[0]?.claims).toHaveLength(1);
  });
  test("across the wrap of sequence numbers", () => {
    const start = 0xffff_fff8;
    const at = (from: number, to: number): Uint8Array =>
      out({ seq: (start + 1 + from) >>> 0 }, "HELLO api.example.com.".slice(from, to));
    const { flows } = play([out({ seq: start, flags: syn }), at(12, 22), at(0, 12)]);
    expect(flows[0]?.claims).toHaveLength(1);
  });
  test("of bytes sent twice with different content, the ones that came first count", () =>
    named([part(0, 9), part(6, 9, "HELLO EVIL"), part(9, 22)], 6));

  test.for<[string, Uint8Array[]]>([
    ["a hole is never filled", [part(0, 9), part(12, 22)]],
    ["it is no greeting", [out({ seq: 100 }, "something else")]],
    ["it is longer than any name needs", [out({ seq: 100 }, `HELLO ${"a".repeat(2000)}`)]],
    ["it begins beyond the limit", [out({ seq: 100 + 5000 }, "HELLO api.example.com.")]],
    ["only the server speaks", [back({ seq: 500 }, "HELLO api.example.com.")]],
    ["it is the reason of a reset", [out({ seq: 100, flags: rst }, "HELLO api.example.com.")]],
  ])("no name when %s", ([, frames]) => {
    expect(play([...opening, ...frames]).flows[0]?.claims).toEqual([]);
  });

  test("a greeting cut by the snap length gives no name, and the run says so", () => {
    const { flows, facts } = play([SYN, SYN_ACK, { bytes: HELLO.slice(0, -6), wireLength: HELLO.length }]);
    expect(flows[0]).toMatchObject({ claims: [], bytesOut: 22 });
    expect(facts.blindSpots).toContain("snaplen-cut");
  });

  test("cut data that nobody needed is no blind spot", () => {
    const { facts } = play([SYN, SYN_ACK, HELLO, { bytes: DATA.slice(0, -4), wireLength: DATA.length }]);
    expect(facts.blindSpots).not.toContain("snaplen-cut");
  });
});

describe("times and order", () => {
  test("first and last seen hold although packets are out of order", () => {
    const { flows, facts } = play([
      { bytes: SYN, seconds: 5 },
      { bytes: SYN_ACK, seconds: 3 },
      { bytes: ACK, seconds: 4 },
    ]);
    expect([flows[0]?.firstSeen, flows[0]?.lastSeen]).toEqual([3e6, 5e6]);
    expect([facts.firstSeen, facts.lastSeen]).toEqual([3e6, 5e6]);
  });

  test("an idle connection is kept for hours, and given up at last", () => {
    const later = (hours: number): number =>
      play([SYN, SYN_ACK, { bytes: out({ seq: 100 }, "x"), seconds: hours * 3600 }]).flows.length;
    expect([later(5), later(7)]).toEqual([1, 2]);
  });

  test("one time stamp from the future sweeps a handful of flows, not the table", () => {
    const many = Array.from({ length: 50 }, (_, i) => out({ flags: syn }, "", [41_000 + i, 443]));
    const { flows } = play([...many, { bytes: SYN, seconds: 0xffff_ffff }, ...many]);
    expect(flows.length).toBeLessThan(60);
  });
});

describe("the table of flows is bounded", () => {
  const attempt = (port: number): Uint8Array => out({ seq: 1, flags: syn }, "", [port, 443]);

  test("a flood of half-open connections loses none, counts what had to go early, and spares the living", () => {
    const flood = Array.from({ length: 500 }, (_, i) => attempt(1024 + i));
    const { flows, facts } = play([SYN, SYN_ACK, ACK, ...flood, HELLO], { maxFlows: 64 });
    expect(flows).toHaveLength(501);
    expect(facts.rejected.get("flow-table-full")).toBe(501 - 64);
    expect(facts.blindSpots).toContain("flow-table-full");
    expect(flows.find(({ claims }) => claims.length > 0)).toMatchObject({ state: "established", bytesOut: 22 });
  });

  test("streams that never complete are given up oldest first once they hold too much", () => {
    const unfinished = Array.from({ length: 20_000 }, (_, i) => out({ seq: 1 }, "HELLO ", [1024 + i, 443]));
    const { facts } = play([...unfinished, SYN, SYN_ACK, HELLO]);
    expect(facts.rejected.get("stream-memory")).toBeGreaterThan(1000);
  });

  test("the same frames give the same flows in the same order", () => {
    const frames = Array.from({ length: 300 }, (_, i) => attempt(1024 + ((i * 7919) % 1000)));
    expect(play(frames, { maxFlows: 16 })).toEqual(play(frames, { maxFlows: 16 }));
  });

  test("bytes that are no stream of a name are not looked at for ever", () => {
    let looks = 0;
    const dissectors = {
      streamBytes: 30_000,
      stream: (_client: Uint8Array, _port: number, ended: boolean) => {
        looks++;
        return ended ? NOTHING : { kind: "more" as const };
      },
      dns: () => null,
      asked: () => [],
      question: () => null,
      beginsTls: () => false,
      beginsHello: () => false,
      hello: () => ({ add: () => ({ kind: "more" as const }), end: () => ({ kind: "more" as const }) }),
    };
    play([SYN, SYN_ACK, ...Array.from({ length: 20_000 }, (_, i) => out({ seq: 100 + i }, "x"))], { dissectors });
    expect(looks).toBeLessThan(120);
  });
});
