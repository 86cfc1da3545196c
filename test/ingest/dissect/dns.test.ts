import { decode } from "dns-packet";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnnouncement, readDns } from "../../../src/ingest/dissect/dns.ts";
import { u16, u8 } from "./hello.ts";
import {
  a,
  aaaa,
  bytes4,
  cname,
  dname,
  https,
  message,
  RESPONSE,
  type Record,
  type Sections,
  txt,
  wire,
} from "./messages.ts";

/** `name > alias = address ttl`, a line an answer. */
function read(sections: Sections | Buffer): string[] | null {
  const result = readDns(Buffer.isBuffer(sections) ? sections : message(sections));
  return result && result.answers.map((x) => `${[x.name, ...x.chain].join(" > ")} = ${x.address} ${x.ttl}`);
}

const Q = "www.example.com";

describe("answers", () => {
  const table: readonly (readonly [string, readonly Record[], readonly string[]])[] = [
    ["an address of the name itself", [a(Q, "192.0.2.1")], [`${Q} = 192.0.2.1 60`]],
    ["an IPv6 address", [aaaa(Q, 7)], [`${Q} = 2001:db8::7 60`]],
    ["several addresses", [a(Q, "192.0.2.1"), a(Q, "192.0.2.2")], [`${Q} = 192.0.2.1 60`, `${Q} = 192.0.2.2 60`]],
    ["one address twice is one answer", [a(Q, "192.0.2.1"), a(Q, "192.0.2.1")], [`${Q} = 192.0.2.1 60`]],
    [
      "at the end of aliases, with the least time to live on the way",
      [
        cname(Q, "cdn.example.net", 300),
        cname("cdn.example.net", "edge.example.org", 20),
        a("edge.example.org", "192.0.2.1"),
      ],
      [`${Q} > cdn.example.net > edge.example.org = 192.0.2.1 20`],
    ],
    [
      "whatever the order of the records",
      [
        a("edge.example.org", "192.0.2.1"),
        cname("cdn.example.net", "edge.example.org", 20),
        cname(Q, "cdn.example.net", 300),
      ],
      [`${Q} > cdn.example.net > edge.example.org = 192.0.2.1 20`],
    ],
    [
      "in any case of letters",
      [cname("WWW.Example.COM", "EDGE.example"), a("edge.EXAMPLE", "192.0.2.1")],
      [`${Q} > edge.example = 192.0.2.1 60`],
    ],
    ["not of a name nobody asked for", [a("evil.example", "192.0.2.66")], []],
    [
      "through loops of aliases",
      [cname(Q, "a.example"), cname("a.example", Q), a("a.example", "192.0.2.1")],
      [`${Q} > a.example = 192.0.2.1 60`],
    ],
    [
      "through a DNAME",
      [dname("example.com", "example.net", 30), a("www.example.net", "192.0.2.1")],
      [`${Q} > www.example.net = 192.0.2.1 30`],
    ],
    [
      "through a DNAME with the CNAME made from it",
      [dname("example.com", "example.net", 30), cname(Q, "www.example.net", 0), a("www.example.net", "192.0.2.1")],
      [`${Q} > www.example.net = 192.0.2.1 0`],
    ],
    ["with a time to live of 2^31 or more, which is 0", [a(Q, "192.0.2.1", 0x8000_0001)], [`${Q} = 192.0.2.1 0`]],
    ["of the class IN only", [{ ...a(Q, "192.0.2.1"), class: 3 }], []],
    ["beside records that cannot be decoded", [txt(Q, Buffer.of(200, 1)), a(Q, "192.0.2.1")], [`${Q} = 192.0.2.1 60`]],
    [
      "beside an address of the wrong length",
      [{ owner: Q, type: 1, data: Buffer.of(1, 2) }, a(Q, "192.0.2.1")],
      [`${Q} = 192.0.2.1 60`],
    ],
    [
      "in the hints of HTTPS",
      [
        https(Q, 1, "", [
          [1, Buffer.from("\x02h2")],
          [4, bytes4("192.0.2.8")],
          [6, Buffer.concat([Buffer.of(0x20, 1, 0xd, 0xb8), Buffer.alloc(12)])],
        ]),
      ],
      [`${Q} = 192.0.2.8 60`, `${Q} = 2001:db8:: 60`],
    ],
    [
      "in hints for another host",
      [https(Q, 1, "svc.example.net", [[4, bytes4("192.0.2.8")]])],
      [`${Q} > svc.example.net = 192.0.2.8 60`],
    ],
    ["not in the hints of an HTTPS alias", [https(Q, 0, "svc.example.net", [[4, bytes4("192.0.2.8")]])], []],
    [
      "not in hints longer than their record",
      [https(Q, 1, "", [[4, bytes4("192.0.2.8")]])].map((r) => ({ ...r, data: r.data.subarray(0, -1) })),
      [],
    ],
  ];
  test.each(table)("%s", (_, answers, expected) => expect(read({ questions: [Q], answers })).toEqual(expected));

  test("not without a question, which no resolver leaves out", () => {
    expect(read({ answers: [a(Q, "192.0.2.1")] })).toEqual([]);
  });

  test("are found under compressed names", () => {
    const pointer = Buffer.of(0xc0, 12);
    expect(read({ questions: [Q], answers: [a(pointer, "192.0.2.1")] })).toEqual([`${Q} = 192.0.2.1 60`]);
  });

  test("are not taken from the additional section", () => {
    expect(read({ questions: [Q], others: [a(Q, "192.0.2.66")] })).toEqual([]);
  });

  test("of a chain longer than resolvers follow are left", () => {
    const links = Array.from({ length: 100 }, (_, i) => cname(i === 0 ? Q : `n${i}.example`, `n${i + 1}.example`));
    expect(
      read({ questions: [Q], answers: [...links, a("n100.example", "192.0.2.1"), a("n5.example", "192.0.2.5")] }),
    ).toHaveLength(1);
  });
});

describe("the header", () => {
  test("a query answers nothing, whatever it carries", () => {
    const query = message({ questions: [Q], answers: [a(Q, "192.0.2.1")], flags: 0x0100 });
    expect(readDns(query)).toEqual({
      id: 0x1234,
      response: false,
      truncated: false,
      rcode: 0,
      answers: [],
      invalidNames: 0,
      looped: false,
    });
  });
  test("NXDOMAIN and truncation are told", () => {
    expect(readDns(message({ questions: [Q], flags: 0x8383 }))).toMatchObject({
      response: true,
      truncated: true,
      rcode: 3,
    });
  });
  test.each([2, 3, 5])("an error (%i) answers nothing, whatever comes with it", (rcode) => {
    expect(read({ questions: [Q], answers: [a(Q, "192.0.2.1")], flags: RESPONSE | rcode })).toEqual([]);
  });
  test("a truncated response answers with what it has", () => {
    expect(read({ questions: [Q], answers: [a(Q, "192.0.2.1")], flags: RESPONSE | 0x200 })).toEqual([
      `${Q} = 192.0.2.1 60`,
    ]);
  });
  test("the sections of an update are not answers", () => {
    expect(read({ questions: [Q], answers: [a(Q, "192.0.2.1")], flags: 0xa800 })).toEqual([]);
  });
  test("a message cut anywhere keeps the answers that are whole, and says so", () => {
    const whole = message({
      questions: [Q],
      answers: [a(Q, "192.0.2.1"), cname(Buffer.from("\x01x\0"), Buffer.of(0xc0, 12))],
    });
    const questionEnd = 12 + wire(Q).length + 4;
    const firstEnd = questionEnd + wire(Q).length + 14;
    for (let cut = 0; cut < whole.length; cut++) {
      const result = readDns(whole.subarray(0, cut));
      if (cut < questionEnd) expect(result).toBeNull();
      else expect([result?.truncated, result?.answers.length]).toEqual([true, cut < firstEnd ? 0 : 1]);
    }
  });
});

describe("names that are no host names", () => {
  const BAD = [
    'a"b.example',
    "a\nb.example",
    "a b.example",
    "a;b",
    "`id`",
    "\u001b[31mred",
    "<b>",
    "münchen.example",
    "1.2.3",
  ];
  test.each(BAD)("%j is counted, asked for or announced, and never returned", (name) => {
    expect(readDns(message({ questions: [name], answers: [a(name, "192.0.2.1")] }))).toMatchObject({
      answers: [],
      invalidNames: 1,
    });
    expect(readAnnouncement(message({ answers: [a(name, "192.0.2.1")] }))).toMatchObject({
      answers: [],
      invalidNames: 1,
    });
  });
  test("as an alias it is left out of the chain, and the address stays with the name asked for", () => {
    const result = readDns(message({ questions: [Q], answers: [cname(Q, 'a"b'), a('a"b', "192.0.2.1")] }));
    expect(result).toMatchObject({ answers: [{ name: Q, chain: [], address: "192.0.2.1" }], invalidNames: 1 });
  });
  test("a dot inside a label does not make two", () => {
    const name = Buffer.from("\x08bank.com\x04evil\x07example\0", "latin1");
    expect(readDns(message({ questions: [name], answers: [a(name, "192.0.2.1")] }))).toMatchObject({
      answers: [],
      invalidNames: 1,
    });
  });
  test("a KELVIN SIGN does not make a k", () => {
    const name = Buffer.concat([u8(6), Buffer.from("ban\u212a"), Buffer.from("\x03com\0", "latin1")]);
    const result = readDns(message({ questions: [name], answers: [a(name, "192.0.2.1"), a("bank.com", "192.0.2.2")] }));
    expect(result).toMatchObject({ answers: [], invalidNames: 1 });
  });
  test.each(["_dmarc.example.com", "metrics", "xn--bcher-kva.example", "my_bucket.s3.example"])("%s is one", (name) => {
    expect(read({ questions: [name], answers: [a(name, "192.0.2.1")] })).toEqual([`${name} = 192.0.2.1 60`]);
  });
});

describe("hostile messages", () => {
  const answer = Buffer.concat([u16(1), u16(1), Buffer.alloc(4), u16(4), bytes4("192.0.2.1")]);
  const owned = (owner: Buffer): Buffer => Buffer.concat([message({ questions: [Q], count: 1 }), owner, answer]);
  const at = message({ questions: [Q] }).length;
  const table: readonly (readonly [string, Buffer])[] = [
    ["nothing", Buffer.alloc(0)],
    ["half a header", Buffer.alloc(11)],
    ["a pointer to itself", owned(Buffer.of(0xc0, at))],
    ["a pointer forward", owned(Buffer.of(0xc0, at + 4))],
    ["a loop of two pointers", owned(Buffer.of(0xc0, at + 2, 0xc0, at))],
    ["a label of an unknown type", owned(Buffer.of(0x41, 1, 0))],
    ["a name longer than any", owned(wire(Array.from({ length: 130 }, () => "a").join(".")))],
    ["65535 questions", Buffer.concat([u16(1), u16(RESPONSE), u16(65_535), Buffer.alloc(6), Buffer.alloc(40_000)])],
  ];
  test.each(table)("%s: malformed", (_, bytes) => expect(readDns(bytes)).toBeNull());

  test("a long run of pointers, each to the one before, is refused", () => {
    const pointed = (pointers: number): Buffer => {
      const from = message({ questions: [Q] }).length + wire(Q).length + 10; // where the TXT record's data begins
      const run = Array.from({ length: pointers }, (_, i) => u16(0xc000 | (i === 0 ? 12 : from + 2 * (i - 1))));
      const answers = [txt(Q, Buffer.concat(run)), a(u16(0xc000 | (from + 2 * (pointers - 1))), "192.0.2.1")];
      return message({ questions: [Q], answers });
    };
    expect(read(pointed(100))).toEqual([`${Q} = 192.0.2.1 60`]);
    expect(read(pointed(200))).toBeNull();
  });

  test("65535 claimed answers that are not there leave what is there", () => {
    expect(readDns(message({ questions: [Q], answers: [a(Q, "192.0.2.1")], count: 65_535 }))).toMatchObject({
      truncated: true,
      answers: [{}],
    });
  });

  test("thousands of aliases, asked for sixteen times, are followed only so far", () => {
    const answers = Array.from({ length: 2500 }, (_, i) =>
      cname(Buffer.of(0xc0, 12), Buffer.from([1, 97 + (i % 26), 2, 97 + (i % 25), 98, 0])),
    );
    const questions = Array.from({ length: 16 }, (_, i) => (i === 0 ? Q : `n${i}.example`));
    expect(readDns(message({ questions, answers }))?.answers).toEqual([]);
  });
});

test("the copy that is decoded is ours: the caller's bytes stay as they were", () => {
  const bytes = message({ questions: [Buffer.from("\x03a.b\0", "latin1")], answers: [txt(Q, Buffer.of(9))] });
  const before = Buffer.from(bytes);
  readDns(bytes);
  expect(bytes).toEqual(before);
});

const label = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join(".")}.example`);
const record = fc.oneof(
  fc.tuple(name, fc.ipV4(), fc.nat(9999)).map(([owner, address, ttl]) => a(owner, address, ttl)),
  fc.tuple(name, name, fc.nat(9999)).map(([owner, target, ttl]) => cname(owner, target, ttl)),
);

describe("laws", () => {
  test("the order of the records changes nothing but the order of the answers", () => {
    fc.assert(
      fc.property(name, fc.array(record, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (asked, records, keys) => {
        // Owners are drawn from the names at hand, so that chains happen; one alias an owner, as DNS has it.
        const owners = [asked, ...records.flatMap((r) => (r.type === 5 ? [decodeName(r.data)] : []))];
        const linked = records.map((r, i) => ({ ...r, owner: owners[i % owners.length] ?? asked }));
        const single = linked.filter(
          (r, i) => r.type !== 5 || linked.findIndex((x) => x.type === 5 && x.owner === r.owner) === i,
        );
        const unique = single.filter(
          (r, i) => single.findIndex((x) => x.data.equals(r.data) && x.type === 1) === i || r.type === 5,
        );
        const shuffled = unique
          .map((r) => ({ r, key: keys.next().value }))
          .sort((x, y) => x.key - y.key)
          .map(({ r }) => r);
        const answersOf = (answers: readonly Record[]): string[] | undefined =>
          read({ questions: [asked], answers })?.sort();
        expect(answersOf(shuffled)).toEqual(answersOf(unique));
      }),
      { numRuns: 300 },
    );
  });

  test("what the library decodes without help has the same addresses under the name asked for", () => {
    fc.assert(
      fc.property(name, fc.array(fc.ipV4(), { maxLength: 6 }), (asked, addresses) => {
        const bytes = message({ questions: [asked], answers: addresses.map((address) => a(asked, address)) });
        const theirs = (decode(bytes).answers ?? []).map((answer) => (answer.type === "A" ? answer.data : ""));
        expect(readDns(bytes)?.answers.map(({ address }) => address)).toEqual([...new Set(theirs)]);
      }),
      { numRuns: 200 },
    );
  });
});

function decodeName(data: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; (data[at] ?? 0) > 0; at += 1 + (data[at] ?? 0))
    labels.push(data.toString("latin1", at + 1, at + 1 + (data[at] ?? 0)));
  return labels.join(".");
}
