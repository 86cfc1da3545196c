import { describe, expect, test } from "vitest";
import { tls } from "./hello.ts";
import { read, readEnded } from "./verdicts.ts";

const bytes = (...parts: readonly (readonly number[] | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string, "latin1")));

const TO_443 = [1, 187];
const DB = "\x0bdb.internal";
const GREETING = [5, 1, 0]; // version 5, one method: none needed

describe("SOCKS 5", () => {
  const table: readonly (readonly [string, Buffer, string])[] = [
    ["to a name", bytes(GREETING, [5, 1, 0, 3], DB, [0x15, 0x38]), "via socks db.internal:5432"],
    ["to an IPv4 address", bytes(GREETING, [5, 1, 0, 1, 192, 0, 2, 9], TO_443), "via socks 192.0.2.9:443"],
    [
      "to an IPv6 address",
      bytes(GREETING, [5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], TO_443),
      "via socks 2001:db8::9:443",
    ],
    [
      "to an address written as a name",
      bytes(GREETING, [5, 1, 0, 3, 9], "192.0.2.9", TO_443),
      "via socks 192.0.2.9:443",
    ],
    ["to what is no host", bytes(GREETING, [5, 1, 0, 3, 4], "a; b", TO_443), "via socks ?:443 [invalid-name]"],
    [
      "with user name and password",
      bytes([5, 2, 0, 2], [1, 4], "user", [6], "secret", [5, 1, 0, 3], DB, TO_443),
      "via socks db.internal:443",
    ],
    ["for datagrams", bytes(GREETING, [5, 3, 0, 1, 0, 0, 0, 0, 0, 0]), "nothing [socks-udp]"],
    ["to be connected to (BIND)", bytes(GREETING, [5, 2, 0, 1, 192, 0, 2, 9], TO_443), "nothing"],
    ["with GSSAPI, which hides the rest", bytes([5, 1, 1], [1, 1, 0, 1, 9]), "nothing"],
    ["with no method at all", bytes([5, 0, 5, 1, 0, 1, 192, 0, 2, 9], TO_443), "nothing"],
    ["with a method twice", bytes([5, 2, 0, 0, 5, 1, 0, 1, 192, 0, 2, 9], TO_443), "nothing"],
    ["with an unknown address type", bytes(GREETING, [5, 1, 0, 2, 192, 0, 2, 9], TO_443), "nothing"],
  ];
  test.each(table)("%s", (_, client, expected) => {
    expect(readEnded(client, 1080)).toBe(expected);
    expect(readEnded(client, 33_001)).toBe(expected);
    for (let cut = 0; cut < client.length; cut++) expect(["more", expected]).toContain(read(client.subarray(0, cut)));
  });

  test("to an address: the hello inside tells its name", () => {
    const request = bytes(GREETING, [5, 1, 0, 1, 192, 0, 2, 9], TO_443);
    expect(read(request, 1080)).toBe("more");
    expect(read(Buffer.concat([request, tls("api.example.com")]), 1080)).toBe(
      "via socks 192.0.2.9:443, tls-sni api.example.com",
    );
  });
});

describe("SOCKS 4", () => {
  const toName = bytes([4, 1], TO_443, [0, 0, 0, 1], "agent\0", "db.internal\0");
  const toAddress = bytes([4, 1], TO_443, [192, 0, 2, 9], "agent\0");
  const inside = (client: Buffer): Buffer => Buffer.concat([client, tls("api.example.com")]);

  test("4a carries a name", () => expect(readEnded(toName, 9999)).toBe("via socks db.internal:443"));
  test("with an address is believed on a customary port", () => {
    expect(readEnded(toAddress, 1080)).toBe("via socks 192.0.2.9:443");
  });
  test("with an address needs proof elsewhere: nine bytes could be anything", () => {
    expect(readEnded(toAddress, 9042)).toBe("nothing");
    expect(read(inside(toAddress), 9042)).toBe("via socks 192.0.2.9:443, tls-sni api.example.com");
    expect(read(Buffer.concat([toAddress, Buffer.of(0, 1, 2)]), 9042)).toBe("nothing");
  });
  test("weakly recognised inside a tunnel leaves the tunnel as it was", () => {
    const connect = Buffer.from("CONNECT a.example:9 HTTP/1.1\r\n\r\n");
    expect(readEnded(Buffer.concat([connect, toAddress]), 3128)).toBe("via http-connect a.example:9");
  });
  test.each([
    ["port 0", bytes([4, 1, 0, 0, 192, 0, 2, 9, 0])],
    ["address 0.0.0.0", bytes([4, 1], TO_443, [0, 0, 0, 0, 0])],
    ["a user id of control characters", bytes([4, 1], TO_443, [192, 0, 2, 9], "\x01\x02\0")],
    ["a user id without end", bytes([4, 1], TO_443, [192, 0, 2, 9], "a".repeat(300))],
    ["the CQL of Cassandra", bytes([4, 1, 0, 1, 1, 0, 0, 0, 0x16, 0, 1])],
  ])("is not %s", (_, client) => expect(read(inside(client), 1080)).toBe("nothing"));
});
