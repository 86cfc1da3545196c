import { describe, expect, test } from "vitest";
import { DISSECTORS } from "../../../src/ingest/track/dissectors.ts";
import type { FiveTuple } from "../../../src/ingest/track/trace.ts";
import type { FlowPackets } from "../../../src/model/flow.ts";
import { address } from "../../support/build.ts";
import { join } from "../capture/build.ts";
import { FLAG, frame4, hex, ipv4, tcp, udp } from "../decode/build.ts";
import { clientHello, POST_QUANTUM, records, tls } from "../dissect/hello.ts";
import { ask, back, bytes, CLIENT, out, play, reply, response, SERVER, type Timed } from "./play.ts";

const { syn, rst, ack, fin } = FLAG;
const SYN = out({ seq: 99, flags: syn });
const SYN_ACK = back({ seq: 499, ack: 100, flags: syn | ack });

const tuple = (transport: FiveTuple["transport"], port: number): FiveTuple => ({
  transport,
  originator: { address: address(CLIENT), port: 40_000 },
  responder: { address: address(SERVER), port },
});
const WEB = tuple("tcp", 443);

type Frames = readonly (Uint8Array | Timed)[];
const traced = (frames: Frames, wanted = WEB, dissectors?: typeof DISSECTORS): FlowPackets[] =>
  play(frames, { trace: [wanted], ...(dissectors && { dissectors }) }).flows.flatMap(({ packets }) => packets ?? []);
const only = (frames: Frames, wanted?: FiveTuple, dissectors?: typeof DISSECTORS): FlowPackets => {
  const [first, ...others] = traced(frames, wanted, dissectors);
  expect(others).toEqual([]);
  if (!first) throw new Error("not traced");
  return first;
};

describe("the packets of a hello", () => {
  const part = (at: number, text: string): Uint8Array => out({ seq: 100 + at }, text);
  const HELLO = "HELLO api.example.com.";
  test.for<[string, Frames, readonly number[]]>([
    ["one segment", [SYN, SYN_ACK, part(0, HELLO)], [3]],
    ["three segments", [SYN, SYN_ACK, part(0, "HEL"), part(3, "LO api"), part(9, ".example.com.")], [3, 4, 5]],
    ["in the order of the bytes", [SYN, part(9, ".example.com."), part(3, "LO api"), part(0, "HEL")], [4, 3, 2]],
    ["of what was sent again, the first", [SYN, part(0, "HEL"), part(0, "HEL"), part(0, HELLO)], [2, 4]],
    ["without what came after", [SYN, part(0, HELLO), part(22, "more"), part(26, "more")], [2]],
    ["without acknowledgements between", [SYN, part(0, "HEL"), back({ seq: 500 }), part(3, HELLO.slice(3))], [2, 4]],
    ["midstream", [part(0, HELLO), part(22, "more")], [1]],
    ["none", [SYN, SYN_ACK, part(0, "something else"), part(14, "more")], []],
  ])("%s", ([, frames, said]) => {
    expect(only(frames)).toMatchObject({ said, asked: [], whole: true });
  });

  test("the flow itself is told the same as without a trace", () => {
    const frames = [SYN, SYN_ACK, part(0, "HEL"), part(3, HELLO.slice(3)), back({ seq: 500 }, "hi")];
    const flows = play(frames, { trace: [WEB] }).flows.map((flow) => ({
      ...flow,
      packets: undefined,
      claims: flow.claims.map((claim) => ({ ...claim, records: undefined })),
    }));
    expect(flows).toEqual(play(frames).flows);
  });
});

describe("real protocols", () => {
  const latin1 = (content: Uint8Array): string => Buffer.from(content).toString("latin1");
  const sent = (...pieces: readonly (string | Uint8Array)[]): Uint8Array[] => {
    let seq = 100;
    return pieces.map((piece) => {
      const text = typeof piece === "string" ? piece : latin1(piece);
      seq += text.length;
      return out({ seq: seq - text.length }, text);
    });
  };
  const hello = records(clientHello({ names: ["api.example.com"], extensions: [POST_QUANTUM] }));
  const connect = "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n";

  test.for<[string, Uint8Array[], readonly number[], readonly number[]]>([
    [
      "a post-quantum hello",
      sent(hello.subarray(0, 700), hello.subarray(700, 1200), hello.subarray(1200)),
      [2, 3, 4],
      [],
    ],
    ["CONNECT, then a hello", sent(connect, hello.subarray(0, 900), hello.subarray(900)), [3, 4], [2]],
    ["CONNECT in two, then a hello", sent(connect.slice(0, 20), connect.slice(20), hello), [4], [2, 3]],
    ["CONNECT and hello in one", sent(connect + latin1(hello)), [2], [2]],
    ["CONNECT alone", sent(connect), [], [2]],
    ["CONNECT, then something else", sent(connect, "SSH-2.0-x\r\n"), [], [2]],
    ["STARTTLS, then a hello", sent("EHLO me\r\n", "STARTTLS\r\n", hello), [4], []],
    ["a request head in two", sent("GET / HTTP/1.1\r\nHost: api.ex", "ample.com\r\n\r\n"), [2, 3], []],
    [
      "a hello without a name, but with ECH",
      sent(records(clientHello({ extensions: [[0xfe0d, Buffer.alloc(8)]] }))),
      [2],
      [],
    ],
  ])("%s", ([, frames, said, asked]) => {
    expect(only([SYN, ...frames], WEB, DISSECTORS)).toMatchObject({ said, asked, whole: true });
  });

  test("a hello that ends before it is whole, as far as it goes", () => {
    const frames = [SYN, ...sent(tls("api.example.com").subarray(0, 60))];
    expect(only(frames, WEB, DISSECTORS)).toMatchObject({ said: [2], asked: [] });
  });
});

describe("the opening", () => {
  const unreachable = frame4(
    { protocol: 1, from: "192.0.2.9", to: CLIENT },
    join([hex("0301 0000 00000000"), ipv4({ protocol: 6, from: CLIENT, to: SERVER }, tcp(40_000, 443))]),
  );
  test.for<[string, Frames, FiveTuple, readonly string[]]>([
    ["handshake", [SYN, SYN_ACK], WEB, ["syn 1", "syn-ack 2"]],
    ["SYN sent again", [SYN, SYN, SYN_ACK], WEB, ["syn 1", "syn 2", "syn-ack 3"]],
    ["refused by RST", [SYN, back({ ack: 100, flags: rst | ack })], WEB, ["syn 1", "refusal 2"]],
    ["refused by ICMP", [SYN, unreachable], WEB, ["syn 1", "refusal 2"]],
    ["a reset later is none", [SYN, SYN_ACK, back({ seq: 500, flags: rst })], WEB, ["syn 1", "syn-ack 2"]],
    ["midstream", [out({ seq: 100 }, "x")], WEB, []],
    [
      "datagrams",
      [ask(bytes("hi"), [40_000, 4000]), reply(bytes("ho"), [4000, 40_000])],
      tuple("udp", 4000),
      ["first 1", "reply 2"],
    ],
  ])("%s", ([, frames, wanted, opening]) => {
    expect(only(frames, wanted).opening.map(({ kind, record }) => `${kind} ${record}`)).toEqual(opening);
  });
});

describe("what is traced", () => {
  test("counts the flow's own packets", () => {
    const other = out({ seq: 5 }, "x", [40_001, 443]);
    expect(only([other, SYN, other, SYN_ACK, other])).toMatchObject({ count: 2, first: 2, last: 4 });
  });

  test.for<[string, Frames, number | null]>([
    [
      "the first bytes of the client, whatever they are",
      [SYN, SYN_ACK, back({ seq: 500 }, "hi"), out({ seq: 100 }, "x")],
      4,
    ],
    ["none, when only the server speaks", [SYN, SYN_ACK, back({ seq: 500 }, "hi")], null],
    ["none in a reset", [SYN, SYN_ACK, out({ seq: 100, flags: rst }, "why")], null],
  ])("%s", ([, frames, spoke]) => expect(only(frames)).toMatchObject({ spoke }));

  test("a port used again begins anew", () => {
    const closing = [back({ seq: 500, flags: fin | ack }), out({ seq: 100, flags: fin | ack })];
    const again = [out({ seq: 9000, flags: syn }), out({ seq: 9001 }, "HELLO two.example.com.")];
    const both = traced([SYN, out({ seq: 100 }, "HELLO one.example.com."), ...closing, ...again]);
    expect(both.map(({ first, last, said }) => [first, last, said])).toEqual([
      [1, 4, [2]],
      [5, 6, [6]],
    ]);
  });

  test("Initials of QUIC that matter", () => {
    const quic = (text: string): Uint8Array => ask(bytes(text), [40_000, 443]);
    const frames = [quic("QUIC"), quic("QUIC q.example.com."), quic("QUIC")];
    expect(only(frames, tuple("udp", 443))).toMatchObject({ said: [2], whole: true });
    expect(only([quic("STUN"), ...frames], tuple("udp", 443))).toMatchObject({ said: [3], whole: true });
  });

  test("nobody else is", () => {
    const { flows } = play([SYN, out({ seq: 5 }, "x", [40_001, 443])], { trace: [WEB] });
    expect(flows.map(({ packets, originator }) => [originator.port, packets !== undefined])).toEqual(
      expect.arrayContaining([
        [40_000, true],
        [40_001, false],
      ]),
    );
  });
});

describe("what came in several packets has all of them", () => {
  const get = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const sent = (...pieces: readonly string[]): Uint8Array[] => {
    let seq = 100;
    return pieces.map((piece) => out({ seq: (seq += piece.length) - piece.length }, piece));
  };
  const claims = (frames: Frames): Record<string, readonly number[]> => {
    const [flow] = play([SYN, ...frames], { trace: [WEB], dissectors: DISSECTORS }).flows;
    return Object.fromEntries((flow?.claims ?? []).map((claim) => [claim.name, claim.records ?? [claim.record]]));
  };
  const [first, second, third] = [get("a.example"), get("b.example"), get("c.example")];

  test.for<[string, Frames, Record<string, readonly number[]>]>([
    [
      "a later request",
      sent(first, second.slice(0, 20), second.slice(20), third),
      { "a.example": [2], "b.example": [3, 4], "c.example": [5] },
    ],
    [
      "a request that begins behind another one",
      sent(first + second.slice(0, 20), second.slice(20) + third),
      { "a.example": [2], "b.example": [2, 3], "c.example": [3] },
    ],
    [
      "segments that came in another order",
      [...sent(first), ...sent(first, second.slice(0, 20), second.slice(20)).slice(1).reverse()],
      { "a.example": [2], "b.example": [4, 3] },
    ],
  ])("%s", ([, frames, expected]) => {
    expect(claims(frames)).toEqual(expected);
  });

  test("beyond 64 packets only the one that completed it is told", () => {
    const padded = second.replace("\r\n\r\n", `\r\nX: ${"y".repeat(80)}\r\n\r\n`).split("");
    expect(claims(sent(first, ...padded))).toEqual({ "a.example": [2], "b.example": [2 + padded.length] });
  });

  const DNS: readonly [number, number] = [53, 40_000];
  const framed = (name: string, to: string): string => {
    const message = Buffer.from(response(name, to)).toString("latin1");
    return `${String.fromCharCode(message.length >> 8, message.length & 0xff)}${message}`;
  };
  const answers = (frames: Frames, trace: readonly FiveTuple[] | null = [WEB]): (readonly number[])[] =>
    play(frames, trace === null ? {} : { trace }).answers.map((answer) => answer.records ?? [answer.record]);
  const opened = [
    out({ seq: 99, flags: syn }, "", [40_000, 53]),
    back({ seq: 499, ack: 100, flags: syn | ack }, "", DNS),
  ];
  const [one, two] = [framed("a.example", "192.0.2.7"), framed("b.example", "192.0.2.8")];
  const told = (...pieces: readonly string[]): Uint8Array[] => {
    let seq = 500;
    return pieces.map((piece) => back({ seq: (seq += piece.length) - piece.length }, piece, DNS));
  };

  test.for<[string, Uint8Array[], readonly (readonly number[])[]]>([
    ["DNS over TCP in one segment", told(one), [[3]]],
    ["DNS over TCP in three", told(one.slice(0, 1), one.slice(1, 9), one.slice(9)), [[3, 4, 5]]],
    [
      "two answers that share a segment",
      told(one.slice(0, 9), one.slice(9) + two.slice(0, 5), two.slice(5)),
      [
        [3, 4],
        [4, 5],
      ],
    ],
    ["an answer behind one that is over", told(one, two.slice(0, 5), two.slice(5)), [[3], [4, 5]]],
  ])("%s", ([, frames, expected]) => {
    expect(answers([...opened, ...frames])).toEqual(expected);
  });

  test("without a trace only the packet that completed it is known", () => {
    expect(answers([...opened, ...told(one.slice(0, 9), one.slice(9))], null)).toEqual([[4]]);
  });

  test("a DNS answer in fragments has every fragment", () => {
    const whole = udp(53, 40_000, response("a.example", "192.0.2.7"));
    const fragment = (from: number, to: number, more: boolean): Uint8Array =>
      frame4({ protocol: 17, from: SERVER, to: CLIENT, id: 7, offset: from, more }, whole.slice(from, to));
    const frames = [fragment(16, whole.length, false), fragment(0, 16, true), ask(bytes("x"), [40_001, 4000])];
    expect(answers(frames)).toEqual([[2, 1]]);
  });
});
