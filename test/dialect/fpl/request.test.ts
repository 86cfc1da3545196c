/** Where a request's host, port, path and query are found. */
import { expect, test } from "vitest";
import { fromJson, isMap } from "../../../src/dialect/fpl/expr/value.ts";
import { networkParts } from "../../../src/dialect/fpl/request.ts";

function parts(args: Record<string, unknown>) {
  const value = fromJson(args);
  const { query, headers, ...rest } = networkParts(isMap(value) ? value : new Map());
  return { ...rest, query: query && Object.fromEntries(query), headers: headers && Object.fromEntries(headers) };
}

const NONE = { host: "", port: 0, method: "", path: "/", query: {}, headers: {} };

test.each<readonly [string, Record<string, unknown>, Record<string, unknown>]>([
  ["nothing", {}, {}],
  ["spaces and case", { host: " A.b ", method: " get " }, { host: "a.b", method: "GET" }],
  ["a host with its port", { host: "a.b:8080" }, { host: "a.b", port: 8080 }],
  ["a given port before the host's", { host: "a.b:8080", port: 80 }, { host: "a.b", port: 80 }],
  ["an address in brackets", { host: "[2001:DB8::1]:443" }, { host: "2001:db8::1", port: 443 }],
  ["an address without", { host: "2001:db8::1" }, { host: "2001:db8::1" }],
  ["brackets at both ends", { host: "[]a]b[]" }, { host: "a]b" }],
  ["brackets without end", { host: `a${"]".repeat(1 << 20)}b` }, { host: `a${"]".repeat(1 << 20)}b` }],
  ["a port as text or fraction", { port: "443" }, { port: 443 }],
  ["a fraction of a port", { port: 443.9 }, { port: 443 }],
  ["a port that is none", { port: "http" }, { port: 0 }],
  [
    "a URL",
    { url: "http://u:p@A.b:81/c/d%20e?x=1&x=2#f" },
    { host: "a.b", port: 81, path: "/c/d%20e", query: { x: ["1", "2"] } },
  ],
  ["a URL with an address", { url: "http://[2001:db8::1]/" }, { host: "2001:db8::1" }],
  ["what is given before the URL's", { url: "http://a.b/c", host: "d.e", path: "/f" }, { host: "d.e", path: "/f" }],
  ["a URL without a host", { url: "/c?x=1" }, { path: "/c", query: { x: ["1"] } }],
  ["an opaque URL", { url: "mailto:a@b.c" }, {}],
  ["a URL with a bad escape", { url: "http://a.b/%zz" }, {}],
  ["a URL with a control character", { url: "http://a.b/\n" }, { host: "a.b" }],
  ["a raw query", { raw_query: "a=1&b=%20+" }, { query: { a: ["1"], b: ["  "] } }],
  ["a raw query that is broken", { raw_query: "a=1&b;c=2" }, {}],
  ["a query of values and lists", { query: { a: 1, b: [true, "x"] } }, { query: { a: ["1"], b: ["true", "x"] } }],
  ["headers", { headers: { "X-A": " v " } }, { headers: { "x-a": "v" } }],
  ["headers that are no map", { headers: "X-A: v" }, {}],
])("%s", (_, args, expected) => {
  expect(parts(args)).toEqual({ ...NONE, ...expected });
});
