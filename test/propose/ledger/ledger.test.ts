import { createHash, generateKeyPairSync } from "node:crypto";
import canonicalize from "canonicalize";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ledgerLines } from "../../../src/propose/ledger/append.ts";
import type { Act } from "../../../src/model/ledger.ts";
import type { PrivateSeals } from "../../../src/propose/ledger/seal.ts";
import { type Anchors, verifyLedger } from "../../../src/propose/ledger/verify.ts";

const act = (n: number, more: Partial<Act> = {}): Act => ({
  at: "2026-11-21T00:00:00Z",
  by: "jo@corp.example",
  action: "decide",
  file: "allowlist.yaml",
  endpoint: `host-${n}.example.com:443/tcp`,
  decision: "deny",
  why: `reason ${n}: ünïcode "quoted" \\ <b>`,
  owner: null,
  ticket: null,
  expires: null,
  candidate: null,
  approved: null,
  ...more,
});

const { privateKey: signKey, publicKey } = generateKeyPairSync("ed25519");
const { publicKey: stranger } = generateKeyPairSync("ed25519");
const hmacKey = Buffer.from("a key of sixteen bytes and more");

const written = (count: number, seals: PrivateSeals = {}): string =>
  ledgerLines(
    null,
    Array.from({ length: count }, (_, i) => act(i + 1)),
    seals,
  );
const FIVE = written(5);
const lines = FIVE.trimEnd().split("\n");
const verdict = (text: string | Uint8Array, anchors: Anchors = {}): string => {
  const found = verifyLedger(typeof text === "string" ? Buffer.from(text) : text, "l.jsonl", anchors);
  return found.intact ? `intact ${found.records.length}` : `${found.place} ${found.problem}`;
};
const headOf = (text: string): string => {
  const found = verifyLedger(Buffer.from(text), "l.jsonl");
  return found.intact ? (found.head ?? "") : "";
};
const joined = (...chosen: readonly (string | undefined)[]): string => chosen.map((line) => `${line ?? ""}\n`).join("");

test("what was written verifies, also when it was written in parts", () => {
  expect(verdict(FIVE)).toBe("intact 5");
  const first = verifyLedger(Buffer.from(written(2)), "l.jsonl");
  const last = first.intact ? (first.records.at(-1) ?? null) : null;
  expect(written(2) + ledgerLines(last, [act(3), act(4), act(5)], {})).toBe(FIVE);
});

describe("what was done to it is found, at its record", () => {
  test.each([
    ["a record deleted", joined(lines[0], lines[2], lines[3]), /^l\.jsonl:2 it is number 3 where 2 is due/],
    ["the first deleted", joined(...lines.slice(1)), /^l\.jsonl:1 it is number 2 where 1 is due/],
    ["two exchanged", joined(lines[0], lines[2], lines[1]), /^l\.jsonl:2 it is number 3 where 2 is due/],
    ["one inserted again", joined(lines[0], lines[1], lines[1]), /^l\.jsonl:3 it is number 2 where 3 is due/],
    [
      "one of another ledger",
      joined(lines[0], ledgerLines(null, [act(7), act(8)], {}).split("\n")[1]),
      /^l\.jsonl:2 it does not follow/,
    ],
    ["a word edited", FIVE.replace("reason 3", "reason 4"), /^l\.jsonl:3 its hash is not that of what it says/],
    ["a space", FIVE.replace('"seq":4', '"seq": 4'), /^l\.jsonl:4 not written as records are/],
    ["a key twice", FIVE.replace('"seq":4', '"seq":4,"seq":4'), /^l\.jsonl:4 not written as records are/],
    ["half a surrogate pair", FIVE.replace("reason 2", "\\ud800"), /^l\.jsonl:2 not written as records are/],
    [
      "bytes that are no UTF-8",
      Buffer.concat([Buffer.from(FIVE.slice(0, 40)), Buffer.from([0xff]), Buffer.from(FIVE.slice(41))]),
      /^l\.jsonl:1 not a record/,
    ],
    ["a field more", FIVE.replace('"seq":2', '"note":1,"seq":2'), /^l\.jsonl:2 not a record: line: Unrecognized key/],
    ["half a record", FIVE.slice(0, -20), /^l\.jsonl:5 the last record is cut short/],
    ["an empty line", `${FIVE}\n`, /^l\.jsonl:6 not a record/],
  ])("%s", (_, text, found) => {
    expect(verdict(text)).toMatch(found);
  });

  test("any single byte changed, inserted or deleted", () => {
    const sealed = Buffer.from(written(3, { signKey, hmacKey }));
    const keys = { publicKey, hmacKey, head: headOf(sealed.toString()) };
    expect(verdict(sealed, keys)).toBe("intact 3");
    fc.assert(
      fc.property(
        fc.nat(sealed.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom("change", "insert", "delete"),
        (i, by, how) => {
          const other = Buffer.from([((sealed[i] ?? 0) + by) & 255]);
          const middle = how === "change" ? [other] : how === "insert" ? [other, sealed.subarray(i, i + 1)] : [];
          const changed = Buffer.concat([sealed.subarray(0, i), ...middle, sealed.subarray(i + 1)]);
          expect(verdict(changed, keys)).not.toMatch(/^intact/);
          // Without keys or anchor the chain alone finds all but what is only a proof of another kind.
          if (how === "change") {
            const bare = Buffer.from(FIVE);
            const j = i % bare.length;
            bare[j] = ((bare[j] ?? 0) + by) & 255;
            expect(verdict(bare)).not.toMatch(/^intact/);
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  test("any other choice or order of records", () => {
    const anchors = { head: headOf(FIVE) };
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 7 }), (chosen) => {
        fc.pre(chosen.join() !== "0,1,2,3,4");
        expect(verdict(joined(...chosen.map((i) => lines[i])), anchors)).not.toMatch(/^intact/);
      }),
    );
  });
});

describe("an anchored head", () => {
  test("finds what was cut off, which nothing else can", () => {
    const cut = joined(...lines.slice(0, 3));
    expect(verdict(cut)).toBe("intact 3");
    expect(verdict(cut, { head: headOf(FIVE) })).toMatch(
      /^l\.jsonl:3 it ends here, without the anchored record [0-9a-f]{64}/,
    );
    expect(verdict("", { head: headOf(FIVE) })).toMatch(/^l\.jsonl:1 it ends here/);
  });

  test("still holds when the ledger has grown", () => {
    expect(verdict(FIVE, { head: headOf(joined(...lines.slice(0, 3))) })).toBe("intact 5");
  });

  test("finds a ledger that was written anew as a whole", () => {
    const forged = ledgerLines(
      null,
      [1, 2, 3, 4, 5].map((n) => act(n, { by: "somebody else" })),
      {},
    );
    expect(verdict(forged)).toBe("intact 5");
    expect(verdict(forged, { head: headOf(FIVE) })).not.toMatch(/^intact/);
  });
});

describe("a key", () => {
  test.each<[string, string, Anchors, RegExp]>([
    ["its own", written(2, { signKey }), { publicKey }, /^intact 2/],
    ["another", written(2, { signKey }), { publicKey: stranger }, /^l\.jsonl:1 its signature is not by this key/],
    ["none was used", written(2), { publicKey }, /^l\.jsonl:1 it is not signed/],
    ["the shared one", written(2, { hmacKey }), { hmacKey }, /^intact 2/],
    [
      "another shared one",
      written(2, { hmacKey }),
      { hmacKey: Buffer.from("another key of length") },
      /^l\.jsonl:1 its HMAC/,
    ],
    ["no HMAC", written(2), { hmacKey }, /^l\.jsonl:1 it has no HMAC/],
  ])("%s", (_, text, anchors, found) => {
    expect(verdict(text, anchors)).toMatch(found);
  });
});

test("any byte changed of a record or of its proofs is found at its record, also where nobody has the keys", () => {
  const sealed = Buffer.from(written(3, { signKey, hmacKey }));
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
      const edited = Uint8Array.from(sealed, (byte, i) => (i === place ? byte ^ flip : byte));
      const line = sealed.subarray(0, place).filter((byte) => byte === 0x0a).length + 1;
      expect(verdict(edited)).toMatch(new RegExp(`^l\\.jsonl:${line} `));
    }),
    { numRuns: 500 },
  );
});

test("a hash is SHA-256 over the canonical JSON of the record without it, as anybody can recompute it", () => {
  const { hash, ...body } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  expect(
    createHash("sha256")
      .update(canonicalize(body) ?? "")
      .digest("hex"),
  ).toBe(hash);
});

/** RFC 8785, sections 3.2.2 and 3.2.3. */
test("canonical JSON is that of the RFC's own example", () => {
  const sample = {
    numbers: JSON.parse("[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]"),
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
    literals: [null, true, false],
  };
  expect(canonicalize(sample)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});
