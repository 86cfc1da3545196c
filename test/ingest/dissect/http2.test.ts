import { describe, expect, test } from "vitest";
import { type Field, HpackDecoder } from "../../../src/ingest/dissect/http/hpack.ts";
import { decodeHuffman } from "../../../src/ingest/dissect/http/huffman.ts";
import { dissectStream } from "../../../src/ingest/dissect/stream.ts";
import { u24, u8 } from "./hello.ts";
import { clientBytes, fragmentsOf } from "./http2-client.ts";
import { read } from "./verdicts.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const lines = (fields: readonly Field[]): string[] => fields.map(({ name, value }) => `${name}: ${value}`);

/** RFC 7541 appendix C: each list of blocks shares a table; what its last block says. */
const VECTORS: readonly (readonly [string, number, readonly string[], readonly string[]])[] = [
  [
    "C.2.1 literal with indexing",
    4096,
    ["400a637573746f6d2d6b65790d637573746f6d2d686561646572"],
    ["custom-key: custom-header"],
  ],
  ["C.2.2 literal without indexing", 4096, ["040c2f73616d706c652f70617468"], [":path: /sample/path"]],
  ["C.2.3 literal never indexed", 4096, ["100870617373776f726406736563726574"], ["password: secret"]],
  ["C.2.4 indexed", 4096, ["82"], [":method: GET"]],
  [
    "C.3 requests in plain text",
    4096,
    [
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ],
    [":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"],
  ],
  [
    "C.4 requests in Huffman code",
    4096,
    [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ],
    [":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"],
  ],
  [
    "C.5 responses, evicting",
    256,
    [
      "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
      "4803333037c1c0bf",
      "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
    ],
    [
      ":status: 200",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:22 GMT",
      "location: https://www.example.com",
      "content-encoding: gzip",
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ],
  [
    "C.6 responses in Huffman code, evicting",
    256,
    [
      "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
      "4883640effc1c0bf",
      "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ],
    [
      ":status: 200",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:22 GMT",
      "location: https://www.example.com",
      "content-encoding: gzip",
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ],
];

describe("HPACK", () => {
  test.each(VECTORS)("RFC 7541 %s", (_, capacity, blocks, expected) => {
    const decoder = new HpackDecoder(capacity);
    expect(lines(blocks.map((block) => decoder.decode(hex(block))).at(-1) ?? [])).toEqual(expected);
  });

  const errors: readonly (readonly [string, string])[] = [
    ["index 0", "80"],
    ["an index beyond both tables", "be"],
    ["an integer that never ends", "ffffffffffffffffffff"],
    ["a string longer than the block", "400a6375"],
    ["a table larger than any", "3fe1ffff03"],
    ["the end-of-string symbol", "4084ffffffff 0161"],
    ["Huffman padding of zeros", "4081 18 0161"],
  ];
  test.each(errors)("ends at %s", (_, block) => {
    expect(lines(new HpackDecoder().decode(hex(`82${block}84`)))).toEqual([":method: GET"]);
  });

  test("forgets the oldest fields when the table is full", () => {
    const decoder = new HpackDecoder(80); // two entries of 36 fit, three do not
    const added = ["a", "b", "c"].map((name) => Buffer.from(`\x40\x02${name}1\x02${name}2`, "latin1"));
    expect(lines(decoder.decode(Buffer.concat([...added, hex("be bf c0")])))).toEqual([
      "a1: a2",
      "b1: b2",
      "c1: c2",
      "c1: c2",
      "b1: b2",
    ]);
  });

  test("repeats a long field no more often than a request has fields", () => {
    const bomb = Buffer.concat([hex("40017a7f8116"), Buffer.alloc(149, 97), Buffer.alloc(100_000, 0xbe)]);
    expect(new HpackDecoder().decode(bomb).length).toBeLessThanOrEqual(512);
  });

  test("the Huffman code uses its whole space: every byte string decodes or is refused, and none crashes", () => {
    expect(decodeHuffman(hex("f1e3c2e5f23a6ba0ab90f4ff"))).toBe("www.example.com");
    expect(decodeHuffman(Buffer.alloc(0))).toBe("");
    expect(decodeHuffman(hex("f1e3c2e5f23a6ba0ab90f4ff ff"))).toBeNull(); // more than seven bits of padding
    expect(decodeHuffman(Buffer.alloc(64, 0xff))).toBeNull();
  });
});

describe("HTTP/2 with prior knowledge", () => {
  test("the authority of the first request, as a real client writes it", async () => {
    const bytes = await clientBytes({ ":authority": "H2.example.com:8443", ":path": "/x" });
    expect(read(bytes, 80)).toBe("http-host h2.example.com");
    for (let cut = 0; cut < bytes.length - 1; cut++) {
      expect(["more", "http-host h2.example.com"]).toContain(read(bytes.subarray(0, cut), 80));
    }
  });

  test("every printable character of a real client's Huffman code", async () => {
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
    const value = `x${printable}x${"e".repeat(200)}`; // the e's make the Huffman form the shorter one
    const bytes = await clientBytes({ ":authority": "h2.example", "x-all": value });
    const fields = fragmentsOf(bytes).flatMap((fragment) => [...new HpackDecoder().decode(fragment)]);
    expect(fields.find(({ name }) => name === "x-all")?.value).toBe(value);
  });

  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const frame = (type: number, flags: number, payload: string, stream = 1): Buffer => {
    const bytes = hex(payload);
    return Buffer.concat([u24(bytes.length), u8(type), u8(flags), Buffer.of(0, 0, 0, stream), bytes]);
  };
  const authority = "82868441 0f 7777772e6578616d706c652e636f6d";
  const stream = (...frames: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from(preface), ...frames]);
  const table: readonly (readonly [string, Buffer, string])[] = [
    ["plain", stream(frame(4, 0, "", 0), frame(1, 4, authority)), "http-host www.example.com"],
    [
      "padded and with priority",
      stream(frame(1, 0x2c, `02 0000000010 ${authority} 0000`)),
      "http-host www.example.com",
    ],
    [
      "continued",
      stream(frame(1, 0, authority.slice(0, 14)), frame(9, 4, authority.slice(14))),
      "http-host www.example.com",
    ],
    ["interrupted", stream(frame(1, 0, authority.slice(0, 14)), frame(4, 0, "", 0)), "nothing [malformed-http2]"],
    ["with Host alone", stream(frame(1, 4, "82868466 09 612e6578616d706c65")), "http-host a.example"],
    [
      "with user information",
      stream(frame(1, 4, "82868441 0b 7540612e6578616d706c65")),
      "http-host a.example [userinfo]",
    ],
    ["for an address", stream(frame(1, 4, "82868441 09 3139322e302e322e31")), "literal 192.0.2.1"],
  ];
  test.each(table)("a request %s", (_, bytes, expected) => expect(read(bytes, 80)).toBe(expected));

  test("is not waited for behind more frames than any client sends before it", () => {
    const many = Array.from({ length: 300 }, () => frame(4, 0, "", 0));
    const verdict = dissectStream(stream(...many, frame(1, 4, authority)), 80);
    expect(verdict).toMatchObject({ claims: [], flags: [], next: preface.length + 256 * 9 });
  });

  test("CONNECT asks for a tunnel", () => {
    const connectTo = "0207 434f4e4e454354 01 0d 612e6578616d706c653a343433";
    expect(read(stream(frame(1, 4, connectTo)), 3128)).toBe("via http-connect a.example:443");
  });
});
