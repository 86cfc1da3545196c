import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readQuestion } from "../../../src/ingest/dissect/dns/question.ts";
import { u16 } from "./hello.ts";
import { a, message, RESPONSE, type Record } from "./messages.ts";

const Q = "www.example.com";
const QUERY = message({ questions: [Q], flags: 0x0100 });
const opt: Record = { owner: "", type: 41, data: Buffer.of(0, 10, 0, 1, 7), class: 1232, ttl: 0 };
const changed = (at: number, value: number): Buffer => {
  const copy = Buffer.from(QUERY);
  u16(value).copy(copy, at);
  return copy;
};

describe("a DNS question, and nothing else, is", () => {
  test.for<[string, Buffer, boolean]>([
    ["one name of the class IN", QUERY, true],
    ["with EDNS", message({ questions: [Q], others: [opt], flags: 0x0120 }), true],
    ["not with EDNS cut short", message({ questions: [Q], others: [opt], flags: 0x0100 }).subarray(0, -1), false],
    ["not with a byte behind", Buffer.concat([QUERY, Buffer.of(0)]), false],
    ["not two names", message({ questions: [Q, Q], flags: 0x0100 }), false],
    ["not with an answer", message({ questions: [Q], answers: [a(Q, "192.0.2.1")], flags: 0x0100 }), false],
    ["not an update", changed(2, 0x2800), false],
    ["not with an error", changed(2, 0x0103), false],
    ["not with the reserved bit", changed(2, 0x0140), false],
    ["not of type 0", changed(QUERY.length - 4, 0), false],
    ["not of the class CH", changed(QUERY.length - 2, 3), false],
    ["not by a compressed name", changed(12, 0xc00c), false],
    ["not a label without end", QUERY.subarray(0, 20), false],
    ["not nothing", Buffer.alloc(0), false],
  ])("%s: %s", ([, bytes, expected]) => expect(readQuestion(bytes)?.response === false).toBe(expected));

  test("hardly ever random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => readQuestion(bytes) === null),
      { numRuns: 5000 },
    );
  });
});

test("an answer echoes the id and the question, in any case of letters", () => {
  const answer = (name: string): Buffer => message({ questions: [name], answers: [a(name, "192.0.2.1")] });
  expect(readQuestion(answer("WWW.example.COM"))).toMatchObject({ response: true, key: readQuestion(QUERY)?.key });
  expect(readQuestion(answer("ww.example.com"))?.key).not.toBe(readQuestion(QUERY)?.key);
});

test("is recursive where recursion was asked for and, in an answer, is available", () => {
  const flagged = (flags: number): unknown => readQuestion(message({ questions: [Q], flags }))?.recursive;
  expect([0, 0x0100, 0x8100, RESPONSE].map(flagged)).toEqual([false, true, false, true]);
});
