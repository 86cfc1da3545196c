import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteStream } from "../../../src/ingest/track/byte-stream.ts";

const segments = fc.array(fc.tuple(fc.nat(60), fc.uint8Array({ minLength: 1, maxLength: 20 })), { maxLength: 30 });

test("holds the first byte received for each position, and all of them up to the first hole", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 70 }), segments, (base, limit, received) => {
      const stream = new ByteStream(base | 0, limit);
      const model: (number | undefined)[] = [];
      for (const [from, bytes] of received) {
        stream.add((base + from) | 0, bytes, 0, bytes.length);
        for (const [i, byte] of bytes.entries()) if (from + i < limit) model[from + i] ??= byte;
      }
      const hole = Array.from({ length: limit }, (_, i) => model[i]).indexOf(undefined);
      expect([...stream.contiguous]).toEqual(model.slice(0, hole < 0 ? limit : hole));
    }),
  );
});

test("consuming goes on behind what was consumed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), fc.nat(), fc.nat(), (bytes, cut, take) => {
      const at = 1 + (cut % (bytes.length - 1));
      const stream = new ByteStream(5, 1000);
      stream.add(5, bytes, 0, at);
      const taken = take % (at + 1);
      stream.consume(taken);
      stream.add(5 + at, bytes, at, bytes.length);
      expect([...stream.contiguous]).toEqual([...bytes.subarray(taken)]);
    }),
  );
});

test("a far byte does not take more memory than the limit, a byte before the start none", () => {
  const stream = new ByteStream(1000, 4096);
  stream.add(1000 + 4095, new Uint8Array([1]), 0, 1);
  stream.add(1000 + 4096, new Uint8Array([1]), 0, 1);
  stream.add(999, new Uint8Array([1]), 0, 1);
  expect([stream.capacity, stream.length]).toEqual([4096, 0]);
});

test("holes without end are not all remembered", () => {
  const stream = new ByteStream(0, 65_536);
  for (let i = 1; i < 30_000; i += 2) stream.add(i, new Uint8Array([7]), 0, 1);
  stream.add(0, new Uint8Array([7]), 0, 1);
  expect(stream.length).toBe(2);
});
