import { describe, expect, test } from "vitest";
import { DISSECTORS } from "../../../src/ingest/track/dissectors.ts";
import { join } from "../capture/build.ts";
import { ethernet, FLAG, fragment6, frame4, hex, ipv6, udp, V6_CLIENT, V6_SERVER } from "../decode/build.ts";
import { a, bytes4, https, message } from "../dissect/messages.ts";
import { ask, back, CLIENT, out, play as playPlain, type Played, reply, SERVER, type Timed } from "./play.ts";

/** With the real dissectors: what counts here is what bytes are. */
const play = (frames: readonly (Uint8Array | Timed)[]): Played => playPlain(frames, { dissectors: DISSECTORS });

const Q = "www.example.com";
const QUERY = message({ questions: [Q], flags: 0x0100 });
const ANSWER = message({ questions: [Q], answers: [a(Q, "192.0.2.80")] });
const withId = (bytes: Uint8Array, id: number): Uint8Array =>
  join([new Uint8Array([id >> 8, id & 255]), bytes.slice(2)]);

const told = ({ answers }: Played): string[] =>
  answers.map((x) => `${x.source} ${x.name} = ${x.address} by ${x.resolver}:${x.resolverPort} to ${x.client}`);
const TOLD = (port: number, source = "dns"): string => `${source} ${Q} = 192.0.2.80 by ${SERVER}:${port} to ${CLIENT}`;

describe("DNS on another port than 53", () => {
  const toServer = (port: number, ...payloads: Uint8Array[]): Uint8Array[] =>
    payloads.map((p) => ask(p, [40_000, port]));
  const from = (port: number, ...payloads: Uint8Array[]): Uint8Array[] => payloads.map((p) => reply(p, [port, 40_000]));

  test.each([5300, 1053, 8053, 443, 40_123])("%i: a question and its answer are evidence, and flagged", (port) => {
    const got = play([...toServer(port, QUERY), ...from(port, ANSWER)]);
    expect(told(got)).toEqual([TOLD(port)]);
    expect(got.flows[0]?.flags).toEqual(["dns-port"]);
    expect(got.facts.blindSpots).not.toContain("no-dns-seen");
  });

  test.for<[string, Uint8Array[]]>([
    ["an answer that nobody asked for", from(5300, ANSWER)],
    ["an answer with another id", [...toServer(5300, QUERY), ...from(5300, withId(ANSWER, 7))]],
    [
      "an answer to another question",
      [
        ...toServer(5300, QUERY),
        ...from(5300, message({ questions: ["a.example"], answers: [a("a.example", "192.0.2.9")] })),
      ],
    ],
    ["an answer after something that is no question", [...toServer(5300, hex("0102030405")), ...from(5300, ANSWER)]],
    ["a question with bytes behind it", [...toServer(5300, join([QUERY, hex("00")])), ...from(5300, ANSWER)]],
    [
      "an answer that cannot be decoded",
      [
        ...toServer(5300, QUERY),
        ...from(5300, message({ questions: [Q], answers: [a(Buffer.of(0xc0, 0xff), "192.0.2.9")] })),
      ],
    ],
  ])("%s is none", ([, frames]) => {
    const got = play(frames);
    expect([got.answers, got.flows.flatMap(({ flags }) => flags)]).toEqual([[], []]);
    expect(got.facts.blindSpots).toContain("no-dns-seen");
  });

  test("of two questions asked at once both answers count", () => {
    const other = message({ questions: ["b.example"], flags: 0x0100 });
    const answer = withId(message({ questions: ["b.example"], answers: [a("b.example", "192.0.2.9")] }), 7);
    const got = play([...toServer(5300, QUERY, withId(other, 7)), ...from(5300, answer, ANSWER)]);
    expect(got.answers.map(({ name }) => name)).toEqual(["b.example", Q]);
  });

  const framed = (whole: Uint8Array): Uint8Array => join([new Uint8Array([0, whole.length]), whole]);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const opening = [
    out({ seq: 99, flags: FLAG.syn }, "", [40_000, 5300]),
    back({ seq: 499, ack: 100, flags: FLAG.syn | FLAG.ack }, "", [5300, 40_000]),
  ];

  test("over TCP too, in any segments of the answer", () => {
    const stream = framed(ANSWER);
    const asking = out({ seq: 100 }, text(framed(QUERY)), [40_000, 5300]);
    const piece = (at: number, end?: number): Uint8Array =>
      back({ seq: 500 + at }, text(stream.slice(at, end)), [5300, 40_000]);
    for (const pieces of [[piece(0)], [piece(0, 1), piece(1, 20), piece(20)], [piece(20), piece(0, 20)]]) {
      const got = play([...opening, asking, ...pieces]);
      expect(told(got)).toEqual([TOLD(5300)]);
      expect(got.flows[0]?.flags).toEqual(["dns-port"]);
    }
  });

  test("over TCP an answer to another question is none", () => {
    const asking = out({ seq: 100 }, text(framed(QUERY)), [40_000, 5300]);
    expect(
      play([...opening, asking, back({ seq: 500 }, text(framed(withId(ANSWER, 7))), [5300, 40_000])]).answers,
    ).toEqual([]);
  });

  test("5353 of a single host is DNS where both sides recurse, as mDNS never does", () => {
    const got = play([...toServer(5353, QUERY), ...from(5353, ANSWER)]);
    expect([told(got), got.flows[0]?.flags]).toEqual([[TOLD(5353)], ["dns-port"]]);
    const plain = message({ questions: [Q], answers: [a(Q, "192.0.2.80")], flags: 0x8400 });
    expect(told(play([...toServer(5353, withId(QUERY, 0x1234)), ...from(5353, plain)]))).toEqual([TOLD(5353, "mdns")]);
  });

  test("a flood of such flows does not hold memory without end", () => {
    const flood = Array.from({ length: 70_000 }, (_, i) =>
      ask(QUERY, [1 + (i % 50_000), 5300 + Math.floor(i / 50_000)]),
    );
    expect(play(flood).facts.rejected.get("stream-memory")).toBeGreaterThan(1000);
  });
});

describe("an answer from port 53", () => {
  const dns = (id: number): Uint8Array => reply(withId(ANSWER, id));
  const asked = (id: number): Uint8Array => ask(withId(QUERY, id));
  test.for<[string, Uint8Array[], number, number]>([
    ["counts if its flow asked", [asked(1), dns(1)], 1, 0],
    ["counts once for each of two questions", [asked(1), asked(2), dns(2), dns(1)], 2, 0],
    ["counts again when it comes again", [asked(1), dns(1), dns(1)], 2, 0],
    ["does not count with another id", [asked(1), dns(3)], 0, 1],
    ["nor with another id than both", [asked(1), asked(2), dns(3), dns(2)], 1, 1],
    ["counts in a flow with more questions than are remembered", [asked(1), asked(2), asked(4), dns(3)], 1, 0],
    ["counts where no question was seen", [dns(3)], 1, 0],
    ["counts where the question was sent twice", [asked(1), asked(1), dns(1), dns(2)], 1, 1],
  ])("%s", ([, frames, answers, unasked]) => {
    const got = play(frames);
    expect([got.answers.length, got.facts.rejected.get("unasked-answer") ?? 0]).toEqual([answers, unasked]);
  });

  test("in IPv6 fragments, in any order, is put together first", () => {
    const hints = Array.from({ length: 20 }, (_, i) => https(Q, 1, "", [[4, bytes4(`198.51.100.${i}`)]]));
    const whole = udp(53, 40_000, message({ questions: [Q], answers: [...hints, a(Q, "192.0.2.80")] }));
    const piece = (at: number, end: number): Uint8Array =>
      ethernet(0x86dd, ipv6(44, fragment6(17, at, end < whole.length, whole.slice(at, end)), V6_SERVER, V6_CLIENT));
    const question = ethernet(0x86dd, ipv6(17, udp(40_000, 53, QUERY)));
    const [head, middle, tail] = [piece(0, 400), piece(400, 800), piece(800, whole.length)];
    for (const pieces of [
      [head, middle, tail],
      [tail, head, middle],
      [middle, tail, head],
    ]) {
      expect(play([question, ...pieces]).answers).toHaveLength(21);
    }
    expect(play([question, head, tail]).answers).toEqual([]);
  });
});

describe("hosts of the link", () => {
  const said = message({ answers: [a("printer.local", "192.0.2.5")], flags: 0x8400 });
  const group = (payload: Uint8Array): Uint8Array =>
    frame4({ protocol: 17, from: SERVER, to: "224.0.0.251" }, udp(5353, 5353, payload));

  const wants = (name: string, from = CLIENT): Uint8Array =>
    frame4({ protocol: 17, from, to: "224.0.0.251" }, udp(5353, 5353, message({ questions: [name], flags: 0 })));

  test("tell by mDNS those who asked, and it is no DNS", () => {
    const got = play([wants("printer.local"), wants("other.local", "10.0.0.3"), group(said)]);
    expect(told(got)).toEqual([`mdns printer.local = 192.0.2.5 by ${SERVER}:5353 to ${CLIENT}`]);
    expect(got.flows.flatMap(({ flags }) => flags)).toEqual([]);
    expect(got.facts.blindSpots).toContain("no-dns-seen");
  });

  test("tell everybody who asked, and nobody where nobody did", () => {
    expect(play([wants("printer.local"), wants("printer.local", "10.0.0.3"), group(said)]).answers).toHaveLength(2);
    expect(play([group(said), wants("printer.local")]).answers).toEqual([]);
  });

  test("a flood of questions to the link is counted, not kept", () => {
    const flood = Array.from({ length: 5000 }, (_, i) => wants(`n${i}.local`));
    expect(play(flood).facts.rejected.get("link-table-full")).toBe(5000 - 4096);
  });

  test("tell one client that asked for it", () => {
    const got = play([reply(said, [5353, 5353])]);
    expect(told(got)).toEqual([`mdns printer.local = 192.0.2.5 by ${SERVER}:5353 to ${CLIENT}`]);
  });

  test("an mDNS answer to a client's own port is a reply, and no connection to it", () => {
    expect(play([reply(said, [5353, 50_000])]).flows[0]).toMatchObject({
      originator: { address: CLIENT, port: 50_000 },
      responder: { address: SERVER, port: 5353 },
    });
  });

  test("tell one client by LLMNR, which has the question in it", () => {
    const answer = message({ questions: ["files"], answers: [a("files", "192.0.2.5")], flags: 0x8000 });
    expect(told(play([reply(answer, [5355, 50_000])]))).toEqual([
      `llmnr files = 192.0.2.5 by ${SERVER}:5355 to ${CLIENT}`,
    ]);
  });

  test("what is no message is counted, and their questions are none", () => {
    const got = play([group(hex("0000 8400 0001 0000")), group(message({ questions: ["printer.local"], flags: 0 }))]);
    expect([got.answers, got.facts.rejected.get("bad-dns")]).toEqual([[], 1]);
  });
});

describe("what the capture lacks", () => {
  const SYN = out({ seq: 99, flags: FLAG.syn });
  const request = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
  const cut = (frame: Uint8Array, kept: number): Timed => ({ bytes: frame.slice(0, kept), wireLength: frame.length });
  const HEADERS = 54;
  const spots = (frames: readonly (Uint8Array | Timed)[]): readonly string[] =>
    play(frames).facts.blindSpots.filter((spot) => spot === "snaplen-cut" || spot === "tcp-gaps");

  test.for<[string, (Uint8Array | Timed)[], string[]]>([
    ["a request cut in its head", [SYN, cut(out({ seq: 100 }, request), HEADERS + 20)], ["snaplen-cut"]],
    [
      "a request cut in what follows its head",
      [SYN, cut(out({ seq: 100 }, `${request}body`), HEADERS + request.length)],
      [],
    ],
    ["something else, cut", [SYN, cut(out({ seq: 100 }, "\x80 is no protocol that is known"), HEADERS + 12)], []],
    ["first bytes cut off altogether", [SYN, cut(out({ seq: 100 }, request), HEADERS)], ["snaplen-cut"]],
    ["a server's bytes cut off", [SYN, cut(back({ seq: 500 }, "220 hello"), HEADERS)], []],
    ["an answer cut", [ask(QUERY), cut(reply(ANSWER), 42 + ANSWER.length - 5)], ["snaplen-cut"]],
    [
      "an answer cut behind its answers",
      [ask(QUERY), cut(reply(join([ANSWER, new Uint8Array(9)])), 42 + ANSWER.length)],
      [],
    ],
    [
      "a hole before the head was whole",
      [SYN, out({ seq: 100 }, request.slice(0, 20)), out({ seq: 130 }, request.slice(30))],
      ["tcp-gaps"],
    ],
    ["the first segment missing", [SYN, out({ seq: 120 }, request.slice(20))], ["tcp-gaps"]],
    ["a hole behind the head", [SYN, out({ seq: 100 }, request), out({ seq: 900 }, "more")], []],
    ["segments out of order", [SYN, out({ seq: 120 }, request.slice(20)), out({ seq: 100 }, request.slice(0, 20))], []],
    ["a head that never ends", [SYN, out({ seq: 100 }, request.slice(0, 20))], []],
  ])("%s", ([, frames, expected]) => expect(spots(frames)).toEqual(expected));
});
