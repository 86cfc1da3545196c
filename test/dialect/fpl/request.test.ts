/** Where a request's host, port, path and query are found. */
import { expect, test } from "vitest";
import { fromJson, isMap } from "../../../src/dialect/fpl/expr/value.ts";
import { networkParts } from "../../../src/dialect/fpl/request.ts";

function parts(args: Record<string, unknown>) {
  const value = fromJson(args);
  const { query, headers, ...rest } = networkParts(isMap(value) ? value : new Map());
  return { ...rest, query: query && Object.fromEntries(query), headers: headers && Object.fromEntries(headers) };
}

const PATH_WRITTEN = { host: "a.b", path: "/c%20d%28%28%29/%C3%A9" };
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
  ["a URL's path, written as it may stand", { url: "http://a.b/c d(%28)%2f\u00e9" }, PATH_WRITTEN],
  ["a URL's path that may stand", { url: "http://a.b/(c)*!'%28" }, { host: "a.b", path: "/(c)*!'%28" }],
  ["a URL with an escape in its host", { url: "http://%61.b/c" }, {}],
  ["a URL with a letter escaped in its host", { url: "http://%C3%A9.b/" }, { host: "\u00e9.b" }],
  ["a URL with a backslash before the at", { url: "http://a.b\\@c.d/" }, {}],
  ["a URL with two ats", { url: "http://a@b@c.d/" }, { host: "c.d" }],
  ["a URL with a broken fragment", { url: "http://a.b/c#%zz" }, {}],
  ["a URL with a zone", { url: "http://[fe80::1%25eth0]:81/" }, { host: "fe80::1%eth0", port: 81 }],
  ["a URL with no address in its brackets", { url: "http://[a.b]/c" }, {}],
  ["a URL with two colons", { url: "http://a.b:80:81/" }, { host: "a.b", port: 81 }],
  ["port 0 in the URL, another in the host", { url: "http://c.d:0/", host: "a.b:81" }, { host: "a.b", port: 81 }],
  ["a signed port in the host", { host: "a.b:+81" }, { host: "a.b", port: 81 }],
  ["a port in hexadecimal", { port: "0x1p8" }, { port: 256 }],
  ["a port beyond any", { port: 1e30 }, { port: 0 }],
  ["a host that is a number", { host: 1.5 }, { host: "1.5" }],
  ["a host that is a list", { host: ["A.b", null] }, { host: "a.b <nil>" }],
  ["a host that is a map", { host: { k: [true], a: "x" } }, { host: "map[a:x k:[true" }],
  ["a query with nothing in it", { query: { a: [], b: null }, raw_query: "" }, { query: { b: ["<nil>"] } }],
  ["a query of bytes that are no text", { raw_query: "a=%ff" }, { query: { a: ["\ufffd"] } }],
  ["a header that is a large number", { headers: { a: 1_000_000, "": "x" } }, { headers: { a: "1e+06" } }],
  ["a raw query", { raw_query: "a=1&b=%20+" }, { query: { a: ["1"], b: ["  "] } }],
  ["a raw query that is broken", { raw_query: "a=1&b;c=2" }, {}],
  ["a query of values and lists", { query: { a: 1, b: [true, "x"] } }, { query: { a: ["1"], b: ["true", "x"] } }],
  ["headers", { headers: { "X-A": " v " } }, { headers: { "x-a": "v" } }],
  ["headers that are no map", { headers: "X-A: v" }, {}],
])("%s", (_, args, expected) => {
  expect(parts(args)).toEqual({ ...NONE, ...expected });
});
