/** Every recorded case of the real engine: what it loads, what it refuses, what it decides. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/model/error.ts";
import { parseInstant } from "../../src/model/instant.ts";
import { decideRequest, type FplLayer, loadFpl, parseFpl, printDocument } from "../../src/dialect/fpl/index.ts";
import type { Selector } from "../../src/dialect/fpl/policy.ts";

interface RecordedRule {
  readonly effect: string;
  readonly tool: string;
  readonly when?: string;
  readonly reason?: string;
  readonly host?: string;
  readonly port?: string;
  readonly method?: string;
  readonly path?: string;
}

interface Recorded {
  readonly name: string;
  readonly src: string;
  readonly rc: number;
  readonly reqs: readonly { readonly tool: string; readonly args: Record<string, unknown> }[] | null;
  readonly oracle: {
    readonly default?: string;
    readonly rules?: readonly RecordedRule[];
    readonly decisions?: readonly string[];
    readonly egress?: { readonly Allow: readonly string[] | null; readonly Deny: readonly string[] | null };
  };
}

const path = new URL("../../../shared/reference/fpl-cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf8")) as readonly Recorded[];
const now = parseInstant("2026-11-20T12:00:00Z") ?? 0;

const load = (src: string): FplLayer => loadFpl([{ path: "case.fpl", text: src }]);

function loadedRules(layer: FplLayer): RecordedRule[] {
  const text = (name: string, value: Selector | string | null): Record<string, string> => {
    const shown = typeof value === "string" ? value : (value?.text ?? "");
    return shown === "" ? {} : { [name]: shown };
  };
  return layer.policy.rules.map((rule) => ({
    effect: rule.effect,
    tool: rule.tool.text,
    ...text("when", rule.when === "true" ? "" : rule.when),
    ...text("reason", rule.reason),
    ...text("host", rule.host),
    ...(rule.port ? { port: rule.port.text } : {}),
    ...text("method", rule.method),
    ...text("path", rule.path),
  }));
}

/** The engine keeps the spaces of a port list; they mean nothing. */
const withoutPortSpaces = (rule: RecordedRule): RecordedRule =>
  rule.port === undefined ? rule : { ...rule, port: rule.port.replaceAll(" ", "") };

function decisions(layer: FplLayer, recorded: Recorded): string[] {
  return (recorded.reqs ?? []).map((request) => {
    const { verdict, index, code } = decideRequest(layer, request, now);
    return `${verdict} ${index === null ? "" : `fpl-${index}`} ${code}`;
  });
}

test("there are recorded cases", () => {
  expect(cases.length).toBeGreaterThan(100);
});

describe.each(cases)("$name", (recorded) => {
  if (recorded.rc !== 0) {
    test("is refused with its place", () => {
      expect(() => load(recorded.src)).toThrow(InputError);
      expect(() => load(recorded.src)).toThrow(/^case\.fpl:\d+:\d+: ./);
    });
    return;
  }

  test("loads to the same default and rules", () => {
    const layer = load(recorded.src);
    expect(layer.policy.defaultEffect).toBe(recorded.oracle.default);
    expect(loadedRules(layer)).toEqual((recorded.oracle.rules ?? []).map(withoutPortSpaces));
  });

  test("keeps the egress lists of the last block", () => {
    const { statements } = parseFpl({ path: "case.fpl", text: recorded.src });
    const inAgent = statements.flatMap((node) => (node.kind === "block" ? node.body : []));
    const block = inAgent.findLast((node) => node.kind === "block" && node.keyword.text === "egress");
    const lists = block?.kind === "block" ? block.body : [];
    const list = (key: string): readonly string[] | null =>
      lists.flatMap((node) => (node.kind === "setting" && node.key.text === key ? [node.values] : [])).at(-1) ?? null;
    expect(block ? { Allow: list("allow"), Deny: list("deny") } : undefined).toEqual(recorded.oracle.egress);
  });

  test("decides as the engine does", () => {
    expect(decisions(load(recorded.src), recorded)).toEqual(recorded.oracle.decisions ?? []);
  });

  test("means and decides the same when printed from the tree", () => {
    const printed = printDocument(parseFpl({ path: "case.fpl", text: recorded.src }));
    const [before, after] = [load(recorded.src), load(printed)];
    expect(after.policy.defaultEffect).toBe(before.policy.defaultEffect);
    expect(loadedRules(after)).toEqual(loadedRules(before));
    expect(decisions(after, recorded)).toEqual(decisions(before, recorded));
    expect(printDocument(parseFpl({ path: "case.fpl", text: printed }))).toBe(printed);
  });
});
