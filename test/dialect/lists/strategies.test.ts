/** Lists that are told addresses are told the strategy that was chosen, and nothing of what the budget refused. */
import { describe, expect, test } from "vitest";
import { convert, layersOf } from "../../../src/dialect/index.ts";
import type { Prefix } from "../../../src/model/prefix.ts";
import type { Choice } from "../../../src/model/strategy.ts";
import { address, candidate, fqdn, instant, rule } from "../../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const STAND = { hook: "output", source: null, interface: null } as const;

const chosen = (kind: Choice["kind"], ...prefixes: readonly string[]): Choice => ({
  kind,
  detail: "",
  prefixes: prefixes as readonly Prefix[],
  reason: "observed would open 9",
  enough: true,
});
const bare = (at: string, id: string, choice: Choice) => rule(null, [at], { id: `00000000000${id}`, chosen: choice });

const CHOSEN = candidate([
  bare("192.0.2.1", "a", chosen("widened", "192.0.2.0/28", "2001:db8::/64")),
  bare("203.0.113.7", "b", chosen("observed")),
  bare("198.51.100.4", "d", chosen(null)),
]);

describe.each(["kubernetes", "cilium", "istio", "squid", "envoy"] as const)("%s", (target) => {
  const { files, left } = convert(target, CHOSEN, NOW, STAND);
  const [[path, text] = ["", ""]] = [...files];
  const [layer] = layersOf([{ path, text }], STAND);

  test.each([
    ["192.0.2.1", "permit"],
    ["192.0.2.15", "permit"],
    ["2001:db8::ffff", "permit"],
    ["203.0.113.7", "permit"],
    ["192.0.2.16", "deny"],
    ["2001:db8:0:1::1", "deny"],
    ["203.0.113.6", "deny"],
    ["198.51.100.4", "deny"],
  ])("%s: %s", (at, expected) => {
    expect(layer?.decide({ transport: "tcp", address: address(at), name: null, port: 443 }, NOW).verdict).toBe(
      expected,
    );
  });

  test("says what the budget refused, and by which guess a rule is told", () => {
    expect(left).toEqual([expect.stringContaining("beyond the budget: observed would open 9")]);
    expect(text).toContain("beyond the budget: observed would open 9");
    // A ServiceEntry of Istio and each of the others carries the description of its rule.
    expect(text).toContain("told as widened");
  });
});

const NAMED = candidate([rule("a.example", ["192.0.2.1"], { chosen: chosen("widened", "192.0.2.0/28") })]);

test("a target without names says that it opens more than the addresses observed", () => {
  expect(convert("kubernetes", NAMED, NOW, STAND).widened).toEqual([
    expect.stringContaining("opens whatever else answers in what is told as widened"),
  ]);
});

test.each(["cilium", "istio", "squid", "envoy"] as const)("%s, which knows names, is told no address", (target) => {
  const refused = candidate(NAMED.rules.map((one) => ({ ...one, chosen: chosen(null) })));
  const { files, left } = convert(target, refused, NOW, STAND);
  expect(left).toEqual([]);
  const text = [...files.values()].join("");
  expect(text).toContain(fqdn("a.example"));
  expect(text).not.toContain("192.0.2");
});
