import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DtlsHello, looksLikeDtls } from "../../../src/ingest/dissect/dtls.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { clientHello, POST_QUANTUM, u16, u24, u8 } from "./hello.ts";

/** The hello of TLS with a cookie put into it. */
function body(name: string, cookie = 0, padded = false): Buffer {
  const extensions = padded ? [POST_QUANTUM] : [];
  const tls = clientHello({ names: name === "" ? [] : [name], extensions }).subarray(4);
  const place = 35 + (tls[34] ?? 0);
  return Buffer.concat([tls.subarray(0, place), u8(cookie), Buffer.alloc(cookie, 3), tls.subarray(place)]);
}

interface Options {
  readonly sequence?: number;
  readonly version?: number;
}

/** One record with the fragment of a hello. */
function record(
  hello: Buffer,
  from = 0,
  to: number = hello.length,
  { sequence = 0, version = 0xfefd }: Options = {},
): Buffer {
  const piece = hello.subarray(from, to);
  const message = Buffer.concat([u8(1), u24(hello.length), u16(sequence), u24(from), u24(piece.length), piece]);
  return Buffer.concat([u8(22), u16(version), Buffer.alloc(8), u16(message.length), message]);
}

function read(...datagrams: readonly Buffer[]): string {
  const hello = new DtlsHello();
  for (const datagram of datagrams) {
    const verdict = hello.add(datagram);
    if (verdict.kind === "done")
      return verdict.claims.map(({ source, name }) => `${source} ${name}`).join() || verdict.flags.join();
  }
  const verdict = hello.end();
  if (verdict.kind === "more") return "more";
  return `end ${[...verdict.claims.map(({ name }) => name), ...verdict.flags].join(" ")}`;
}

const HELLO = body("dtls.example.com");
const FOUND = "tls-sni dtls.example.com";

describe("the server name of DTLS", () => {
  test.each<[string, readonly Buffer[], string]>([
    ["in one datagram", [record(HELLO)], FOUND],
    ["of version 1.0", [record(HELLO, 0, HELLO.length, { version: 0xfeff })], FOUND],
    ["with a cookie", [record(body("dtls.example.com", 20), 0, undefined, { sequence: 1 })], FOUND],
    ["in two datagrams", [record(HELLO, 0, 60), record(HELLO, 60)], FOUND],
    ["in any order", [record(HELLO, 60), record(HELLO, 0, 60)], FOUND],
    ["in two records of one datagram", [Buffer.concat([record(HELLO, 0, 60), record(HELLO, 60)])], FOUND],
    ["overlapping", [record(HELLO, 0, 70), record(HELLO, 50)], FOUND],
    ["sent again in part", [record(HELLO, 0, 60), record(HELLO, 0, 60), record(HELLO, 60)], FOUND],
    [
      "begun anew with a cookie",
      [record(HELLO, 0, 60), record(body("b.example", 9), 0, undefined, { sequence: 1 })],
      "tls-sni b.example",
    ],
    [
      "longer than a datagram",
      [record(body("x.example", 0, true), 0, 1200), record(body("x.example", 0, true), 1200)],
      "tls-sni x.example",
    ],
    ["is none", [record(body(""))], ""],
    ["cut off", [record(HELLO, 0, 60)], "end hello-cut"],
    ["beyond all bounds", [record(Buffer.alloc(70_000), 0, 60)], "name-limit"],
  ])("%s", (_, datagrams, expected) => expect(read(...datagrams)).toBe(expected));

  test.each([
    ["a server hello", Buffer.from(record(HELLO).fill(2, 13, 14))],
    ["TLS", record(HELLO, 0, undefined, { version: 0x0303 })],
    ["an encrypted record", Buffer.from(record(HELLO).fill(1, 4, 5))],
    ["too little", record(HELLO).subarray(0, 20)],
    ["a fragment beyond the message", record(HELLO).fill(0xff, 19, 22)],
  ])("is not sought in %s", (_, datagram) => expect(looksLikeDtls(datagram)).toBe(false));

  test("hostile datagrams end, with nothing but host names", () => {
    const seed = [record(HELLO, 0, 60), record(HELLO, 60)];
    const change = fc.record({ at: fc.nat(200), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(60), (changes, again) => {
        const altered = seed.map((datagram) => Buffer.from(datagram));
        for (const { at, to } of changes) for (const datagram of altered) if (at < datagram.length) datagram[at] = to;
        const hello = new DtlsHello();
        for (let i = 0; i <= again; i++) for (const datagram of altered) hello.add(datagram);
        const verdict = hello.end();
        if (verdict.kind === "done") for (const { name } of verdict.claims) expect(parseFqdn(name)).toBe(name);
      }),
    );
  });
});
