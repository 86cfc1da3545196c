/** What is said inside the tunnels of an HTTP/2 proxy is about the tunnel that it was said in. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Attributor } from "../../../src/attribute/attributor.ts";
import { DISSECTORS } from "../../../src/ingest/track/dissectors.ts";
import type { Observation } from "../../../src/model/observation.ts";
import { FLAG } from "../decode/build.ts";
import { tls, u24 } from "../dissect/hello.ts";
import { out, play, type Played } from "./play.ts";

const PORTS = [40_000, 3128] as const;
const START = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

function heard(texts: readonly string[]): Played {
  let seq = 100;
  const segments = texts.map((text) => out({ seq: (seq += text.length) - text.length }, text, PORTS));
  return play([out({ seq: 99, flags: FLAG.syn }, "", PORTS), ...segments], { dissectors: DISSECTORS });
}

/** `a.example:443 tls-sni b.example +flag`: lines through the proxy, in order. */
function lines(texts: readonly string[]): string[] {
  const { flows, facts } = heard(texts);
  const attributor = new Attributor("run", "run");
  for (const flow of flows) attributor.flow(flow);
  attributor.close(facts);
  const said = ({ name, address, port, nameSource, otherNames, flags }: Observation): string =>
    [`${name ?? address}:${port}`, nameSource, ...otherNames, ...flags.map((flag) => `+${flag}`)].join(" ");
  return [...attributor.finish(null).observations].filter(({ via }) => via !== undefined).map(said);
}

const frame = (type: number, flags: number, payload: string, stream: number): string => {
  const bytes = Buffer.from(payload, "latin1");
  return Buffer.concat([u24(bytes.length), Buffer.of(type, flags, 0, 0, 0, stream), bytes]).toString("latin1");
};
const connect = (authority: string, stream: number): string =>
  frame(1, 4, `\x02\x07CONNECT\x01${String.fromCharCode(authority.length)}${authority}`, stream);
const data = (payload: string, stream: number, flags = 0): string => frame(0, flags, payload, stream);
const hello = (name: string): string => Buffer.from(tls(name)).toString("latin1");
const [ONE, TWO] = [connect("192.0.2.7:443", 1), connect("b.example:443", 3)];
const cut = (text: string, ...at: readonly number[]): string[] =>
  [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));

describe("inside the tunnels of an HTTP/2 proxy", () => {
  const [a, b] = [hello("a.example"), hello("b.example")];
  test.for<[string, readonly string[], readonly string[]]>([
    ["a hello names the address asked for", [START + ONE, data(a, 1)], ["a.example:443 tls-sni"]],
    ["all in one segment", [START + ONE + data(a, 1)], ["a.example:443 tls-sni"]],
    [
      "a hello in several frames",
      [START + ONE, ...cut(a, 9, 50).map((part) => data(part, 1))],
      ["a.example:443 tls-sni"],
    ],
    ["a frame in several segments", [START + ONE, ...cut(data(a, 1), 3, 12, 40)], ["a.example:443 tls-sni"]],
    ["padding is no part of it", [START + ONE, data(`\x05${a}\0\0\0\0\0`, 1, 8)], ["a.example:443 tls-sni"]],
    [
      "side by side, each has its own",
      [START + ONE + TWO, data(b.slice(0, 40), 3), data(a, 1), data(b.slice(40), 3)],
      ["a.example:443 tls-sni", "b.example:443 http-connect"],
    ],
    [
      "another name than was asked for",
      [START + TWO, data(a, 3)],
      ["b.example:443 http-connect a.example +tunnel-mismatch"],
    ],
    [
      "a request, and perhaps others",
      [START + ONE, data("GET / HTTP/1.1\r\nHost: h.example\r\n\r\n", 1)],
      ["h.example:443 http-host +requests-unread"],
    ],
    ["frames of other streams are not", [START + ONE, data(b, 5), data(a, 1)], ["a.example:443 tls-sni"]],
    ["nothing that is read", [START + ONE, data("SSH-2.0-x\r\n", 1), data(a, 1)], ["192.0.2.7:443 "]],
    [
      "what comes behind the hello is passed over",
      [START + ONE, data(a, 1), data("x".repeat(9000), 1), TWO, data(b, 3)],
      ["a.example:443 tls-sni", "b.example:443 http-connect"],
    ],
    ["a hello that breaks off", [START + TWO, data(b.slice(0, 20), 3)], ["b.example:443 http-connect +hello-cut"]],
    [
      "a stream that ends within it",
      [START + TWO, data(b.slice(0, 20), 3, 1)],
      ["b.example:443 http-connect +hello-cut"],
    ],
    [
      "a proxy behind the proxy",
      [START + ONE, data(`CONNECT c.example:443 HTTP/1.1\r\n\r\n${hello("c.example")}`, 1)],
      ["192.0.2.7:443  +proxy-chain", "c.example:443 http-connect +proxy-chain"],
    ],
  ])("%s", ([, texts, expected]) => {
    expect(
      lines(texts)
        .map((line) => line.trim())
        .sort(),
    ).toEqual(expected.map((line) => line.trim()).sort());
  });

  test("segments may be cut anywhere", () => {
    const whole = START + ONE + TWO + data(b.slice(0, 40), 3) + data(`\x03${a}\0\0\0`, 1, 8) + data(b.slice(40), 3);
    const expected = lines([whole]);
    expect(expected).toHaveLength(2);
    const places = fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(places, (at) => {
        expect(lines(cut(whole, ...at.toSorted((x, y) => x - y)))).toEqual(expected);
      }),
    );
  });

  test("more tunnels than are read say so", () => {
    const many = Array.from({ length: 70 }, (_, i) => connect(`h${i}.example:443`, 2 * i + 1));
    const { flows } = heard([START, ...many, data(a, 139)]);
    expect(flows[0]?.tunnels).toHaveLength(70);
    expect(flows[0]?.flags).toEqual(["name-limit"]);
  });

  test("one byte a frame takes no time to speak of", () => {
    const bytes = Array.from({ length: 20_000 }, () => data("\x16", 1));
    const told = Array.from({ length: 20_000 }, (_, i) => data(i < a.length ? a.charAt(i) : "x", 1));
    expect(lines([START + ONE, ...told])).toEqual(["a.example:443 tls-sni"]);
    expect(lines([START + ONE, ...bytes])).toHaveLength(1);
  });
});
