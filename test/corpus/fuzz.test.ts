/** Mutated captures that nobody here wrote. */
import { describe, expect, test } from "vitest";
import { Fuzzer } from "../fuzz/fuzzer.ts";
import { builtIn, fromCorpus } from "../fuzz/seeds.ts";

const captures = fromCorpus(new URL("../../../shared/corpus/captures/", import.meta.url));

/** Bounded by number and not by time; by hand there are millions: `npm run fuzz`. */
const INPUTS = 20_000;

describe.skipIf(captures.length === 0)("mutated captures of the corpus", () => {
  test("there are some", () => expect(captures.length).toBeGreaterThan(90));

  test("end in observations that can be read back, or in one line, whatever their chunks", () => {
    const fuzzer = new Fuzzer(20_261_102, [...builtIn(), ...captures]);
    while (fuzzer.inputs < INPUTS) {
      const { input, chance } = fuzzer.next();
      fuzzer.examine(input, chance);
    }
    expect(fuzzer.reasons.size).toBeGreaterThan(15);
  });
});
