/** One stream of every kind that is recognised, for laws that hold for all of them. */
import { clientHello, POST_QUANTUM, records, tls } from "./hello.ts";

const text = (value: string): Buffer => Buffer.from(value, "latin1");

export const SAMPLES: readonly (readonly [string, Buffer])[] = [
  ["TLS in one record", tls("one.example")],
  ["TLS in many records", records(clientHello({ names: ["many.example"], extensions: [POST_QUANTUM] }), 100)],
  ["HTTP/1", text("GET / HTTP/1.1\r\nHost: plain.example\r\nAccept: */*\r\n\r\nbody")],
  ["HTTP by proxy", text("GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\n\r\n")],
  [
    "CONNECT twice, then TLS",
    Buffer.concat([text("CONNECT t.example:443 HTTP/1.1\r\n\r\n".repeat(2)), tls("t.example")]),
  ],
  [
    "HTTP/2",
    Buffer.concat([
      text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      Buffer.from("000000040000000000000014010400000001828684410f7777772e6578616d706c652e636f6d", "hex"),
    ]),
  ],
  ["SOCKS 4a", Buffer.concat([text("\x04\x01\x01\xbb\0\0\0\x01\0db.internal\0"), tls("db.internal")])],
  [
    "SOCKS 5",
    Buffer.concat([
      text("\x05\x01\0\x05\x01\0\x03\x0bdb.internal\x15\x38"),
      text("\0\0\0\x08\x04\xd2\x16\x2f"),
      tls("db.internal"),
    ]),
  ],
  ["SMTP", Buffer.concat([text("EHLO a\r\nSTARTTLS\r\n"), tls("mail.example")])],
  ["XMPP", Buffer.concat([text("<stream:stream to='im.example'><starttls xmlns='x'></starttls>"), tls("im.example")])],
  ["PROXY protocol", Buffer.concat([text("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c123456789012"), tls("lb.example")])],
  ["SSH", text("SSH-2.0-OpenSSH_9.2\r\n\0\0\x05")],
  ["DNS over TCP", Buffer.from("001d123401000001000000000000076578616d706c6503636f6d0000010001", "hex")],
];
