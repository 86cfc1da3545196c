/** A certain answer about a request that is known in part holds for every request it may turn out to be. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRequest, loadFpl } from "../../../src/dialect/fpl/index.ts";
import { fqdn, instant } from "../../support/build.ts";

const now = instant("2026-11-20T00:00:00Z");

const selectors = [
  ["", "host: api.x.com", "host: *.x.com", "host: other"],
  ["", "port: 443", "port: 80"],
  ["", "method: GET", "method: P*", "method: *", "method: GET,HEAD"],
  ["", "path: /", "path: /v1/*", "path: *", 'path: "/v1"'],
];
const conditions = [
  "",
  "when true",
  'when args.path startsWith "/v1"',
  'when not (args.path == "/v1/a") and args.port == 443',
  'when args.method in ["GET", "POST"] or args.host == "other"',
  'when args.host == "other" and args.path == "/"',
  'when args.path matches "^/v[0-9]+/" and args.method != "PUT"',
  "when args.path > 5",
  'when args.port > 100 or args.path == "/"',
  "when args.path",
  'when args.path == "/" and args.port + "x" == ""',
  "when args.nothing > 1",
  'when len(args.path) > 3 and lower(args.method) == "get"',
  'when args.path == "/" == true',
  'when args.method == "GET" and session.call_count > 5',
];

const rule = fc
  .tuple(
    fc.constantFrom("permit", "deny", "defer"),
    fc.constantFrom("proxy/http", "proxy/*", "*", "http/get"),
    ...selectors.map((choices) => fc.constantFrom(...choices)),
    fc.constantFrom(...conditions),
  )
  .map((parts) => parts.join(" "));

const policy = fc
  .array(rule, { maxLength: 5 })
  .chain((rules) =>
    fc
      .constantFrom("permit", "deny")
      .map((effect) => `agent a {\n default ${effect}\n rules {\n${rules.join("\n")}\n} }`),
  );

const METHODS = ["GET", "POST", "PUT"];
const PATHS = ["/", "/v1", "/v1/a", "/v1/a/b", "/other"];

describe("of a plain request to a known host and port", () => {
  test("the certain verdict is the verdict for every method and path", () => {
    let [certain, open] = [0, 0];
    fc.assert(
      fc.property(policy, (text) => {
        const layer = loadFpl([{ path: "p.fpl", text }]);
        const question = {
          transport: "tcp",
          address: null,
          name: fqdn("api.x.com"),
          port: 443,
          access: "http",
        } as const;
        const { verdict } = layer.decide(question, now);
        if (verdict === "unknown") {
          open++;
          return;
        }
        certain++;
        for (const method of METHODS) {
          for (const path of PATHS) {
            const args = { host: "api.x.com", port: 443, method, path };
            const concrete = decideRequest(layer, { tool: "proxy/http", args }, now).verdict;
            // Only what the engine alone knows may still be open.
            if (concrete !== "unknown") expect(concrete).toBe(verdict);
          }
        }
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(certain, open)).toBeGreaterThan(300);
  });
});
