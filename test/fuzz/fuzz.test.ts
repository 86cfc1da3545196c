import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Fuzzer } from "./fuzzer.ts";
import { builtIn } from "./seeds.ts";

/** Bounded by number and not by time: every run does the same. By hand there are millions: `npm run fuzz`. */
const INPUTS = 6000;

const SEEDS = builtIn();

describe("mutated captures", () => {
  test("end in observations that can be read back, or in one line, whatever their chunks", () => {
    const fuzzer = new Fuzzer(20_261_101, SEEDS);
    while (fuzzer.inputs < INPUTS) {
      const { input, chance } = fuzzer.next();
      fuzzer.examine(input, chance);
    }
    // A fuzzer that reaches nothing finds nothing.
    expect([...fuzzer.sources].sort()).toEqual(
      expect.arrayContaining(["dns", "http-connect", "http-host", "quic-sni", "socks", "tls-sni"]),
    );
    expect([...fuzzer.reasons.keys()].sort()).toEqual(
      expect.arrayContaining([
        "bad-dns",
        "bad-length",
        "bad-packet",
        "fragment-incomplete",
        "fragment-overlap",
        "invalid-name",
        "name-limit",
        "not-ip",
        "other-protocol",
        "truncated-file",
        "truncated-packet",
        "tunnel-too-deep",
        "unknown-link-type",
      ]),
    );
  });

  test("are the same for the same seed, and others for another", () => {
    const digest = (seed: number): string => {
      const fuzzer = new Fuzzer(seed, SEEDS);
      const hash = createHash("sha256");
      for (let i = 0; i < 200; i++) hash.update(fuzzer.next().input.file);
      return hash.digest("hex");
    };
    expect(digest(1)).toBe(digest(1));
    expect(digest(1)).not.toBe(digest(2));
  });
});
