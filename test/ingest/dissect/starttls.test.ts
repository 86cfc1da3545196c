import { describe, expect, test } from "vitest";
import { tls } from "./hello.ts";
import { read } from "./verdicts.ts";

const HELLO = tls("mail.example.com");
const before = (preamble: string | Uint8Array): string =>
  read(Buffer.concat([Buffer.from(preamble as string, "latin1"), HELLO]), 25);
const FOUND = "tls-sni mail.example.com";

/** The client's half of each protocol up to its ClientHello. */
const PREAMBLES: readonly (readonly [string, string])[] = [
  ["SMTP", "EHLO agent.internal\r\nSTARTTLS\r\n"],
  ["LMTP, in lower case", "lhlo agent\r\nstarttls\r\n"],
  ["IMAP", "a001 CAPABILITY\r\na002 STARTTLS\r\n"],
  ["IMAP with a tag of dots", ". starttls\r\n"],
  ["POP3", "CAPA\r\nSTLS\r\n"],
  ["NNTP", "CAPABILITIES\r\nSTARTTLS\r\n"],
  ["FTP", "AUTH TLS\r\n"],
  ["FTP of old", "FEAT\r\nAUTH SSL\r\n"],
  [
    "XMPP",
    "<?xml version='1.0'?><stream:stream to='im.example' xmlns='jabber:client' version='1.0'>" +
      "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  ],
  [
    "XMPP with both tags",
    "<stream:stream to='im.example'><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'></starttls>",
  ],
  ["PostgreSQL", "\0\0\0\x08\x04\xd2\x16\x2f"],
  ["PostgreSQL after GSSAPI was refused", "\0\0\0\x08\x04\xd2\x16\x30\0\0\0\x08\x04\xd2\x16\x2f"],
  ["MySQL", `\x20\0\0\x01\x05\xae\xff\x19\0\0\0\x01\xff${"\0".repeat(23)}`],
  ["XMPP to a domain in UTF-8", "<stream:stream to='b\u00c3\u00bccher.example'><starttls xmlns='x'/>"],
  ["LDAP", `\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037`],
  ["LDAP in long lengths", `\x30\x82\0\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037`],
  [
    "LDAP after a bind",
    `\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0\x30\x1d\x02\x01\x02\x77\x18\x80\x161.3.6.1.4.1.1466.20037`,
  ],
  ["SQL Server", `\x12\x01\0\x1a\0\0\0\0\0\0\x0b\0\x06\x01\0\x11\0\x01\xff${"\0".repeat(7)}\x12\x01\x02\0\0\0\0\0`],
  ["Remote Desktop", "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"],
  ["Remote Desktop with a cookie", "\x03\0\0\x25\x20\xe0\0\0\0\0\0Cookie: mstshash=agent\r\nxx"],
  ["the PROXY protocol, version 1", "PROXY TCP4 192.0.2.1 192.0.2.2 5000 443\r\n"],
  ["the PROXY protocol, version 1, unknown", "PROXY UNKNOWN\r\n"],
  ["the PROXY protocol, version 2", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c123456789012"],
  ["the PROXY protocol and SMTP", "PROXY UNKNOWN\r\nEHLO a\r\nSTARTTLS\r\n"],
];

describe("a ClientHello", () => {
  test.each(PREAMBLES)("is found behind %s", (_, preamble) => expect(before(preamble)).toBe(FOUND));

  test.each(PREAMBLES)("is waited for at every cut of %s", (_, preamble) => {
    const stream = Buffer.concat([Buffer.from(preamble, "latin1"), HELLO]);
    for (let cut = 0; cut < stream.length; cut++) expect(read(stream.subarray(0, cut), 25)).toBe("more");
  });

  test.each([
    ["SMTP that goes on in the clear", "EHLO a\r\nMAIL FROM:<a@b.example>\r\n"],
    ["a word that only begins so", "STARTTLSX\r\n"],
    ["text that mentions STARTTLS", "NOOP use STARTTLS please\r\n"],
    ["nothing but blank lines", "\r\n\r\n"],
    ["a plain PostgreSQL start after refusal", "\0\0\0\x08\x04\xd2\x16\x2f\0\0\0\x09\0\x03\0\0\0"],
    ["LDAP that goes on in the clear", "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"],
    ["LDAP of four gigabytes", "\x30\x84\xff\xff\xff\xff\x02\x01\x01\x60"],
    ["a MySQL login without TLS", `\x20\0\0\x01\x05\xa6\xff\x19\0\0\0\x01\xff${"\0".repeat(23)}`],
    ["more text than any client says before it", `${"NOOP\r\n".repeat(700)}STARTTLS\r\n`],
    ["SQL Server that logs in without TLS", "\x12\x01\0\x0e\0\0\0\0\0\0\x06\0\0\xff\x10\x01\0\x10\0\0\0\0"],
    ["a packet of SQL Server that is no PRELOGIN", "\x12\x01\0\x0e\0\0\0\0\x05\0\x06\0\0\xff"],
    ["Remote Desktop without TLS", "\x03\0\0\x0b\x06\xe0\0\0\0\0\0\x03\0\0\x08\x02\xf0\x80\x7f"],
    ["another TPKT", "\x03\0\0\x0b\x06\xf0\0\0\0\0\0"],
    ["a PROXY header of another version", "\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c123456789012"],
  ])("is not sought behind %s", (_, preamble) => expect(before(preamble)).toBe("nothing"));

  test("alone may follow a request for TLS", () => {
    expect(read("EHLO a\r\nSTARTTLS\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n\0", 25)).toBe("nothing");
  });
});
