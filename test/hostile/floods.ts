/** Floods, each of which fills one of the tables: what is sent, how often, and which cap the run line must then name. */
import { FLAG, frame4, tcp, udp } from "../ingest/decode/build.ts";
import { clientHello, records } from "../ingest/dissect/hello.ts";
import { a, cname, message } from "../ingest/dissect/messages.ts";
import { cryptoFrame, initial } from "../fuzz/initial.ts";
import { ANY_ADDRESS, ANY_LABEL, Unit } from "./unit.ts";

export interface Flood {
  readonly name: string;
  readonly unit: Unit;
  /** Repetitions by hand, and in the unit tests. */
  readonly times: number;
  readonly timesInTests: number;
  /** Capture time between repetitions. */
  readonly everyMicros?: number;
  /** Words that `rejected` must hold, and one that it must not. */
  readonly reports: readonly string[];
  readonly spares?: string;
  readonly blindSpots?: readonly string[];
}

const CLIENT = "10.0.0.2";
const SERVER = "192.0.2.1";
const RESOLVER = "10.0.0.53";
const NAME = `${ANY_LABEL}.example.com`;

type Ends = { readonly from?: string; readonly to?: string };

const segment = (flags: number, payload: Uint8Array = new Uint8Array(), ends: Ends = {}): Uint8Array =>
  frame4(
    { protocol: 6, from: ANY_ADDRESS, to: SERVER, ...ends },
    tcp(40_000, 443, { seq: flags === FLAG.syn ? 0 : 1, flags }, payload),
  );
const said = (payload: Uint8Array): readonly Uint8Array[] => [segment(FLAG.syn), segment(FLAG.ack, payload)];
const datagram = (payload: Uint8Array, ports: readonly [number, number], ends: Ends): Uint8Array =>
  frame4({ protocol: 17, from: CLIENT, to: SERVER, ...ends }, udp(...ports, payload));
const answer = (bytes: Buffer, from = RESOLVER): Uint8Array => datagram(bytes, [53, 40_000], { from, to: CLIENT });
const text = (content: string): Buffer => Buffer.from(content, "latin1");

/** Names of 252 characters, each the alias of the one before. */
function longChain(): Buffer {
  const long = (i: number): string => `a${String(i).padStart(2, "0")}.${ANY_LABEL}.${`${"x".repeat(58)}.`.repeat(4)}y`;
  const aliases = Array.from({ length: 30 }, (_, i) => cname(long(i), long(i + 1)));
  return message({ questions: [long(0)], answers: [...aliases, a(long(30), ANY_ADDRESS)] });
}

export const FLOODS: readonly Flood[] = [
  {
    name: "half-open flows",
    unit: new Unit([segment(FLAG.syn, undefined, { from: CLIENT, to: ANY_ADDRESS })]),
    times: 5_000_000,
    timesInTests: 140_000,
    reports: ["flow-table-full"],
    blindSpots: ["flow-table-full"],
  },
  {
    name: "half-open flows, a hundred a second: they are given up as idle, and none for want of room",
    unit: new Unit([segment(FLAG.syn, undefined, { from: CLIENT, to: ANY_ADDRESS })]),
    times: 5_000_000,
    timesInTests: 140_000,
    everyMicros: 10_000,
    reports: [],
    spares: "flow-table-full",
  },
  {
    name: "UDP flows",
    unit: new Unit([datagram(text("?"), [40_000, 9999], { to: ANY_ADDRESS })]),
    times: 5_000_000,
    timesInTests: 140_000,
    reports: ["flow-table-full"],
    blindSpots: ["flow-table-full"],
  },
  {
    name: "connections that end at once",
    unit: new Unit([segment(FLAG.syn), segment(FLAG.rst)]),
    times: 2_000_000,
    timesInTests: 100_000,
    reports: [],
    spares: "flow-table-full",
  },
  {
    name: "server names",
    unit: new Unit(said(records(clientHello({ names: [NAME] })))),
    times: 1_000_000,
    timesInTests: 220_000,
    reports: ["observation-table-full"],
  },
  {
    name: "request heads of 4 KB, each with a Host of its own",
    unit: new Unit(said(text(`GET / HTTP/1.1\r\nCookie: ${"c".repeat(4000)}\r\nHost: ${NAME}\r\n\r\n`))),
    times: 300_000,
    timesInTests: 90_000,
    reports: [],
  },
  {
    name: "request heads without end",
    unit: new Unit(said(text(`GET / HTTP/1.1\r\nCookie: ${"c".repeat(1000)}`))),
    times: 1_000_000,
    timesInTests: 60_000,
    reports: ["stream-memory"],
  },
  {
    name: "QUIC Initials that begin a hello and never go on",
    unit: new Unit([
      datagram(initial(cryptoFrame(0n, Buffer.alloc(1200, 1)), Buffer.alloc(8), 0), [40_000, 443], {
        from: ANY_ADDRESS,
      }),
    ]),
    times: 200_000,
    timesInTests: 5000,
    reports: ["stream-memory"],
  },
  {
    name: "DNS answers",
    unit: new Unit([answer(message({ questions: [NAME], answers: [a(NAME, ANY_ADDRESS)] }))]),
    times: 1_000_000,
    timesInTests: 220_000,
    reports: ["dns-table-full"],
  },
  {
    name: "DNS answers that all lead to one address",
    unit: new Unit([answer(message({ questions: [NAME], answers: [a(NAME, SERVER)] })), segment(FLAG.syn)]),
    times: 1_000_000,
    timesInTests: 20_000,
    reports: ["dns-table-full"],
  },
  {
    name: "DNS answers behind chains of thirty long aliases",
    unit: new Unit([answer(longChain())]),
    times: 100_000,
    timesInTests: 10_000,
    reports: ["dns-table-full"],
  },
  {
    name: "resolvers",
    unit: new Unit([answer(message({ questions: ["a.example"], answers: [a("a.example", SERVER)] }), ANY_ADDRESS)]),
    times: 1_000_000,
    timesInTests: 20_000,
    reports: ["resolver-table-full"],
  },
  {
    name: "first fragments, the rest of which never comes",
    unit: new Unit([frame4({ protocol: 17, from: ANY_ADDRESS, more: true }, udp(40_000, 9999, new Uint8Array(1472)))]),
    times: 1_000_000,
    timesInTests: 20_000,
    reports: ["fragment-table-full"],
  },
];
