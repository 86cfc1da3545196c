import { describe, expect, test } from "vitest";
import { dissectStream } from "../../../src/ingest/dissect/stream.ts";
import { clientHello, records, serverNames } from "./hello.ts";

/** What each would do if it came out as a name. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ["ends a quoted string", 'a".example'],
  ["ends a quoted string in a shell", "a'.example"],
  ["starts a line of its own", "a.example\npermit any"],
  ["starts a line of its own on a terminal", "a.example\rpermit any"],
  ["starts a statement", "a.example;accept"],
  ["starts a comment", "a.example#"],
  ["runs a command", "`id`.example"],
  ["runs another command", "$(id).example"],
  ["clears the terminal", "\u001b[2Ja.example"],
  ["sets the terminal's title", "\u009d0;x\u0007a.example"],
  ["ends a string in C", "a.example\0.evil.example"],
  ["is markup", "<img/src=x>.example"],
  ["is Markdown", "[a](b).example"],
  ["is a table cell", "a|b.example"],
  ["is a path", "../../etc/passwd"],
  ["is a URL", "http://a.example"],
  ["is a wildcard", "*.example"],
  ["has a user", "root@a.example"],
  ["is a percent escape", "a%00.example"],
  ["is a non-breaking space", "\u00a0a.example\u00a0"],
  ["is UTF-8", "m\u00c3\u00bcnchen.example"],
  ["is the KELVIN SIGN in UTF-8", "ban\u00e2\u0084\u00aa.example"],
  ["has an empty label", "a..example"],
  ["has a label too long", `${"a".repeat(64)}.example`],
  ["is too long", `${"a.".repeat(124)}example`],
  ["is an address in hexadecimal", "0x7f.0x1"],
];

/** The name in each place where a client can say one. */
const PLACES: readonly (readonly [string, (name: string) => string | Buffer])[] = [
  ["SNI", (name) => records(clientHello({ names: [name] }))],
  [
    "SNI beside others",
    (name) =>
      records(
        clientHello({
          extensions: [
            [0xfe0d, Buffer.alloc(4)],
            [0, serverNames([name])],
          ],
        }),
      ),
  ],
  ["Host", (name) => `GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`],
  ["an absolute target", (name) => `GET http://${name}/ HTTP/1.1\r\n\r\n`],
  ["CONNECT", (name) => `CONNECT ${name}:443 HTTP/1.1\r\n\r\n`],
  ["SOCKS 5", (name) => `\x05\x01\0\x05\x01\0\x03${String.fromCharCode(name.length & 255)}${name}\x01\xbb`],
  ["SOCKS 4a", (name) => `\x04\x01\x01\xbb\0\0\0\x01user\0${name}\0`],
  [
    "SMTP and SNI",
    (name) => Buffer.concat([Buffer.from("EHLO a\r\nSTARTTLS\r\n"), records(clientHello({ names: [name] }))]),
  ],
];

/** Names that may rightly come out of a place whose own grammar ends them at the hostile character. */
const RIGHTLY: ReadonlySet<string> = new Set(["a.example", "etc", "http", "permit"]);

describe.each(PLACES)("a hostile name in %s", (_, place) => {
  test.each(HOSTILE)("that %s never comes out", (_why, name) => {
    for (const ended of [false, true]) {
      const verdict = dissectStream(Buffer.from(place(name) as string, "latin1"), 443, ended);
      if (verdict.kind === "more") continue;
      const out = [
        ...verdict.claims.map((claim) => claim.name),
        ...verdict.tunnels.map((tunnel) => tunnel.name),
      ].filter((x) => typeof x === "string");
      for (const text of out) {
        expect(text).toMatch(/^[a-z0-9._-]+$/);
        expect([...RIGHTLY]).toContain(text);
      }
      for (const flag of verdict.flags) expect(flag).toMatch(/^[a-z0-9-]+$/);
    }
  });
});

test("the names are refused for what they are: beside them, a good one comes out of every place", () => {
  for (const [, place] of PLACES) {
    const verdict = dissectStream(Buffer.from(place("good.example") as string, "latin1"), 443, true);
    const names =
      verdict.kind === "done"
        ? [...verdict.claims.map((claim) => claim.name), ...verdict.tunnels.map((tunnel) => tunnel.name)]
        : [];
    expect(names).toContain("good.example");
  }
});
