import { describe, expect, test } from "vitest";
import { DISSECTORS } from "../../../src/ingest/track/dissectors.ts";
import type { Flow } from "../../../src/model/flow.ts";
import { FLAG } from "../decode/build.ts";
import { back, out, play, type Timed } from "./play.ts";

const { syn } = FLAG;
const PORTS = [40_000, 80] as const;
const get = (url: string, host: string, ...more: readonly string[]): string =>
  `${[`GET ${url} HTTP/1.1`, `Host: ${host}`, ...more].join("\r\n")}\r\n\r\n`;

/** Each text a segment from the client, one behind the other. */
function segments(...texts: readonly string[]): Uint8Array[] {
  let seq = 100;
  return texts.map((text) => {
    const segment = out({ seq }, text, PORTS);
    seq += text.length;
    return segment;
  });
}

function heard(frames: readonly (Uint8Array | Timed)[]): Flow {
  const { flows } = play([out({ seq: 99, flags: syn }, "", PORTS), ...frames], { dissectors: DISSECTORS });
  const [flow] = flows;
  if (flow === undefined || flows.length > 1) throw new Error(`${flows.length} flows`);
  return flow;
}

/** `a.example`, `192.0.2.9`, `via b.example:80`, `+flag`. */
const words = (flow: Flow): string[] => [
  ...flow.claims.map((claim) => claim.name),
  ...flow.literals.map((literal) => literal.address),
  ...flow.tunnels.map((tunnel) => `via ${tunnel.name ?? tunnel.address ?? "?"}:${tunnel.port}`),
  ...flow.flags.filter((flag) => flag !== "absolute-form").map((flag) => `+${flag}`),
];

const [A, B, C] = [get("/", "a.example"), get("/", "b.example"), get("/", "192.0.2.9")];
const BODY = get("/", "body.example");
const post = (host: string, body: string): string => get("/", host, `Content-Length: ${body.length}`) + body;
const CHUNKED = get("/", "a.example", "Transfer-Encoding: gzip, chunked");
const IN_CHUNKS = `${BODY.length.toString(16)};x=y\r\n${BODY}\r\n1\r\n!\r\n0\r\nTrailer: ${BODY.length}\r\n\r\n`;
/** Of 28,000 bytes with BODY before them. */
const LONG = [...Array.from({ length: 27 }, () => "x".repeat(1000)), "x".repeat(1000 - BODY.length)];

describe("the requests of one connection", () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["each in a segment", [A, B, C], ["a.example", "b.example", "192.0.2.9"]],
    ["all in one segment", [A + B + C], ["a.example", "b.example", "192.0.2.9"]],
    ["cut anywhere", Array.from(A + B + C), ["a.example", "b.example", "192.0.2.9"]],
    ["for the same host are one", [A, A, A, A], ["a.example"]],
    ["behind a body that looks like one", [post("a.example", BODY), B], ["a.example", "b.example"]],
    [
      "behind a body that begins a segment",
      [post("a.example", BODY).slice(0, -BODY.length), BODY, B],
      ["a.example", "b.example"],
    ],
    ["behind chunks", [CHUNKED, IN_CHUNKS, B], ["a.example", "b.example"]],
    ["behind chunks, all in one segment", [CHUNKED + IN_CHUNKS + B], ["a.example", "b.example"]],
    ["behind chunks, cut anywhere", Array.from(CHUNKED + IN_CHUNKS + B + C), ["a.example", "b.example", "192.0.2.9"]],
    [
      "behind a chunk of several segments",
      [CHUNKED, `6D60\r\n${BODY}`, ...LONG, `\r\n0\r\n\r\n${B}`],
      ["a.example", "b.example"],
    ],
    [
      "behind no chunks are not told, and that is said",
      [CHUNKED, "hello\r\n\r\n", B],
      ["a.example", "+requests-unread"],
    ],
    ["behind a line without end are not told", [CHUNKED, "5;".padEnd(1100, "x"), B], ["a.example", "+requests-unread"]],
    [
      "behind chunks of a told length are not told: which of both holds is the server's secret",
      [get("/", "a.example", "Content-Length: 5", "Transfer-Encoding: chunked"), IN_CHUNKS, B],
      ["a.example", "+requests-unread"],
    ],
    ["that end in another protocol", [A, "\x81\x85abcd", B], ["a.example"]],
    [
      "of a proxy are for a host each",
      [
        get("http://a.example/", "a.example"),
        get("http://b.example:81/", "b.example:81"),
        get("http://192.0.2.9/", "192.0.2.9"),
      ],
      ["via a.example:80", "via b.example:81", "via 192.0.2.9:80"],
    ],
    [
      "of a proxy that become a tunnel",
      [get("http://a.example/", "a.example"), "CONNECT c.example:22 HTTP/1.1\r\n\r\n"],
      ["via a.example:80", "via c.example:22"],
    ],
  ];
  test.each(table)("%s", (_, texts, expected) => expect(words(heard(segments(...texts)))).toEqual(expected));

  test("in the wrong order, and twice", () => {
    const sent = segments(A, B, C);
    const seen = [2, 0, 1, 0, 2].flatMap((i) => sent.slice(i, i + 1));
    expect(words(heard(seen))).toEqual(["a.example", "b.example", "192.0.2.9"]);
  });

  test("are not sought again behind a hole in the capture", () => {
    const sent = segments(A, B, ...Array.from({ length: 60 }, () => post("c.example", "x".repeat(1000))));
    expect(words(heard([...sent.slice(0, 1), ...sent.slice(2)]))).toEqual(["a.example", "+requests-unread"]);
  });

  test("are not what the server says", () => {
    expect(words(heard([...segments(A), back({ seq: 500 }, B, [80, 40_000])]))).toEqual(["a.example"]);
  });

  test("are bounded in hosts", () => {
    const many = Array.from({ length: 300 }, (_, i) => get("/", `h${i}.example`));
    const { flows, facts } = play([out({ seq: 99, flags: syn }, "", PORTS), ...segments(...many)], {
      dissectors: DISSECTORS,
    });
    expect(flows.map((flow) => flow.claims.length)).toEqual([256]);
    expect(facts.rejected).toEqual(new Map([["too-many-names", 44]]));
  });

  test("whose bodies the snap length cut are read on", () => {
    const whole = segments(post("a.example", "x".repeat(500)), B);
    const cut = whole.map((bytes, i) => ({
      bytes: i === 0 ? bytes.slice(0, -400) : bytes,
      wireLength: bytes.length,
    }));
    expect(words(heard(cut))).toEqual(["a.example", "b.example"]);
  });

  test("are forgotten with it: the port used again has requests of its own", () => {
    const again = out({ seq: 9_000_099, flags: syn }, "", PORTS);
    const { flows } = play(
      [out({ seq: 99, flags: syn }, "", PORTS), ...segments(A), again, out({ seq: 9_000_100 }, B, PORTS)],
      { dissectors: DISSECTORS },
    );
    expect(flows.map(words)).toEqual([["a.example"], ["b.example"]]);
  });
});
