/** Asking only the rules that a host can meet answers what asking all of them does. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rulesFor } from "../../../src/dialect/fpl/host-index.ts";
import { decideRequest, loadFpl } from "../../../src/dialect/fpl/index.ts";
import { instant } from "../../support/build.ts";

const now = instant("2026-11-20T00:00:00Z");
const host = fc.constantFrom("a.b", "A.b", "b", "*.b", "*", "a*", '"a.b"', "");
const rule = fc
  .tuple(fc.constantFrom("permit", "deny", "defer"), host, fc.constantFrom("", "443", "80-500"), fc.boolean())
  .map(([effect, name, port, guarded]) =>
    [
      `${effect} proxy/connect`,
      name && `host: ${name}`,
      port && `port: ${port}`,
      guarded ? "when args.x == 1 or session.call_count > 3" : "",
    ].join(" "),
  );

test("the first matching rule is the same with and without the index", () => {
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 8 }),
      fc.constantFrom("a.b", "A.B", "b", "c.b", "a.b:443", "[a.b]", ""),
      fc.constantFrom(443, 90, 22),
      (rules, asked, port) => {
        const layer = loadFpl([{ path: "p.fpl", text: rules.join("\n") }]);
        const request = { tool: "proxy/connect", args: { host: asked, port } };
        // Under another text the selector matches what it did, and the index takes it for a pattern.
        const unindexed = layer.policy.rules.map((r) =>
          r.host ? { ...r, host: { ...r.host, text: `${r.host.text}*` } } : r,
        );
        const plain = { policy: { ...layer.policy, rules: unindexed } };
        expect(decideRequest(layer, request, now)).toEqual(decideRequest(plain, request, now));
      },
    ),
    { numRuns: 500 },
  );
});

test("a policy of many hosts asks few rules for each", () => {
  const text = Array.from({ length: 5000 }, (_, i) => `permit proxy/connect host: h${i}.x.com`).join("\n");
  const { policy } = loadFpl([{ path: "p.fpl", text: `deny proxy/connect port: 22\n${text}\ndeny proxy/connect` }]);
  expect([...rulesFor(policy, "H7.x.com")].map(({ index }) => index)).toEqual([0, 8, 5001]);
  expect([...rulesFor(policy, null)]).toHaveLength(5002);
});
