/** Of many tests, those that a destination can meet at all: found by its name and its address, without asking the others. */
import { type Address, familyOf, toBigInt } from "../../model/address.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { Question } from "../../model/policy.ts";
import { lengthOf, type Prefix, rangeOf, widthOf } from "../../model/prefix.ts";
import type { Test } from "./list.ts";

type Key = { readonly base: Fqdn } | { readonly prefix: Prefix };

/** Fewer are asked one by one. */
const FEW = 16;
const known = new WeakMap<readonly Test[], Lookup>();

/** In their order; what is left out would surely not have matched. */
export function metBy(tests: readonly Test[], question: Question): readonly Test[] {
  if (tests.length <= FEW) return tests;
  const lookup = known.get(tests) ?? new Lookup(tests);
  known.set(tests, lookup);
  return lookup.met(question).flatMap((index) => tests[index] ?? []);
}

export class Lookup {
  readonly #byBase = new Map<string, number[]>();
  /** By family and length, then by the bits that count. */
  readonly #byPrefix: Readonly<Record<4 | 6, Map<number, Map<bigint, number[]>>>> = { 4: new Map(), 6: new Map() };
  readonly #named: number[] = [];
  readonly #placed: number[] = [];
  readonly #rest: number[] = [];

  constructor(tests: readonly Test[]) {
    for (const [index, test] of tests.entries()) {
      const keys = keysOf(test);
      if (keys === null) this.#rest.push(index);
      else for (const key of keys) this.#add(key, index);
    }
  }

  /** Indices in ascending order. */
  met({ name, address }: Question): number[] {
    const found = new Set(this.#rest);
    // Without a name, or without an address, what asks for one cannot be told.
    for (const index of name === null ? this.#named : this.#below(name)) found.add(index);
    for (const index of address === null ? this.#placed : this.#around(address)) found.add(index);
    return [...found].sort((a, b) => a - b);
  }

  #add(key: Key, index: number): void {
    if ("base" in key) {
      push(this.#byBase, key.base, index);
      if (this.#named.at(-1) !== index) this.#named.push(index);
      return;
    }
    const { family, first } = rangeOf(key.prefix);
    const length = lengthOf(key.prefix);
    const blocks = this.#byPrefix[family].get(length) ?? new Map<bigint, number[]>();
    this.#byPrefix[family].set(length, blocks);
    push(blocks, first >> BigInt(widthOf(family) - length), index);
    if (this.#placed.at(-1) !== index) this.#placed.push(index);
  }

  *#below(name: Fqdn): Generator<number> {
    for (let from = 0; from >= 0;) {
      yield* this.#byBase.get(name.slice(from)) ?? [];
      const dot = name.indexOf(".", from);
      from = dot < 0 ? -1 : dot + 1;
    }
  }

  *#around(address: Address): Generator<number> {
    const family = familyOf(address);
    const value = toBigInt(address);
    for (const [length, blocks] of this.#byPrefix[family])
      yield* blocks.get(value >> BigInt(widthOf(family) - length)) ?? [];
  }
}

function push<K>(map: Map<K, number[]>, key: K, index: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [index]);
  else list.push(index);
}

/** A test that matches has one of these; null where that cannot be said. */
function keysOf(test: Test): readonly Key[] | null {
  switch (test.kind) {
    case "host":
      if (test.pattern.kind === "exact") return [{ base: test.pattern.name }];
      return test.pattern.kind === "below" ? [{ base: test.pattern.base }] : null;
    case "block":
      return [{ prefix: test.prefix }];
    case "all":
      return test.of.map(keysOf).find((keys) => keys !== null) ?? null;
    case "some": {
      const keys = test.of.map(keysOf);
      return keys.includes(null) ? null : keys.flatMap((each) => each ?? []);
    }
    case "always":
    case "doubt":
    case "named":
    case "service":
    case "access":
    case "not":
      return null;
  }
}
