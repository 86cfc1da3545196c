/** One claim a line: what a rule is said to be, what --fix makes of it, and what the fixed rule then decides. */
import { describe, expect, test } from "vitest";
import { decideRequest, fixFpl, lintFpl, loadFpl } from "../../../../src/dialect/fpl/index.ts";
import { instant } from "../../../support/build.ts";

const now = instant("2026-11-20T00:00:00Z");
const path = "p.fpl";
const kinds = (text: string): string =>
  lintFpl({ path, text })
    .map(({ kind, line }) => `${kind}:${line}`)
    .join(" ");
const fix = (text: string): string => fixFpl({ path, text });

describe("a rule and its fix:", () => {
  test.each<readonly [claim: string, kinds: string, text: string, fixed: string]>([
    [
      "the documented form",
      "bare-argument:1",
      'permit http/get when host matches "api.openai.com"',
      "permit http/get host: api.openai.com",
    ],
    [
      "without the when",
      "bare-argument:1",
      'permit http/get host matches "api.openai.com"',
      "permit http/get host: api.openai.com",
    ],
    [
      "with a colon",
      "bare-argument:1",
      'permit http/get host: matches "api.openai.com"',
      "permit http/get host: api.openai.com",
    ],
    [
      "escaped dots",
      "bare-argument:1",
      'permit http/get when host matches "api\\.openai\\.com"',
      'permit http/get when args.host matches "^(?:api[.]openai[.]com)$"',
    ],
    [
      "as a deny it takes at least what was written",
      "bare-argument:1",
      'deny http/get when host matches "evil.com"',
      "deny http/get host: *evil.com*",
    ],
    ["a pattern", "bare-argument:1", 'permit http/get when host matches "*.x.com"', "permit http/get host: *.x.com"],
    [
      "several names",
      "bare-argument:1",
      'permit http/get when host matches "a.com|b.com"',
      'permit http/get when args.host in ["a.com", "b.com"]',
    ],
    [
      "an anchored expression",
      "bare-argument:1",
      'permit http/get when host matches "^a[.]com$"',
      'permit http/get when args.host matches "^a[.]com$"',
    ],
    [
      "equality",
      "bare-argument:1",
      'permit http/get when host == "a.com" && path == "/x" reason: "r"',
      'permit http/get when args.host == "a.com" && args.path == "/x" reason: "r"',
    ],
    [
      "a deny by equality ignores case",
      "bare-argument:1",
      'deny http/get when host == "a.com"',
      'deny http/get when args.host matches "(?i)^a[.]com$"',
    ],
    [
      "a negation of a permit is left",
      "bare-argument:1",
      'permit http/get when host != "a.com"',
      'permit http/get when host != "a.com"',
    ],
    [
      "a quoted host",
      "quoted-selector:1",
      'permit proxy/connect host: "api.x.com" port: 443',
      "permit proxy/connect host: api.x.com port: 443",
    ],
    [
      "a quoted host that no selector holds",
      "quoted-selector:1",
      'permit proxy/connect host: "1password.com" port: 443',
      'permit proxy/connect when args.host == "1password.com" port: 443',
    ],
    [
      "beside a condition",
      "dead-selector:1",
      'permit proxy/connect host: 1password.com port: 443 when args.a == 1 or args.b == 2 reason: "r"',
      'permit proxy/connect port: 443 when args.host == "1password.com" and (args.a == 1 or args.b == 2) reason: "r"',
    ],
    [
      "a host that begins with a digit",
      "dead-selector:1",
      "permit proxy/connect host: 1password.com",
      'permit proxy/connect when args.host == "1password.com"',
    ],
    [
      "IPv6",
      "dead-selector:1",
      "permit proxy/connect host: 2001:db8::1",
      'permit proxy/connect when args.host == "2001:db8::1"',
    ],
    [
      "a denied host ignores case",
      "dead-selector:1",
      "deny proxy/connect host: 1password.com",
      'deny proxy/connect when args.host matches "(?i)^(?:1password[.]com)$"',
    ],
    [
      "a list of hosts",
      "dead-selector:1",
      "permit proxy/connect host: a.com,b.com",
      'permit proxy/connect when args.host in ["a.com", "b.com"]',
    ],
    [
      "a port in the host",
      "dead-selector:1",
      "permit proxy/connect host: a.com:443",
      "permit proxy/connect host: a.com port: 443",
    ],
    [
      "a URL",
      "dead-selector:1",
      "permit proxy/connect host: https://a.com/ port: 443",
      "permit proxy/connect host: a.com port: 443",
    ],
    ["a trailing dot", "dead-selector:1", "permit proxy/connect host: a.com.", "permit proxy/connect host: a.com"],
    [
      "a list of methods",
      "dead-selector:1",
      "permit proxy/http host: a.com method: GET,HEAD",
      'permit proxy/http host: a.com when args.method in ["GET", "HEAD"]',
    ],
    [
      "a colon in a path",
      "dead-selector:1",
      "permit proxy/http host: a.com path: /v1/m:gen",
      'permit proxy/http host: a.com when args.path == "/v1/m:gen"',
    ],
    [
      "a quoted query",
      "quoted-selector:1",
      'permit proxy/http host: a.com query: v="abc"',
      "permit proxy/http host: a.com query: v=abc",
    ],
    [
      "an expiry that FPL does not have",
      "glued-field:1",
      'permit proxy/connect host: a.com expires: "2027-01-01"',
      'permit proxy/connect host: a.com when now() < date("2027-01-01")',
    ],
    [
      "an expiry of a deny is left",
      "glued-field:1",
      'deny proxy/connect host: a.com expires: "2027-01-01"',
      'deny proxy/connect host: a.com expires: "2027-01-01"',
    ],
    [
      "another field is left",
      "glued-field:1",
      "permit proxy/connect host: a.com ttl: 24h",
      "permit proxy/connect host: a.com ttl: 24h",
    ],
    [
      "a keyword for a host",
      "keyword-value:1",
      "permit proxy/connect host: path port: 443",
      'permit proxy/connect when args.host == "path" port: 443',
    ],
    [
      "nothing for a host",
      "keyword-value:1",
      "permit proxy/connect host: port: 443",
      "permit proxy/connect host: port: 443",
    ],
    [
      "a # in a path",
      "cut-value:1",
      "permit proxy/http host: a.com path: /a#b",
      "permit proxy/http host: a.com path: /a#b",
    ],
    [
      "two hosts",
      "overridden-clause:1",
      "permit proxy/connect host: a.com host: b.com",
      "permit proxy/connect host: a.com host: b.com",
    ],
    ["no host", "open-host:1", "permit proxy/connect port: 443", "permit proxy/connect port: 443"],
    ["any tool", "open-host:1", "permit *", "permit *"],
    [
      "an expression that is not anchored",
      "unanchored-regex:1",
      'permit http/* when args.host != nil && args.host matches "localhost|127.0.0.1|internal"',
      'permit http/* when args.host != nil && args.host matches "^(?:localhost|127[.]0[.]0[.]1|internal)$"',
    ],
    [
      "one that says where it ends is left",
      "unanchored-regex:1",
      'permit http/* when args.host matches "[.]x[.]com"',
      'permit http/* when args.host matches "[.]x[.]com"',
    ],
    [
      "one under a not is left",
      "unanchored-regex:1",
      'permit http/* when not (args.host matches "x.com")',
      'permit http/* when not (args.host matches "x.com")',
    ],
    ["a garbage date", "bad-date:1", 'permit a/b when now() < date("soon")', 'permit a/b when now() < date("soon")'],
    ["a rule below its like", "unreachable-rule:2", "deny http/*\npermit http/get", "deny http/*\npermit http/get"],
    ["a strict deny below a permit", "late-strict-deny:2", "permit a/b\ndeny! a/b", "permit a/b\ndeny! a/b"],
    [
      "a backslash in a reason",
      "kept-backslash:1",
      'permit a/b reason: "a \\"b\\" c\\\\d"',
      "permit a/b reason: \"a 'b' c//d\"",
    ],
  ])("%s", (_, found, text, fixed) => {
    expect(kinds(text)).toBe(found);
    expect(fix(text)).toBe(fixed);
    expect(fix(fixed)).toBe(fixed);
    expect(() => loadFpl([{ path, text: fixed }])).not.toThrow();
  });

  test.each([
    ["a clean rule", 'permit proxy/connect host: api.x.com port: 443 when now() < date("2027-01-01") reason: "x"'],
    ["a condition on an argument", 'permit proxy/connect when args.host == "1password.com"'],
    ["an anchored expression", 'permit http/get when args.host matches "^api[.]openai[.]com$"'],
    ["a suffix behind its dot", 'permit http/get when args.host matches "[.]openai[.]com$"'],
    ["a permit of a tool that is no proxy's", "permit stripe/charge"],
    ["a deny of every host", "deny proxy/connect"],
    ["an address", "permit proxy/connect host: 10.1.2.3 port: 443"],
    ["rules beside each other", "permit proxy/http host: a.com path: /a\npermit proxy/http host: a.com path: /b"],
    ["a pattern above a longer path", "permit http/*\npermit http/get/*"],
  ])("%s is clean", (_, text) => {
    expect(kinds(text)).toBe("");
  });
});

describe("what was meant is decided as meant:", () => {
  const ask = (text: string, host: string): string =>
    decideRequest(loadFpl([{ path, text }]), { tool: "http/get", args: { host, port: 443 } }, now).verdict;

  test.each([
    ['permit http/get when host matches "api.x.com"', "api.x.com", "permit"],
    ['permit http/get when host matches "api.x.com"', "api.x.com.evil.net", "deny"],
    ['permit http/get when host matches "api.x.com"', "apiyx.com", "deny"],
    ['agent a { default permit\n rules { deny http/get when host matches "evil.com" } }', "evil.com", "deny"],
    ['agent a { default permit\n rules { deny http/get when host matches "evil.com" } }', "www.EVIL.com", "deny"],
    ['agent a { default permit\n rules { deny http/get when host matches "evil.com" } }', "good.com", "permit"],
    ["permit http/get host: path port: 443", "path", "permit"],
    ["permit http/get host: path port: 443", "evil.com", "deny"],
    ['permit http/get host: "a.com"', "A.com", "permit"],
    ["permit http/get host: 2001:db8::1", "2001:db8::1", "permit"],
    ["permit http/get host: 1*.x.com", "12.x.com", "permit"],
    ["permit http/get host: 1*.x.com", "2.x.com", "deny"],
  ])("%s: %s %s", (text, host, verdict) => {
    expect(ask(fix(text), host)).toBe(verdict);
  });
});

test("what is found comes in the order of the lines, whoever finds it", () => {
  const text = 'deny http/*\npermit http/get\npermit a/b when host matches "a.com"\ndeny http/*';
  expect(kinds(text)).toBe("unreachable-rule:2 bare-argument:3 unreachable-rule:4");
});

test("comments and everything else stay where they are", () => {
  const text = `# top\nagent a {\n  default deny # why\n  rules {\n    # one\n    permit proxy/connect  host: "a.com" port: 443 # two\n    # three\n  }\n}\n`;
  expect(fix(text)).toBe(text.replace('"a.com"', "a.com"));
});

test("a fix that would lose a comment is left", () => {
  const text = 'permit http/get when # the model\n host matches "a.com"';
  expect(fix(text)).toBe(text);
});
