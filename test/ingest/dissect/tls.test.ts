import { Duplex } from "node:stream";
import { connect } from "node:tls";
import { describe, expect, test } from "vitest";
import { dissectStream, MAX_STREAM_BYTES } from "../../../src/ingest/dissect/stream.ts";
import { beginsClientHello } from "../../../src/ingest/dissect/tls/records.ts";
import { clientHello, type HelloOptions, POST_QUANTUM, records, serverNames, tls, u16 } from "./hello.ts";
import { inWords, read, readEnded } from "./verdicts.ts";

const ECH: readonly [number, Uint8Array] = [0xfe0d, Buffer.alloc(200, 3)];
const ESNI: readonly [number, Uint8Array] = [0xffce, Buffer.alloc(200, 3)];

describe("the server name of a ClientHello", () => {
  const table: readonly (readonly [string, HelloOptions, string])[] = [
    ["is a claim", { names: ["api.example.com"] }, "tls-sni api.example.com"],
    ["is kept in lower case, without the dot", { names: ["API.Example.COM."] }, "tls-sni api.example.com"],
    ["may hold underscores", { names: ["my_bucket.s3.example.com"] }, "tls-sni my_bucket.s3.example.com"],
    ["may be a single label", { names: ["metrics"] }, "tls-sni metrics"],
    ["may be an A-label", { names: ["xn--bcher-kva.example"] }, "tls-sni xn--bcher-kva.example"],
    ["may be absent", {}, "nothing"],
    ["is the outer one under ECH", { names: ["cover.example"], extensions: [ECH] }, "tls-sni cover.example [ech]"],
    ["may be encrypted alone (ESNI)", { extensions: [ESNI] }, "nothing [esni]"],
    ["is a literal when it is an IPv4 address", { names: ["192.0.2.1"] }, "literal 192.0.2.1 [sni-ip]"],
    ["is a literal when it is an IPv6 address", { names: ["2001:db8::1"] }, "literal 2001:db8::1 [sni-ip]"],
    ["is a literal when it is in brackets", { names: ["[2001:db8::1]"] }, "literal 2001:db8::1 [sni-ip]"],
    ["must not carry a port", { names: ["server4:443"] }, "nothing [invalid-name]"],
    ["must not be empty", { names: [""] }, "nothing [invalid-name]"],
    [
      "must be one: of two, nobody knows which counts",
      { names: ["a.example", "b.example"] },
      "doubted tls-sni a.example, doubted tls-sni b.example [invalid-name]",
    ],
    ["may stand twice the same", { names: ["a.example", "a.example"] }, "tls-sni a.example"],
    ["survives a post-quantum key share", { names: ["pq.example"], extensions: [POST_QUANTUM] }, "tls-sni pq.example"],
    ["ALPN dot alone means DNS over TLS", { names: ["r.example"], alpn: ["dot"] }, "tls-sni r.example [dot]"],
    ["ALPN dot among others means nothing", { names: ["r.example"], alpn: ["dot", "h2"] }, "tls-sni r.example"],
    ["ALPN h2 may be DoH, and may be anything", { names: ["dns.example"], alpn: ["h2"] }, "tls-sni dns.example"],
  ];
  test.each(table)("%s", (_, options, expected) => expect(read(records(clientHello(options)))).toBe(expected));

  test("in two server_name extensions that differ is not believed", () => {
    const extensions = ["a.example", "b.example"].map((name) => [0, serverNames([name])] as const);
    expect(read(records(clientHello({ extensions })))).toBe(
      "doubted tls-sni a.example, doubted tls-sni b.example [invalid-name]",
    );
  });

  test("one of many is not believed, and only the first few are told", () => {
    const names = Array.from({ length: 20 }, (_, i) => `n${i}.example`);
    const told = names.slice(0, 8).map((name) => `doubted tls-sni ${name}`);
    expect(read(records(clientHello({ names })))).toBe(`${told.join(", ")} [invalid-name]`);
  });

  test("is the same in the bytes of a real client", async () => {
    const hello = await new Promise<Buffer>((resolve) => {
      const wire = new Duplex({ read() {}, write: (chunk: Buffer) => resolve(chunk) });
      connect({ socket: wire, servername: "registry.example.org", ALPNProtocols: ["h2"] }).on("error", () => {});
    });
    expect(read(hello)).toBe("tls-sni registry.example.org");
  });
});

describe("the records of a ClientHello", () => {
  const hello = clientHello({ names: ["split.example"], extensions: [POST_QUANTUM] });

  test.each([1, 2, 3, 4, 5, 7, 64, 1000, 16_384])("may hold %i bytes each", (size) => {
    expect(read(records(hello, size))).toBe("tls-sni split.example");
  });

  test("are waited for, at every cut, and then say the same", () => {
    const stream = records(hello, 300);
    for (let cut = 0; cut < stream.length; cut++) expect(read(stream.subarray(0, cut))).toBe("more");
    expect(read(Buffer.concat([stream, Buffer.from("and what follows")]))).toBe("tls-sni split.example");
  });

  test("that break off inside the hello make it malformed", () => {
    const alert = Buffer.of(21, 3, 3, 0, 2, 2, 40);
    expect(read(Buffer.concat([records(hello.subarray(0, 600)), alert]))).toBe(
      "tls-sni split.example [malformed-hello]",
    );
  });

  test("may be cut by the snapshot length: a name that was whole is kept", () => {
    expect(readEnded(records(hello).subarray(0, 300))).toBe("tls-sni split.example [hello-cut]");
    expect(readEnded(records(hello).subarray(0, 100))).toBe("nothing [hello-cut]");
  });
});

describe("what is no ClientHello", () => {
  const table: readonly (readonly [string, Uint8Array])[] = [
    ["a ServerHello", records(Buffer.concat([Buffer.of(2), clientHello({ names: ["a.example"] }).subarray(1)]))],
    ["an alert", Buffer.of(21, 3, 1, 0, 2, 2, 40)],
    ["a record of version 4", Buffer.of(22, 4, 0, 0, 5, 1, 0, 0, 1, 0)],
    ["an empty record", Buffer.of(22, 3, 1, 0, 0)],
    ["a record larger than any", Buffer.of(22, 3, 1, 0xff, 0xff, 1)],
  ];
  test.each(table)("%s says nothing", (_, bytes) => expect(read(bytes)).toBe("nothing"));

  test("a hello that claims 16 MB is judged at the limit, and not before", () => {
    const body = clientHello({ names: ["long.example"] });
    const endless = Buffer.concat([Buffer.of(1, 0xff, 0xff, 0xff), body.subarray(4), Buffer.alloc(MAX_STREAM_BYTES)]);
    const stream = records(endless);
    expect(inWords(dissectStream(stream.subarray(0, MAX_STREAM_BYTES - 1), 443))).toBe("more");
    expect(read(stream)).toBe("tls-sni long.example [hello-cut]");
  });

  test("lengths that contradict each other are called malformed, and what was read before them stands", () => {
    const hello = clientHello({ names: ["a.example"], extensions: [[99, Buffer.alloc(8)]] });
    u16(500).copy(hello, hello.length - 10); // the last extension claims 500 bytes
    expect(read(records(hello))).toBe("tls-sni a.example [malformed-hello]");
    expect(read(Buffer.concat([tls("b.example"), tls("c.example")]))).toBe("tls-sni b.example");
  });
});

describe("a ClientHello in the midst of a stream", () => {
  const hello = tls("late.example");
  const changed = (at: number, value: number): Buffer => {
    const bytes = Buffer.from(hello);
    bytes[at] = value;
    return bytes;
  };
  test.each<[string, Uint8Array, boolean]>([
    ["whole", hello, true],
    ["its beginning", hello.subarray(0, 20), true],
    ["the first of its records", records(clientHello({ names: ["late.example"] }), 60), true],
    ["too little of it", hello.subarray(0, 10), false],
    ["another handshake message", changed(5, 2), false],
    ["application data", changed(0, 23), false],
    ["a version that never was", changed(10, 9), false],
    ["a record longer than the hello in it", changed(3, 40), false],
    ["an impossible length", changed(6, 0xff), false],
    ["nothing", Buffer.alloc(0), false],
  ])("is recognised strictly: %s", (_, bytes, expected) => expect(beginsClientHello(bytes)).toBe(expected));
});

describe("a second hello, behind the record that changes nothing", () => {
  const nothing = Buffer.from([0x14, 3, 3, 0, 1, 1]);
  const behind = (bytes: Uint8Array): Buffer => Buffer.concat([nothing, bytes]);
  const hello = tls("again.example");
  const encrypted = Buffer.concat([Buffer.from([0x16, 3, 3, 0, 40, 1]), Buffer.alloc(39, 0x5a)]);
  test.each<[string, Uint8Array, string]>([
    ["is read", behind(hello), "tls-sni again.example"],
    ["is waited for", nothing, "more"],
    ["is waited for within it", nothing.subarray(0, 3), "more"],
    ["is waited for until it is recognised", behind(hello.subarray(0, 10)), "more"],
    ["is not taken for the end of a handshake, encrypted", behind(encrypted), "nothing"],
    ["is not looked for behind another change", Buffer.concat([Buffer.from([0x14, 3, 3, 0, 1, 2]), hello]), "nothing"],
    ["is not looked for behind two of them", behind(behind(hello)), "nothing"],
  ])("%s", (_, bytes, expected) => expect(read(bytes)).toBe(expected));

  test("that never came is nothing", () => expect(readEnded(nothing)).toBe("nothing"));
});
