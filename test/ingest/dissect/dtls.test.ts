import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DtlsHello, looksLikeDtls } from "../../../src/ingest/dissect/dtls.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { dtlsBody, dtlsRecord, POST_QUANTUM } from "./hello.ts";

const record = dtlsRecord;

function body(name: string, cookie = 0, padded = false): Buffer {
  return dtlsBody({ names: name === "" ? [] : [name], extensions: padded ? [POST_QUANTUM] : [] }, cookie);
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
