import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dissectStream, MAX_STREAM_BYTES } from "../../../src/ingest/dissect/stream.ts";
import { SAMPLES } from "./samples.ts";
import { inWords } from "./verdicts.ts";

describe("a stream that comes in pieces", () => {
  test.each(SAMPLES)("%s: once the verdict is there, no byte that follows changes it", (_, stream) => {
    const final = inWords(dissectStream(stream, 9000));
    let settled = false;
    for (let cut = 0; cut <= stream.length; cut++) {
      const verdict = inWords(dissectStream(stream.subarray(0, cut), 9000));
      settled ||= verdict !== "more";
      expect(verdict).toBe(settled ? final : "more");
    }
    expect(settled).toBe(true);
    const longer = Buffer.concat([stream, Buffer.alloc(MAX_STREAM_BYTES, 0x41)]);
    expect(inWords(dissectStream(longer, 9000))).toBe(final);
  });

  test("that law holds for bytes of any kind, behind any sample cut anywhere", () => {
    const sample = fc.constantFrom(...SAMPLES.map(([, stream]) => stream));
    fc.assert(
      fc.property(
        sample,
        fc.nat(2000),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(65_535),
        (stream, cut, tail, port) => {
          const bytes = Buffer.concat([stream.subarray(0, cut), tail]);
          const verdicts = Array.from({ length: bytes.length + 1 }, (_, length) =>
            inWords(dissectStream(bytes.subarray(0, length), port)),
          );
          const first = verdicts.find((verdict) => verdict !== "more") ?? "more";
          const from = verdicts.indexOf(first);
          expect(new Set(verdicts.slice(from))).toEqual(new Set([first]));
          expect(inWords(dissectStream(bytes, port, true))).not.toBe("more");
        },
      ),
      { numRuns: 300 },
    );
  });
});
