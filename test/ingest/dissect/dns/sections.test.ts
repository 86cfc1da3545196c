import { type Answer, decode } from "dns-packet";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readSections } from "../../../../src/ingest/dissect/dns/sections.ts";
import { parseAddress } from "../../../../src/model/address.ts";
import { u16, u8 } from "../hello.ts";

/** A name as the generator describes it: labels of its own, then the end or a pointer to a name written before. */
interface Drawn {
  readonly labels: readonly string[];
  readonly after: number | null;
}

interface DrawnRecord {
  readonly owner: Drawn;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly target: Drawn;
  readonly octets: Uint8Array;
}

/** So short that no name gets too long, however many pointers it goes through. */
const drawn = fc.record({
  labels: fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,5}$/), { maxLength: 2 }),
  after: fc.option(fc.nat(), { freq: 3 }),
});
const record: fc.Arbitrary<DrawnRecord> = fc.record({
  owner: drawn,
  type: fc.constantFrom(1, 5, 28, 39, 0xff00),
  class: fc.constantFrom(1, 1, 1, 0x8001, 3),
  ttl: fc.oneof(fc.nat(9999), fc.constantFrom(0x7fff_ffff, 0x8000_0000, 0xffff_ffff)),
  target: drawn,
  octets: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

const HEADER = 12;

class Message {
  readonly #parts: Buffer[] = [];
  readonly #names: number[] = [];
  #length = HEADER;

  add(part: Buffer): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  name({ labels, after }: Drawn, ahead = 0): Buffer {
    const known = after === null || this.#names.length === 0 ? undefined : this.#names[after % this.#names.length];
    this.#names.push(this.#length + ahead);
    const written = labels.map((label) => Buffer.concat([u8(label.length), Buffer.from(label)]));
    return Buffer.concat([...written, known === undefined ? u8(0) : u16(0xc000 | known)]);
  }

  /** Owners are written before what stands ahead of their data. */
  record({ owner, type, class: kind, ttl, target, octets }: DrawnRecord): void {
    const name = this.name(owner);
    const isName = type === 5 || type === 39;
    const data = isName ? this.name(target, name.length + 10) : Buffer.from(octets.subarray(0, type === 1 ? 4 : 16));
    const seconds = Buffer.alloc(4);
    seconds.writeUInt32BE(ttl);
    this.add(Buffer.concat([name, u16(type), u16(kind), seconds, u16(data.length), data]));
  }

  bytes(questions: number, records: number): Buffer {
    const counts = [0x1234, 0x8180, questions, records, 0, 0].map(u16);
    return Buffer.concat([...counts, ...this.#parts]);
  }
}

/** `owner TYPE value ttl` of what is read here, in the order of owners and then of records. */
function linesOf(answers: readonly Answer[]): string[] {
  return answers.flatMap((answer) => {
    if (!("ttl" in answer) || !("class" in answer) || answer.class !== "IN") return [];
    const ttl = (answer.ttl ?? 0) > 0x7fff_ffff ? 0 : (answer.ttl ?? 0);
    const owner = answer.name.toLowerCase();
    if (answer.type === "A" || answer.type === "AAAA") return [`${owner} address ${parseAddress(answer.data)} ${ttl}`];
    if (answer.type === "CNAME" || answer.type === "DNAME")
      return [`${owner} ${answer.type} ${answer.data.toLowerCase()} ${ttl}`];
    return [];
  });
}

test("names and records are those that dns-packet decodes, compressed in whichever way", () => {
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 3 }), fc.array(record, { maxLength: 8 }), (asked, records) => {
      const message = new Message();
      for (const name of asked) message.add(Buffer.concat([message.name(name), u16(1), u16(1)]));
      for (const each of records) message.record(each);
      const bytes = message.bytes(asked.length, records.length);
      const theirs = decode(bytes);
      const ours = readSections(bytes, false);
      expect(ours?.cut).toBe(false);
      expect(ours?.questions).toEqual([...new Set((theirs.questions ?? []).map(({ name }) => name.toLowerCase()))]);
      const { addresses, aliases, subtrees } = ours!.records;
      const lines = [
        ...[...addresses].flatMap(([owner, list]) =>
          list.map(({ address, ttl }) => `${owner} address ${address} ${ttl}`),
        ),
        ...[...aliases].flatMap(([owner, list]) => list.map(({ target, ttl }) => `${owner} CNAME ${target} ${ttl}`)),
        ...[...subtrees].map(([owner, { target, ttl }]) => `${owner} DNAME ${target} ${ttl}`),
      ];
      // Of an owner's several DNAMEs, which no zone may have, the last is taken.
      const moved = (line: string): string | null => /^\S+ DNAME/.exec(line)?.[0] ?? null;
      const expected = linesOf(theirs.answers ?? []).filter(
        (line, i, all) => moved(line) === null || all.findLastIndex((other) => moved(other) === moved(line)) === i,
      );
      expect(lines.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 1000 },
  );
});
