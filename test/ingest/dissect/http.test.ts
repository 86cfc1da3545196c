import { describe, expect, test } from "vitest";
import { MAX_STREAM_BYTES } from "../../../src/ingest/dissect/stream.ts";
import { tls } from "./hello.ts";
import { read, readEnded } from "./verdicts.ts";

const crlf = (...lines: readonly string[]): string => `${lines.join("\r\n")}\r\n\r\n`;
const get = (...hosts: readonly string[]): string =>
  crlf("GET / HTTP/1.1", "Accept: */*", ...hosts.map((host) => `Host: ${host}`), "X: y");

describe("the Host of a request", () => {
  const table: readonly (readonly [string, string, string])[] = [
    ["is a claim", get("www.example.com"), "http-host www.example.com"],
    ["loses its port", get("www.example.com:8080"), "http-host www.example.com"],
    ["loses an empty port", get("www.example.com:"), "http-host www.example.com"],
    ["is lower case without the dot", get("WWW.Example.COM."), "http-host www.example.com"],
    ["may hold underscores", get("my_service:80"), "http-host my_service"],
    ["has its blanks taken off", get("  www.example.com\t "), "http-host www.example.com"],
    ["is a literal when it is an IPv4 address", get("192.0.2.7:80"), "literal 192.0.2.7"],
    ["is a literal when it is an IPv6 address", get("[2001:DB8::0:1]:80"), "literal 2001:db8::1"],
    ["may be empty", get(""), "nothing"],
    ["may be missing in HTTP/1.0", crlf("GET / HTTP/1.0"), "nothing"],
    [
      "with user information is what stands behind it",
      get("a:b@www.example.com"),
      "http-host www.example.com [userinfo]",
    ],
    ["with user information twice is refused", get("a@b.example@www.example.com"), "nothing [invalid-name]"],
    ["with what cannot be user information is refused", get("b.example\\@www.example.com"), "nothing [invalid-name]"],
    ["with a port out of range is refused", get("www.example.com:99999"), "nothing [invalid-name]"],
    ["with a number for a last label is refused", get("1.2.3"), "nothing [invalid-name]"],
    ["may stand twice the same", get("a.example", "A.example:80"), "http-host a.example"],
    [
      "standing twice in different ways is not believed",
      get("a.example", "b.example"),
      "doubted http-host a.example, doubted http-host b.example [host-mismatch]",
    ],
    ["beside what is no host is not believed", get("a.example", "a b"), "doubted http-host a.example [host-mismatch]"],
    ["may be folded", "GET / HTTP/1.1\r\nHost:\r\n www.example.com\r\n\r\n", "http-host www.example.com"],
    ["is found in any case of its field", crlf("GET / HTTP/1.1", "hOST:a.example"), "http-host a.example"],
    ["is not a field that ends in host", crlf("GET / HTTP/1.1", "X-Forwarded-Host: evil.example"), "nothing"],
    ["is not in the body", `${crlf("POST / HTTP/1.1", "Content-Length: 20")}Host: evil.example\r\n\r\n`, "nothing"],
    [
      "is read in a request that says version 2 in the words of version 1",
      crlf("GET / HTTP/2.0", "Host: a.example"),
      "http-host a.example",
    ],
    ["is read between bare line feeds", "GET / HTTP/1.1\nHost: a.example\n\n", "http-host a.example"],
    ["is read after blank lines", `\r\n\r\n${get("a.example")}`, "http-host a.example"],
    ["is read in a WebSocket upgrade", get("ws.example", "ws.example"), "http-host ws.example"],
    ["stands with any method", crlf("M-SEARCH * HTTP/1.1", "Host: a.example"), "http-host a.example"],
    [
      "says DoH by the media type",
      crlf("POST /q HTTP/1.1", "Host: d.example", "Content-Type: application/dns-message"),
      "http-host d.example [doh]",
    ],
  ];
  test.each(table)("%s", (_, request, expected) => expect(read(request, 80)).toBe(expected));

  test("is waited for until the head is whole, because a second one could follow", () => {
    const request = get("www.example.com");
    for (let cut = 1; cut < request.length; cut++) expect(read(request.slice(0, cut), 80)).toBe("more");
  });

  test("of a head that will not be whole counts when its own line is", () => {
    expect(readEnded("GET / HTTP/1.1\r\nHost: www.example.com\r\nCook", 80)).toBe("http-host www.example.com");
    expect(readEnded("GET / HTTP/1.1\r\nHost: www.example.co", 80)).toBe("nothing");
  });

  test("counts in a head longer than the limit", () => {
    const head = `GET / HTTP/1.1\r\nHost: www.example.com\r\nCookie: ${"x".repeat(MAX_STREAM_BYTES)}`;
    expect(read(head, 80)).toBe("http-host www.example.com");
  });
});

describe("an absolute target", () => {
  const table: readonly (readonly [string, string, string])[] = [
    ["GET http://a.example/x HTTP/1.1", "a.example", "via http-forward a.example:80 [absolute-form]"],
    ["GET http://a.example:8080?q HTTP/1.1", "a.example", "via http-forward a.example:8080 [absolute-form]"],
    ["GET HTTPS://A.example HTTP/1.1", "a.example", "via http-forward a.example:443 [absolute-form]"],
    ["GET ftp://f.example/file HTTP/1.1", "f.example", "via http-forward f.example:21 [absolute-form]"],
    ["GET odd://f.example/file HTTP/1.1", "f.example", "nothing [absolute-form invalid-port]"],
    [
      "GET http://a.example/ HTTP/1.1",
      "b.example",
      "via http-forward a.example:80, doubted http-host b.example [absolute-form host-mismatch]",
    ],
    ["GET http://user:pw@a.example/ HTTP/1.1", "a.example", "via http-forward a.example:80 [absolute-form userinfo]"],
    ["GET http://192.0.2.1/ HTTP/1.1", "192.0.2.1", "via http-forward 192.0.2.1:80 [absolute-form]"],
    ["GET /http://a.example/ HTTP/1.1", "b.example", "http-host b.example"],
  ];
  test.each(table)("%s with Host %s", (line, host, expected) => {
    expect(read(crlf(line, `Host: ${host}`), 3128)).toBe(expected);
  });
});

describe("what is no HTTP/1 request", () => {
  const table: readonly (readonly [string, string])[] = [
    ["a method in lower case", "get / HTTP/1.1\r\nHost: a.example\r\n\r\n\0"],
    ["SIP", "INVITE sip:b@a.example SIP/2.0\r\nHost: a.example\r\n\r\n\0"],
    ["RTSP", "DESCRIBE rtsp://a.example/ RTSP/1.0\r\n\r\n\0"],
    ["HTTP/0.9", "GET /\r\n\0"],
    ["a response", "HTTP/1.1 200 OK\r\nHost: a.example\r\n\r\n\0"],
    ["SSH", "SSH-2.0-OpenSSH_9.2\r\n\0\0"],
  ];
  test.each(table)("%s", (_, bytes) => expect(read(bytes, 80)).toBe("nothing"));

  test("a line of spaces takes no longer than another", () => {
    const line = `GET ${" ".repeat(30_000)}x HTTP/1.1 `;
    expect(read(`${line}\r\nHost: a${" ".repeat(1000)}b\r\n\r\n`, 80)).toBe("nothing [invalid-name]");
  });
});

describe("CONNECT", () => {
  const connect = (target: string): string => crlf(`CONNECT ${target} HTTP/1.1`, "Host: ignored.example");
  const table: readonly (readonly [string, string, string])[] = [
    ["asks for a tunnel to a name", "api.example.com:443", "via http-connect api.example.com:443"],
    ["asks for a tunnel to an address", "192.0.2.1:22", "via http-connect 192.0.2.1:22"],
    ["asks for a tunnel to an IPv6 address", "[2001:db8::1]:443", "via http-connect 2001:db8::1:443"],
    ["keeps the port of an invalid host", "a\\@a.example:443", "via http-connect ?:443 [invalid-name]"],
    ["may carry user information", "user@a.example:443", "via http-connect a.example:443 [userinfo]"],
    ["needs a port", "api.example.com", "nothing [invalid-port]"],
    ["may carry a path that means nothing", "mail.example:25 /", "via http-connect mail.example:25"],
  ];
  test.each(table)("%s", (_, target, expected) => expect(readEnded(connect(target), 3128)).toBe(expected));

  test("is followed by what the client says inside", () => {
    const head = Buffer.from(connect("api.example.com:443"));
    expect(read(head, 3128)).toBe("more");
    expect(read(Buffer.concat([head, tls("api.example.com")]), 3128)).toBe(
      "via http-connect api.example.com:443, tls-sni api.example.com",
    );
    expect(read(Buffer.concat([head, tls("front.example")]), 3128)).toBe(
      "via http-connect api.example.com:443, tls-sni front.example",
    );
    expect(read(Buffer.concat([head, Buffer.from("SSH-2.0-x\r\n\0")]), 3128)).toBe(
      "via http-connect api.example.com:443",
    );
    expect(read(Buffer.concat([head, Buffer.from(get("plain.example"))]), 3128)).toBe(
      "via http-connect api.example.com:443, http-host plain.example",
    );
  });

  test("again after 407 is the same tunnel", () => {
    const twice = connect("a.example:443").repeat(2);
    expect(readEnded(twice, 3128)).toBe("via http-connect a.example:443");
  });

  test("to another proxy, and through it to the target, is a tunnel in a tunnel", () => {
    const chain = connect("proxy.example:3128") + connect("a.example:443");
    expect(readEnded(chain, 3128)).toBe(
      "via http-connect proxy.example:3128, via http-connect a.example:443 [proxy-chain]",
    );
  });

  test("through more proxies than anybody has ends", () => {
    const chain = Array.from({ length: 50 }, (_, i) => connect(`p${i}.example:1`)).join("");
    expect(read(chain, 3128)).toMatch(/^(via http-connect p\d\.example:1(, )?){8} \[name-limit proxy-chain\]$/);
  });
});
