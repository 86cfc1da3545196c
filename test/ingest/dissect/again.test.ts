import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askedBy, lengthAgain } from "../../../src/ingest/dissect/http/again.ts";
import { dissectStream, type StreamVerdict } from "../../../src/ingest/dissect/stream.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const crlf = (...lines: readonly string[]): string => `${lines.join("\r\n")}\r\n\r\n`;

const FIRST = crlf("GET /a HTTP/1.1", "Host: a.example", "Accept: */*");
const again = (later: string, first = FIRST): number => {
  const asked = askedBy(bytes(first));
  return asked === null ? 0 : lengthAgain(asked, bytes(later));
};

describe("a later request asks for the same", () => {
  test.each([
    ["at another path", crlf("GET /b?c HTTP/1.1", "Host: a.example")],
    ["by another method", crlf("DELETE /b HTTP/1.1", "Host: a.example")],
    ["with other fields", crlf("GET /a HTTP/1.0", "Cookie: x", "Host: a.example", "Cache-Control: no-cache")],
  ])("%s", (_, later) => expect(again(later)).toBe(later.length));

  test("with a body, which is skipped", () => {
    const head = crlf("POST / HTTP/1.1", "Host: a.example", "Content-Length: 1000000");
    expect(again(head)).toBe(head.length + 1_000_000);
  });

  test("of a proxy", () => {
    const first = crlf("GET http://a.example:81/x HTTP/1.1", "Host: a.example:81");
    const later = crlf("GET http://a.example:81/y/z HTTP/1.1", "Host: a.example:81");
    expect(again(later, first)).toBe(later.length);
  });
});

describe("a later request has to be read", () => {
  test.each([
    ["for another host", crlf("GET /a HTTP/1.1", "Host: b.example")],
    ["with a second Host", crlf("GET /a HTTP/1.1", "Host: a.example", "Host: a.example")],
    ["without Host", crlf("GET /a HTTP/1.1")],
    ["for a whole URL", crlf("GET http://a.example/ HTTP/1.1", "Host: a.example")],
    ["for a tunnel", crlf("CONNECT a.example:443 HTTP/1.1", "Host: a.example")],
    ["in chunks", crlf("POST /a HTTP/1.1", "Host: a.example", "Transfer-Encoding: chunked")],
    ["with two lengths", crlf("POST /a HTTP/1.1", "Host: a.example", "Content-Length: 1", "content-length: 2")],
    ["with a length that is none", crlf("POST /a HTTP/1.1", "Host: a.example", "Content-Length: -1")],
    ["for DNS", crlf("GET /a HTTP/1.1", "Host: a.example", "Accept: application/dns-message")],
    ["with a folded line", crlf("GET /a HTTP/1.1", "Host: a.example", " b.example")],
    ["between bare line feeds", "GET /a HTTP/1.1\nHost: a.example\n\n"],
    ["of another protocol", crlf("GET /a RTSP/1.0", "Host: a.example")],
    ["that is not whole", FIRST.slice(0, -1)],
  ])("%s", (_, later) => expect(again(later)).toBe(0));
});

test("what is told to ask for the same is read as the same, whatever the fields", () => {
  const line = fc.constantFrom(
    "Host: a.example",
    "host: a.example",
    "Host: b.example",
    "Content-Length: 3",
    "Content-Length:07",
    "Content-Length: 3, 3",
    "Transfer-Encoding: chunked",
    "Accept: application/dns-message",
    "Content-Type: text/plain",
    " folded",
    "Hos: x",
    "Host : b.example",
    "",
  );
  const target = fc.constantFrom(
    "/",
    "/x y",
    "http://a.example/",
    "http://a.example/x",
    "http://a.example",
    "*",
    "//b/",
  );
  const request = fc
    .tuple(fc.constantFrom("GET", "POST", "CONNECT", "get"), target, fc.array(line, { maxLength: 5 }))
    .map(([method, to, lines]) => crlf(`${method} ${to} HTTP/1.1`, ...lines));
  // What is behind the head is not what was asked for.
  const meaning = (verdict: StreamVerdict): unknown =>
    verdict.kind === "more"
      ? "more"
      : { ...verdict, flags: verdict.flags.filter((flag) => flag !== "doh"), next: null, isChunked: false };
  let same = 0;
  fc.assert(
    fc.property(request, request, (first, later) => {
      const read = dissectStream(bytes(first), 80);
      if (read.kind === "more" || read.next === null) return;
      const length = again(later, first);
      if (length === 0) return;
      same++;
      const closely = dissectStream(bytes(later), 80);
      expect(meaning(closely)).toEqual(meaning(read));
      expect(closely).toMatchObject({ next: length });
    }),
    { numRuns: 20_000, seed: 7 },
  );
  expect(same).toBeGreaterThan(50);
});
