/** expr-lang's own functions: how many arguments, of what kinds, and what they give. */
import { ANY, BOOL, DURATION, FLOAT, INT, LIST, MAP, STRING, TIME, type Type, type TypeKind } from "./type.ts";

export interface Signature {
  readonly least: number;
  readonly most: number;
  /** Kinds each argument may have besides `any`; the last goes for all that follow. Empty takes everything. */
  readonly params: readonly (readonly TypeKind[])[];
  readonly result: Type | "first" | "item";
}

function takes(result: Signature["result"], params: readonly (readonly TypeKind[])[], optional = 0): Signature {
  return { least: params.length - optional, most: params.length, params, result };
}

const ANYTHING: readonly TypeKind[] = [];
const S: readonly TypeKind[] = ["string"];
const I: readonly TypeKind[] = ["int"];
const N: readonly TypeKind[] = ["int", "float"];
const L: readonly TypeKind[] = ["list"];

const aggregate = (result: Type): Signature => ({ least: 1, most: Infinity, params: [[...N, "list"]], result });
const bits: Signature = takes(INT, [I, I]);

export const BUILTINS: Readonly<Record<string, Signature>> = {
  len: takes(INT, [["list", "map", "string"]]),
  type: takes(STRING, [ANYTHING]),
  abs: takes("first", [N]),
  ceil: takes(FLOAT, [N]),
  floor: takes(FLOAT, [N]),
  round: takes(FLOAT, [N]),
  int: takes(INT, [[...N, "string"]]),
  float: takes(FLOAT, [[...N, "string"]]),
  string: takes(STRING, [ANYTHING]),
  trim: takes(STRING, [S, S], 1),
  trimPrefix: takes(STRING, [S, S], 1),
  trimSuffix: takes(STRING, [S, S], 1),
  upper: takes(STRING, [S]),
  lower: takes(STRING, [S]),
  split: takes({ kind: "list", item: STRING }, [S, S, I], 1),
  splitAfter: takes({ kind: "list", item: STRING }, [S, S, I], 1),
  replace: takes(STRING, [S, S, S, I], 1),
  repeat: takes(STRING, [S, I]),
  join: takes(STRING, [L, S], 1),
  indexOf: takes(INT, [S, S]),
  lastIndexOf: takes(INT, [S, S]),
  hasPrefix: takes(BOOL, [S, S]),
  hasSuffix: takes(BOOL, [S, S]),
  max: aggregate(ANY),
  min: aggregate(ANY),
  mean: aggregate(FLOAT),
  median: aggregate(FLOAT),
  toJSON: takes(STRING, [ANYTHING]),
  fromJSON: takes(ANY, [S]),
  toBase64: takes(STRING, [S]),
  fromBase64: takes(STRING, [S]),
  now: takes(TIME, [["location"]], 1),
  duration: takes(DURATION, [S]),
  date: { least: 1, most: 4, params: [ANYTHING], result: TIME },
  timezone: takes({ kind: "location" }, [S]),
  first: takes("item", [L]),
  last: takes("item", [L]),
  get: takes("item", [["list", "map"], ANYTHING]),
  take: takes("first", [L, I]),
  keys: takes(LIST, [["map"]]),
  values: takes(LIST, [["map"]]),
  toPairs: takes(LIST, [["map"]]),
  fromPairs: takes(MAP, [L]),
  reverse: takes("first", [L]),
  concat: { least: 1, most: Infinity, params: [L], result: LIST },
  uniq: takes(LIST, [L]),
  flatten: takes(LIST, [L]),
  sort: takes(LIST, [L, S], 1),
  bitand: bits,
  bitor: bits,
  bitxor: bits,
  bitnand: bits,
  bitshl: bits,
  bitshr: bits,
  bitushr: bits,
  bitnot: takes(INT, [I]),
};

interface Predicate {
  readonly least: number;
  readonly most: number;
  readonly result: Type | "item" | "collection";
  /** Whether what is asked of each element must be a yes or no. */
  readonly asksBool: boolean;
}

const predicate = (result: Predicate["result"], asksBool: boolean, least = 2, most = 2): Predicate => ({
  least,
  most,
  result,
  asksBool,
});

/** The functions whose second argument is asked of every element. */
export const PREDICATES: Readonly<Record<string, Predicate>> = {
  all: predicate(BOOL, true),
  none: predicate(BOOL, true),
  any: predicate(BOOL, true),
  one: predicate(BOOL, true),
  filter: predicate("collection", true),
  map: predicate(LIST, false),
  count: predicate(INT, true, 1),
  sum: predicate(ANY, false, 1),
  find: predicate("item", true),
  findIndex: predicate(INT, true),
  findLast: predicate("item", true),
  findLastIndex: predicate(INT, true),
  groupBy: predicate(MAP, false),
  sortBy: predicate("collection", false, 2, 3),
  reduce: predicate(ANY, false, 2, 3),
};
