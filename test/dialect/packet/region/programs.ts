/** Random packet programs out of every kind of condition and action, over few values, so that rules meet and overlap. */
import * as fc from "fast-check";
import { type Box, BoxSet, type Range } from "../../../../src/dialect/packet/box.ts";
import type {
  Action,
  BaseChain,
  Chain,
  Condition,
  ElementNote,
  Field,
  PacketRule,
  Program,
} from "../../../../src/dialect/packet/program.ts";
import type { Family } from "../../../../src/model/address.ts";

export const NOW_SECONDS = 1_800_000_000n;

const VALUES: Readonly<Record<string, readonly bigint[]>> = {
  // Around the ends of IPv4 and of loopback, and a run of neighbours.
  daddr: [0n, 1n, 2n, 5n, 6n, (127n << 24n) - 1n, 127n << 24n, (128n << 24n) - 1n, (1n << 32n) - 1n],
  dport: [0n, 1n, 52n, 53n, 54n, 443n, 65_534n, 65_535n],
  protocol: [6n, 17n, 132n],
  family: [4n, 6n],
  ctState: [1n, 2n, 8n, 64n],
  sport: [1n, 53n, 1024n, 65_535n],
  uid: [0n, 33n],
};

function rangeOf(field: string): fc.Arbitrary<Range> {
  const values = VALUES[field] ?? [];
  return fc
    .tuple(fc.constantFrom(...values), fc.constantFrom(...values))
    .map(([a, b]) => (a <= b ? { first: a, last: b } : { first: b, last: a }));
}

const FIELDS: readonly (readonly Field[])[] = [
  ["daddr"],
  ["daddr"],
  ["dport"],
  ["dport"],
  ["daddr", "dport"],
  ["dport", "daddr"],
  ["protocol", "dport"],
  ["daddr", "protocol", "dport"],
  ["protocol"],
  ["family"],
  ["ctState"],
  ["ctState", "daddr"],
  ["sport"],
  ["sport", "dport"],
  ["daddr", "sport"],
  ["uid"],
];

const membership = (among: readonly (readonly Field[])[]): fc.Arbitrary<Condition> =>
  fc.constantFrom(...among).chain((fields) =>
    fc
      .record({
        boxes: fc.array(fc.tuple(...fields.map(rangeOf)), { minLength: 0, maxLength: 3 }),
        negated: fc.boolean(),
        open: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
        listed: fc.boolean(),
      })
      .map(({ boxes, negated, open, listed }) => {
        const note = (box: Box, i: number): ElementNote => ({
          at: { file: "p", line: 1, column: i + 1 },
          key: box.map(({ first }) => first).join(),
          comment: null,
        });
        const elements = listed ? boxes.map(note) : null;
        return { kind: "in", fields, set: new BoxSet(boxes), negated, open, elements, text: "in" } as const;
      }),
  );

const CONDITION: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 12, arbitrary: membership(FIELDS) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("interface" as const),
      direction: fc.constantFrom("in" as const, "out" as const),
      names: fc.constantFrom(["lo"], ["eth0"], ["*"], ["lo", "eth0"]),
      negated: fc.boolean(),
      text: fc.constant("interface"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-5n, 0n, 5n).map((offset) => ({
      kind: "time" as const,
      from: 0n,
      to: NOW_SECONDS + offset,
      slack: 0n,
      text: "time",
    })),
  },
  { weight: 1, arbitrary: fc.constantFrom("mark", "size").map((text) => ({ kind: "opaque" as const, text })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("counted" as const),
      holds: fc.boolean(),
      text: fc.constantFrom("limit", "quota"),
    }),
  },
);

/** What chains before the tracking of connections tell otherwise than those after it. */
const ON_STATE: fc.Arbitrary<Condition> = membership([["ctState"], ["ctState", "daddr"]]);

/** Chains are numbered, and jump only to later ones; the last base chain shares those of the first. */
function actionFrom(chain: number): fc.Arbitrary<Action> {
  const later = [1, 2, 3].filter((n) => n > chain || chain === 9).map((n) => `c${n}`);
  const kinds = ["accept", "accept", "drop", "drop", "return", "next", "translate", "untrack"] as const;
  return fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom(...kinds).map((kind) => ({ kind })) },
    { weight: 1, arbitrary: fc.constant({ kind: "opaque" as const, text: "queue" }) },
    ...(later.length === 0
      ? []
      : [
          {
            weight: 4,
            arbitrary: fc.record({
              kind: fc.constantFrom("jump" as const, "goto" as const),
              chain: fc.constantFrom(...later),
            }),
          },
        ]),
  );
}

function rulesFrom(chain: number, condition: fc.Arbitrary<Condition>): fc.Arbitrary<PacketRule[]> {
  const rule = fc.record({ conditions: fc.array(condition, { maxLength: 3 }), action: actionFrom(chain) });
  return fc.array(rule, { maxLength: 5 }).map((rules) =>
    rules.map(({ conditions, action }, i) => ({
      at: { file: "p", line: 10 * chain + i + 1, column: 1 },
      conditions,
      action,
      comment: null,
      text: (key: string | null) => `${key ?? ""} ${wordsOf({ conditions, action })}`,
    })),
  );
}

/** Equal exactly where the rules are. */
function wordsOf(rule: Pick<PacketRule, "conditions" | "action">): string {
  return JSON.stringify(rule, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

const base = (chain: string, ...priorities: number[]): fc.Arbitrary<BaseChain> =>
  fc.record({
    chain: fc.constant(chain),
    title: fc.constant(`chain ${chain}`),
    hook: fc.constantFrom("output" as const, "postrouting" as const),
    filters: fc.constant(true),
    translates: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    priority: fc.constantFrom(...priorities),
    families: fc.constantFrom<readonly Family[]>([4, 6], [4], [6]),
    policy: fc.constantFrom("accept" as const, "drop" as const),
  });

const program = (condition: fc.Arbitrary<Condition>, ...priorities: number[]): fc.Arbitrary<Program> =>
  fc
    .record({
      first: base("c0", ...priorities),
      second: base("c9", 5),
      two: fc.boolean(),
      rules: fc.tuple(...[0, 1, 2, 3, 9].map((chain) => rulesFrom(chain, condition))),
    })
    .map(({ first, second, two, rules }) => ({
      families: new Set<Family>([4, 6]),
      bases: two ? [first, second] : [first],
      chains: new Map(
        ["c0", "c1", "c2", "c3", "c9"].map((name, i): [string, Chain] => [name, { name, rules: rules[i] ?? [] }]),
      ),
      opaque: [],
    }));

export const PROGRAM: fc.Arbitrary<Program> = program(CONDITION, 0, -199, -300);

/** The first base chain stands before the tracking of connections, or with it. */
export const ON_STATES: fc.Arbitrary<Program> = program(ON_STATE, -200, -300);

/** Two programs that share what they were made of, as a policy and its next version do. */
export const VERSIONS: fc.Arbitrary<[Program, Program]> = fc
  .tuple(PROGRAM, PROGRAM, fc.subarray(["c0", "c1", "c2", "c3", "c9"]))
  .map(([one, other, changed]) => {
    const chains = new Map(one.chains);
    for (const name of changed) {
      const chain = other.chains.get(name);
      if (chain !== undefined) chains.set(name, chain);
    }
    return [one, { ...one, chains }];
  });

/** Every bound of every condition, and its neighbours. */
export function addressesAround(): bigint[] {
  return around(VALUES["daddr"] ?? [], (1n << 32n) - 1n);
}

export function portsAround(): number[] {
  return around(VALUES["dport"] ?? [], 65_535n).map(Number);
}

function around(values: readonly bigint[], last: bigint): bigint[] {
  const near = values.flatMap((value) => [value - 1n, value, value + 1n]);
  return [...new Set(near)].filter((value) => value >= 0n && value <= last);
}
