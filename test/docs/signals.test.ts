import { expect, test } from "vitest";
import { SIGNAL_KINDS, type SignalKind } from "../../src/model/signal.ts";
import { STRATEGY_KINDS } from "../../src/model/strategy.ts";
import { page, rows } from "./pages.ts";

test("every signal has its row, in the order of weight, and says whether it raises a finding", () => {
  const kinds = Object.keys(SIGNAL_KINDS) as SignalKind[];
  expect(rows(page("docs/signals.md")).map(([kind, , raises]) => [kind, raises])).toEqual(
    kinds.map((kind) => [`\`${kind}\``, SIGNAL_KINDS[kind].risky ? "yes" : "no"]),
  );
});

test("every strategy has its row, in the order of the tables", () => {
  const named = rows(page("docs/strategies.md")).map(([kind]) => kind);
  expect(named.slice(0, STRATEGY_KINDS.length)).toEqual(STRATEGY_KINDS.map((kind) => `\`${kind}\``));
});
