import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DISSECTORS } from "../../../src/ingest/track/dissectors.ts";
import type { Flow } from "../../../src/model/flow.ts";
import { address } from "../../support/build.ts";
import { FLAG } from "../decode/build.ts";
import { u24 } from "../dissect/hello.ts";
import { clientBytes, type Headers } from "../dissect/http2-client.ts";
import { CLIENT, out, play, type Played, SERVER } from "./play.ts";

const PORTS = [40_000, 80] as const;
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Each text a segment from the client, one behind the other. */
function heard(texts: readonly string[], order = texts.map((_, i) => i)): Played {
  let seq = 100;
  const segments = texts.map((text) => out({ seq: (seq += text.length) - text.length }, text, PORTS));
  const frames = order.flatMap((i) => segments.slice(i, i + 1));
  return play([out({ seq: 99, flags: FLAG.syn }, "", PORTS), ...frames], { dissectors: DISSECTORS });
}

/** `a.example`, `192.0.2.9`, `via b.example:80`, `+flag`. */
const words = ({ flows }: { readonly flows: readonly Flow[] }): string[] =>
  flows.flatMap((flow) => [
    ...flow.claims.map((claim) => claim.name),
    ...flow.literals.map((literal) => literal.address),
    ...flow.tunnels.map((tunnel) => `via ${tunnel.kind} ${tunnel.name ?? tunnel.address ?? "?"}:${tunnel.port}`),
    ...flow.flags.map((flag) => `+${flag}`),
  ]);

const frame = (type: number, flags: number, payload: string, stream = 1): string => {
  const bytes = Buffer.from(payload, "latin1");
  return Buffer.concat([u24(bytes.length), Buffer.of(type, flags, 0, 0, 0, stream), bytes]).toString("latin1");
};
const string = (text: string): string => String.fromCharCode(text.length) + text;
/** `:method: GET`, `:scheme: http`, `:path: /`, and the authority as an entry of the table. */
const block = (host: string): string => `\x82\x86\x84\x41${string(host)}`;
const get = (host: string): string => frame(1, 5, block(host));
/** The newest entry of the table again. */
const AGAIN = frame(1, 5, "\x82\x86\x84\xbe");
/** The one before it. */
const EARLIER = frame(1, 5, "\x82\x86\x84\xbf");
const SETTINGS = frame(4, 0, "", 0);
const data = (text: string): string => frame(0, 0, text);
const [A, B] = [get("a.example"), get("b.example")];

describe("the requests of one HTTP/2 connection", () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["each in a segment", [PREFACE + SETTINGS, A, B], ["a.example", "b.example"]],
    ["all in one segment", [PREFACE + SETTINGS + A + B], ["a.example", "b.example"]],
    ["cut anywhere", Array.from(PREFACE + SETTINGS + A + B + AGAIN), ["a.example", "b.example"]],
    ["for the same host are one", [PREFACE, A, AGAIN, A, AGAIN], ["a.example"]],
    [
      "that name an earlier field by its index",
      [PREFACE, A, frame(1, 4, "\x82\x86\x84\x40\x01x\x01y"), EARLIER, B],
      ["a.example", "b.example"],
    ],
    ["behind a body that looks like one", [PREFACE + A, data(A + get("body.example")), B], ["a.example", "b.example"]],
    [
      "behind a body of several segments",
      [PREFACE + A + data("x".repeat(9000)).slice(0, 50), "x".repeat(1000), "x".repeat(7959), B],
      ["a.example", "b.example"],
    ],
    [
      "with padding and a priority",
      [PREFACE + A, frame(1, 0x2d, `\x03\0\0\0\0\x10${block("b.example")}\0\0\0`)],
      ["a.example", "b.example"],
    ],
    [
      "continued",
      [PREFACE + A, frame(1, 1, block("b.example").slice(0, 6)), frame(9, 4, block("b.example").slice(6))],
      ["a.example", "b.example"],
    ],
    ["for an address", [PREFACE + A, get("192.0.2.9:81")], ["a.example", "192.0.2.9"]],
    ["behind frames of kinds to come", [PREFACE + A, frame(0xfa, 0xff, "xyz"), B], ["a.example", "b.example"]],
    [
      "the first behind 300 frames",
      [PREFACE, ...Array.from({ length: 300 }, () => SETTINGS), A, B],
      ["a.example", "b.example"],
    ],
    ["with trailers", [PREFACE + A, data("x"), frame(1, 5, "\x40\x01x\x01y"), B], ["a.example", "b.example"]],
    ["interrupted", [PREFACE + A, frame(1, 1, block("b.example")), SETTINGS, B], ["a.example", "+malformed-http2"]],
    ["continued from nothing", [PREFACE + A, frame(9, 4, block("b.example")), B], ["a.example", "+malformed-http2"]],
    ["of no stream", [PREFACE + A, frame(1, 5, block("b.example"), 0)], ["a.example", "+malformed-http2"]],
    [
      "whose fields cannot be decoded end it",
      [PREFACE + A, frame(1, 5, "\x82\xff\xff\xff\xff\xff\xff"), B],
      ["a.example", "+malformed-http2"],
    ],
    [
      "with too many fields end it",
      [PREFACE + A, frame(1, 5, block("b.example") + "\x82".repeat(600)), get("c.example")],
      ["a.example", "b.example", "+name-limit", "+requests-unread"],
    ],
    ["of which the last is not whole", [PREFACE + A, B.slice(0, -1)], ["a.example", "+requests-unread"]],
    [
      "for tunnels",
      [
        PREFACE,
        frame(1, 4, `\x02\x07CONNECT\x41${string("a.example:443")}`),
        frame(1, 4, `\x02\x07CONNECT\x41${string("192.0.2.9:22")}`),
      ],
      ["via http-connect a.example:443", "via http-connect 192.0.2.9:22"],
    ],
    [
      "for no tunnel, with a protocol",
      [
        PREFACE,
        frame(1, 4, `\x02\x07CONNECT\x40${string(":protocol")}${string("websocket")}\x41${string("a.example")}`),
      ],
      ["a.example"],
    ],
    [
      "of a proxy beside a tunnel are for other hosts",
      [PREFACE, frame(1, 4, `\x02\x07CONNECT\x41${string("a.example:443")}`), get("b.example:81")],
      ["via http-connect a.example:443", "via http-forward b.example:81", "+absolute-form"],
    ],
    [
      "inside a tunnel",
      ["CONNECT proxied.example:80 HTTP/1.1\r\n\r\n", PREFACE + A, B],
      ["a.example", "b.example", "via http-connect proxied.example:80"],
    ],
    ["behind a PROXY header", [`PROXY TCP4 192.0.2.7 192.0.2.8 9 80\r\n${PREFACE}`, A, B], ["a.example", "b.example"]],
  ];
  test.each(table)("%s", (_, texts, expected) => expect(words(heard(texts))).toEqual(expected));

  test("of one side's table are not lost by a segment that comes late, or twice", () => {
    expect(words(heard([PREFACE + A, B, EARLIER, get("c.example")], [0, 3, 2, 0, 1, 3]))).toEqual([
      "a.example",
      "b.example",
      "c.example",
    ]);
  });

  test("are not sought again behind a hole in the capture", () => {
    const texts = [PREFACE + A, B, get("c.example")];
    expect(words(heard(texts, [0, 2]))).toEqual(["a.example", "+requests-unread"]);
  });

  test("whose bodies the snap length cut are read on", () => {
    const whole = [PREFACE + A + data("x".repeat(500)), B].map((text, i) =>
      out({ seq: i === 0 ? 100 : 100 + 24 + A.length + 509 }, text, PORTS),
    );
    const cut = whole.map((bytes, i) => ({ bytes: i === 0 ? bytes.slice(0, -400) : bytes, wireLength: bytes.length }));
    const played = play([out({ seq: 99, flags: FLAG.syn }, "", PORTS), ...cut], { dissectors: DISSECTORS });
    expect(words(played)).toEqual(["a.example", "b.example"]);
  });

  test("are bounded in hosts, and those beyond are counted", () => {
    const played = heard([PREFACE, ...Array.from({ length: 300 }, (_, i) => get(`h${i}.example`))]);
    expect(played.flows.map((flow) => flow.claims.length)).toEqual([256]);
    expect(played.facts.rejected).toEqual(new Map([["too-many-names", 44]]));
  });

  test("are given up, the oldest connection first, when the tables of all become too large", () => {
    // A table of 65,536 bytes, and fields of 16,000 that fill it.
    const field = `\x40\x01x\x7f\x81\x7c${"y".repeat(16_000)}`;
    const large = frame(1, 5, `\x3f\xe1\xff\x03${block("a.example")}${field}`);
    const more = frame(1, 5, field);
    const text = PREFACE + large + more + more + more;
    const opened = Array.from({ length: 400 }, (_, i) => {
      const ports = [10_000 + i, 80] as const;
      const pieces = text.match(/[^]{1,1400}/g) ?? [];
      const segments = pieces.map((piece, j) => out({ seq: 100 + 1400 * j }, piece, ports));
      return [out({ seq: 99, flags: FLAG.syn }, "", ports), ...segments];
    });
    const { flows, facts } = play(opened.flat(), { dissectors: DISSECTORS });
    const unread = flows.filter(({ flags }) => flags.includes("requests-unread"));
    expect(flows.every(({ claims }) => claims.length === 1)).toBe(true);
    expect(unread.length).toBeGreaterThan(100);
    expect(unread.length).toBeLessThan(250);
    expect(facts.rejected.get("stream-memory")).toBe(unread.length);
  });

  test("are bounded in number, where they are for ever other hosts", () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      Array.from({ length: 101 }, (__, j) => get(`h${i}-${j}.example`)).join(""),
    );
    expect(words(heard([PREFACE, ...many]))).toContain("+requests-unread");
  });

  test("are all found that Node's client sends, however the segments are cut and whatever order they come in", async () => {
    const hosts = ["a.example", "b.example", "grpc.internal.example:50051", "192.0.2.9", "a.example"];
    const grpc = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    const asked = hosts.map((host, i): Headers => ({ ":authority": host, ":path": `/${i}`, ...(i > 1 && grpc) }));
    const sent = (await clientBytes(...asked)).toString("latin1");
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(sent.length), { maxLength: 12 }), fc.gen(), (cuts, gen) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), sent.length];
        const texts = edges
          .slice(1)
          .map((to, i) => sent.slice(edges[i], to))
          .filter((text) => text !== "");
        const rest = texts.slice(1).map((_, i) => i + 1);
        const order = gen(fc.shuffledSubarray, rest, { minLength: rest.length });
        expect(words(heard(texts, [0, ...order])).toSorted()).toEqual([
          "192.0.2.9",
          "a.example",
          "b.example",
          "grpc.internal.example",
        ]);
      }),
    );
  });
});

test("every packet of each request is told where the flow is traced", () => {
  const whole = PREFACE + SETTINGS + A;
  const pieces = [whole.slice(0, 30), whole.slice(30), B.slice(0, 12), B.slice(12) + data("x"), data("y".repeat(99))];
  let seq = 100;
  const segments = pieces.map((text) => out({ seq: (seq += text.length) - text.length }, text, PORTS));
  const wanted = {
    transport: "tcp",
    originator: { address: address(CLIENT), port: PORTS[0] },
    responder: { address: address(SERVER), port: PORTS[1] },
  } as const;
  const frames = [out({ seq: 99, flags: FLAG.syn }, "", PORTS), ...segments];
  const [flow] = play(frames, { dissectors: DISSECTORS, trace: [wanted] }).flows;
  expect(flow?.claims.map(({ name, record, records }) => [name, records ?? [record]])).toEqual([
    ["a.example", [2, 3]],
    ["b.example", [4, 5]],
  ]);
});

describe("a connection that is upgraded", () => {
  const upgrade = (to: string): string =>
    `GET /x HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n\r\n`;
  const H2C = upgrade("h2c").replace("Upgrade\r\n", "Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n");
  const MASKED = "\x81\x85\x01\x02\x03\x04Iggho";
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["to HTTP/2 keeps its host", [H2C, PREFACE + SETTINGS], ["a.example"]],
    [
      "to HTTP/2 has the requests behind it",
      [H2C, PREFACE + SETTINGS, B, get("c.example")],
      ["a.example", "b.example", "c.example"],
    ],
    ["to HTTP/2, cut anywhere", Array.from(H2C + PREFACE + SETTINGS + B), ["a.example", "b.example"]],
    [
      "to HTTP/2 and only downloads",
      [H2C, PREFACE, ...Array.from({ length: 3000 }, () => frame(8, 0, "\0\0\0\x01", 0)), B],
      ["a.example", "b.example"],
    ],
    ["to HTTP/2, and refused", [H2C, "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n"], ["a.example", "b.example"]],
    ["to WebSocket", [upgrade("websocket"), MASKED, MASKED], ["a.example"]],
    [
      "to WebSocket with compression in pieces",
      [upgrade("websocket"), "A\xfe\x02\x00GET / HTTP/1.1\r\nHost: masked.example\r\n\r\n"],
      ["a.example"],
    ],
    [
      "to WebSocket inside a tunnel",
      ["CONNECT a.example:80 HTTP/1.1\r\n\r\n", upgrade("websocket"), MASKED],
      ["a.example", "via http-connect a.example:80"],
    ],
    ["to SPDY, as kubectl does", [upgrade("SPDY/3.1"), "\x80\x03\0\x01\x01\0\0\x20"], ["a.example"]],
  ];
  test.each(table)("%s", (_, texts, expected) => expect(words(heard(texts))).toEqual(expected));
});
