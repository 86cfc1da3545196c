/** Conditions in their one canonical spelling. */
import { expect, test } from "vitest";
import { compileCondition } from "../../../../src/dialect/fpl/expr/check.ts";
import { printExpr } from "../../../../src/dialect/fpl/expr/print.ts";

test.each([
  ['args.a=="x"&&!(args.b==1)||true', 'args.a == "x" and not (args.b == 1) or true'],
  ["(args.a or args.b) and args.c", "(args.a or args.b) and args.c"],
  ["((args.a and args.b)) and args.c", "args.a and args.b and args.c"],
  ["args.a in [1,2,]", "args.a in [1, 2]"],
  ['args.a not in ["x"]', 'not (args.a in ["x"])'],
  ["args.a + 1 * 2 > (3 - 4) - 5", "args.a + 1 * 2 > 3 - 4 - 5"],
  ["args.a - (args.b - 1) == 0", "args.a - (args.b - 1) == 0"],
  ["2 ** 3 ^ 2 == 512", "2 ** 3 ** 2 == 512"],
  ["1 < args.a < 3", "1 < args.a and args.a < 3"],
  ["(args.a == 1) == true", "(args.a == 1) == true"],
  ['args["a b"][0] == args["c"]', 'args["a b"][0] == args.c'],
  ["args.a[1:2] == args.b[:3]", "args.a[1:2] == args.b[:3]"],
  ["args.a | len() > 0x10", "len(args.a) > 16"],
  ["-args.a == +1", "-args.a == +1"],
  ["args.a in 1..5", "args.a in 1..5"],
  ['args.a matches "\\\\.x"', 'args.a matches "\\\\.x"'],
])("%s", (text, canonical) => {
  expect(printExpr(compileCondition(text))).toBe(canonical);
  expect(printExpr(compileCondition(canonical))).toBe(canonical);
});
