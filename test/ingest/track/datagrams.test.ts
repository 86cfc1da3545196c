import { describe, expect, test } from "vitest";
import { join } from "../capture/build.ts";
import { FLAG, frame4, hex, ipv4, udp } from "../decode/build.ts";
import { ask, back, bytes, CLIENT, line, out, play, reply, response, SERVER } from "./play.ts";

const FORWARD = "udp 10.0.0.2:40000 > 192.0.2.1";
const QUESTION = ask(bytes("\0\0\u0001?"));
const ANSWER = reply(response("api.example.com", "192.0.2.80"));

describe("who asked whom", () => {
  test.for<[string, Uint8Array[], string]>([
    ["the first sender", [ask(bytes("hi"), [40_000, 4000])], `${FORWARD}:4000 attempted allowed 2/0`],
    [
      "the first sender, from a low port",
      [ask(bytes("hi"), [1023, 2049])],
      "udp 10.0.0.2:1023 > 192.0.2.1:2049 attempted allowed 2/0",
    ],
    ["answered", [QUESTION, ANSWER], `${FORWARD}:53 established allowed 4/29`],
    ["a DNS response first: its receiver asked", [ANSWER], `${FORWARD}:53 midstream allowed 0/29`],
    [
      "a DNS question from port 53",
      [ask(bytes("\0\0\u0001?"), [53, 53])],
      "udp 10.0.0.2:53 > 192.0.2.1:53 attempted allowed 4/0",
    ],
    [
      "a well-known service's reply first",
      [reply(bytes("time"), [123, 40_000])],
      `${FORWARD}:123 midstream allowed 0/4`,
    ],
  ])("%s", ([, frames, expected]) => {
    expect(play(frames).flows.map(line)).toEqual([expected]);
  });

  const refusal = frame4(
    { protocol: 1, from: SERVER, to: CLIENT },
    join([hex("0303 0000 00000000"), ipv4({ protocol: 17, from: CLIENT, to: SERVER }, udp(40_000, 53))]),
  );

  test("a datagram that ICMP refuses has failed", () => {
    expect(play([QUESTION, refusal]).flows.map(line)).toEqual([`${FORWARD}:53 rejected failed 4/0`]);
  });

  test("an answer outweighs a refusal before it", () => {
    expect(play([QUESTION, refusal, ANSWER]).flows.map(line)).toEqual([`${FORWARD}:53 established allowed 4/29`]);
  });

  test("ICMP flows have no ports", () => {
    const ping = frame4({ protocol: 1, from: CLIENT, to: SERVER }, hex("0800 0000 0001 0001 61"));
    const pong = frame4({ protocol: 1, from: SERVER, to: CLIENT }, hex("0000 0000 0001 0001 61"));
    expect(play([ping, pong]).flows.map(line)).toEqual(["icmp 10.0.0.2:- > 192.0.2.1:- established allowed 1/1"]);
    expect(play([pong]).flows.map(line)).toEqual(["icmp 10.0.0.2:- > 192.0.2.1:- midstream allowed 0/1"]);
  });

  const sctp = (chunk: string, isBack = false): Uint8Array => {
    const [from, to] = isBack ? [SERVER, CLIENT] : [CLIENT, SERVER];
    return frame4({ protocol: 132, from, to }, hex(`${isBack ? "0b5a 9c40" : "9c40 0b5a"} 00000000 00000000 ${chunk}`));
  };
  test.for<[string, Uint8Array[], string]>([
    ["INIT", [sctp("01000004")], "attempted failed 4/0"],
    ["INIT and INIT ACK", [sctp("01000004"), sctp("02000004", true)], "established allowed 4/4"],
    ["INIT ACK first", [sctp("02000004", true)], "established allowed 0/4"],
    ["INIT and ABORT", [sctp("01000004"), sctp("06000004", true)], "rejected failed 4/4"],
    ["DATA first", [sctp("00000004", true)], "midstream allowed 0/4"],
  ])("SCTP: %s", ([, frames, expected]) => {
    expect(play(frames).flows.map(line)).toEqual([`sctp 10.0.0.2:40000 > 192.0.2.1:2906 ${expected}`]);
  });
});

describe("DNS answers", () => {
  test("name the client, the resolver, the time and the packet, and mark the flow", () => {
    const { answers, flows, facts } = play([QUESTION, ANSWER]);
    expect(answers).toEqual([
      {
        source: "dns",
        name: "api.example.com",
        chain: [],
        address: "192.0.2.80",
        ttl: 60,
        client: CLIENT,
        resolver: SERVER,
        resolverPort: 53,
        at: 1,
        record: 2,
      },
    ]);
    expect(flows[0]?.flags).toEqual(["dns"]);
    expect(facts.blindSpots).not.toContain("no-dns-seen");
  });

  test("come before the flows that started after them", () => {
    const connection = out({ flags: FLAG.syn });
    expect(play([QUESTION, ANSWER, connection]).order[0]).toBe("answer api.example.com");
  });

  test("fragmented ones are put together first", () => {
    const payload = response(`${"a".repeat(40)}.example.com`, "192.0.2.80");
    const whole = udp(53, 40_000, payload);
    const piece = (from: number, to: number): Uint8Array =>
      frame4({ protocol: 17, from: SERVER, to: CLIENT, offset: from, more: to < whole.length }, whole.slice(from, to));
    const { answers, flows } = play([QUESTION, piece(0, 40), piece(40, whole.length)]);
    expect(answers).toMatchObject([{ address: "192.0.2.80", record: 3 }]);
    expect(flows[0]).toMatchObject({ bytesIn: payload.length, flags: ["dns"] });
  });

  test("over TCP they are framed by length, across segments and several to a segment", () => {
    const framed = (message: Uint8Array): Uint8Array => join([new Uint8Array([0, message.length]), message]);
    const stream = join([
      framed(response("a.example.com", "192.0.2.1")),
      framed(response("b.example.com", "192.0.2.2")),
    ]);
    const from = (start: number, end: number): Uint8Array =>
      back({ seq: 500 + start }, Buffer.from(stream.slice(start, end)).toString("latin1"), [53, 40_000]);
    const opening = [
      out({ seq: 99, flags: FLAG.syn }, "", [40_000, 53]),
      back({ seq: 499, ack: 100, flags: FLAG.syn | FLAG.ack }, "", [53, 40_000]),
    ];
    for (const frames of [[from(0, 60)], [from(0, 1), from(1, 35), from(35, 60)], [from(20, 60), from(0, 20)]]) {
      const { answers, flows } = play([...opening, ...frames]);
      expect(answers.map(({ name }) => name)).toEqual(["a.example.com", "b.example.com"]);
      expect(flows[0]?.flags).toEqual(["dns"]);
    }
  });

  test("what claims to be one and is not is counted", () => {
    const { answers, facts } = play([QUESTION, reply(bytes("\0\0\u0080rubbish"))]);
    expect([answers, facts.rejected.get("bad-dns")]).toEqual([[], 1]);
    expect(facts.blindSpots).toContain("no-dns-seen");
  });
});

describe("QUIC", () => {
  const initial = (content: string): Uint8Array => ask(bytes(content), [40_000, 443]);

  test("gives the name once its Initials are complete", () => {
    const { flows } = play([initial("QUIC part"), initial("QUIC api.example.com."), initial("QUIC late.example.com.")]);
    expect(flows[0]?.claims).toEqual([{ source: "quic-sni", name: "api.example.com", record: 2 }]);
    expect(flows[0]?.flags).toEqual(["ech"]);
  });

  test.each([
    [1, 1],
    [15, 1],
    [16, 0],
    [100, 0],
  ])("is found behind a few other datagrams of the client: %i", (others, found) => {
    const before = Array.from({ length: others }, () => initial("STUN"));
    const [flow] = play([...before, initial("QUIC api.example.com.")]).flows;
    expect(flow?.claims).toHaveLength(found);
  });

  test("is found whatever the server said meanwhile", () => {
    const answers = Array.from({ length: 30 }, () => reply(bytes("what?"), [443, 40_000]));
    const [flow] = play([initial("STUN"), ...answers, initial("QUIC api.example.com.")]).flows;
    expect(flow?.claims).toHaveLength(1);
  });

  test("is given up after so many Initials without a name", () => {
    const endless = Array.from({ length: 40 }, () => initial("QUIC part"));
    expect(play([...endless, initial("QUIC api.example.com.")]).flows[0]?.claims).toEqual([]);
  });
});
