/** The same traps in other words: each is found, and mended or left; and policies that have none of them. */
import { expect, test } from "vitest";
import { fixFpl, lintFpl, loadFpl } from "../../../../src/dialect/fpl/index.ts";

const path = "p.fpl";
const kinds = (text: string): string[] => lintFpl({ path, text }).map(({ kind, line }) => `${kind}:${line}`);

test.each<readonly [claim: string, kind: string, text: string, fixed: string]>([
  [
    "an IPv6 address in brackets",
    "dead-selector:1",
    "permit proxy/connect host: [2001:db8::1] port: 443",
    'permit proxy/connect when args.host == "2001:db8::1" port: 443',
  ],
  [
    "hosts with a bar between them",
    "dead-selector:1",
    "permit proxy/connect host: a.com|b.com",
    'permit proxy/connect when args.host in ["a.com", "b.com"]',
  ],
  [
    "methods with a bar between them",
    "dead-selector:1",
    "permit proxy/http host: a.com method: GET|POST",
    'permit proxy/http host: a.com when args.method in ["GET", "POST"]',
  ],
  [
    "a host with its user",
    "dead-selector:1",
    "permit proxy/connect host: u@a.com",
    "permit proxy/connect host: u@a.com",
  ],
  ["a host in brackets", "dead-selector:1", "permit proxy/connect host: [a.com]", "permit proxy/connect host: [a.com]"],
  ["a keyword for a method", "keyword-value:1", "deny proxy/http method: host", "deny proxy/http method: host"],
  [
    "an expiry without its colon",
    "glued-field:1",
    'permit proxy/connect host: a.com expires "2027-01-01"',
    'permit proxy/connect host: a.com when now() < date("2027-01-01")',
  ],
  [
    "stars for a host",
    "open-host:1",
    "permit proxy/connect host: ** port: 443",
    "permit proxy/connect host: ** port: 443",
  ],
  [
    "a host that need only be there",
    "open-host:1",
    "permit proxy/connect when args.host != nil && args.port == 443",
    "permit proxy/connect when args.host != nil && args.port == 443",
  ],
  [
    "a host that need only be another",
    "open-host:1",
    'permit proxy/connect port: 443 when args.host != "evil.com" and now() < date("2027-01-01")',
    'permit proxy/connect port: 443 when args.host != "evil.com" and now() < date("2027-01-01")',
  ],
  [
    "every host that has a dot",
    "open-host:1",
    "permit proxy/connect host: *.* port: 443",
    "permit proxy/connect host: *.* port: 443",
  ],
  [
    "an index for a member",
    "unanchored-regex:1",
    'permit proxy/connect when args["host"] matches "x.com"',
    'permit proxy/connect when args["host"] matches "^(?:x[.]com)$"',
  ],
  [
    "a path that may stand behind another",
    "unanchored-regex:1",
    'permit proxy/http when args.host == "a.com" and args.path matches "/v1/"',
    'permit proxy/http when args.host == "a.com" and args.path matches "/v1/"',
  ],
  [
    "a host that may stand in a URL's query",
    "unanchored-regex:1",
    'permit http/get when args.url matches "api[.]x[.]com"',
    'permit http/get when args.url matches "api[.]x[.]com"',
  ],
  [
    "a day that no month has",
    "bad-date:1",
    'permit a/b when now() < date("2027-02-30")',
    'permit a/b when now() < date("2027-02-30")',
  ],
  [
    "a date in words",
    "bad-date:1",
    'permit a/b when now() < date("31 Jan 2027")',
    'permit a/b when now() < date("31 Jan 2027")',
  ],
  [
    "a variable that is no date",
    "bad-date:1",
    'agent a { var d "1/2/27" permit a/b when now() < date(vars.d) }',
    'agent a { var d "1/2/27" permit a/b when now() < date(vars.d) }',
  ],
])("%s", (_, kind, text, fixed) => {
  expect(kinds(text)).toContain(kind);
  expect(fixFpl({ path, text })).toBe(fixed);
  expect(fixFpl({ path, text: fixed })).toBe(fixed);
  expect(() => loadFpl([{ path, text: fixed }])).not.toThrow();
});

test.each([
  'permit proxy/http host: a.com port: 80 method: GET path: /m/* reason: "x"',
  "permit proxy/connect host: *.x.com port: 443",
  "permit proxy/connect host: xn--bcher-kva.de port: 443,8443",
  "permit proxy/connect host: a_b.example.com port: 8000-9000",
  "permit proxy/connect host: a.1e100.net port: 443",
  "permit proxy/connect host: api[0-9].x.com port: 443",
  "permit proxy/connect host: [a-z]x.com port: 443",
  "permit proxy/http host: a.com method: [A-Z]ET",
  "permit proxy/connect host: api[^0].x.com port: 443",
  "permit proxy/connect host: localhost port: 3128",
  'permit proxy/connect host: a-b.x.com port: * reason: "all ports of one host"',
  "permit proxy/http host: a.com path: /@scope/pkg",
  "permit proxy/http host: a.com path: /a%20b",
  "permit proxy/http host: a.com query: api-version=* header: X-A=b",
  'permit proxy/connect when args.host in ["1password.com", "3scale.net"] and args.port == 443',
  'permit proxy/connect when args.host == "2001:db8::1"',
  'permit proxy/connect when args.host endsWith ".x.com"',
  'permit proxy/connect when args.host matches "^[a-z0-9-]+[.]x[.]com$"',
  'permit proxy/connect when args.host matches "(?i)^(?:a[.]com|b[.]com)$"',
  'permit proxy/http when args.host == "a.com" and args.path matches "^/v1/"',
  'permit http/get when args.url startsWith "https://api.x.com/"',
  'permit proxy/connect host: a.com when now() < date("2027-01-01T00:00:00Z")',
  'permit proxy/connect host: a.com when now() < date("2027-01-31 10:00:00") and time.weekday <= 5',
  'permit proxy/connect host: a.com when now() < date("Sun, 31 Jan 2027 10:00:00 GMT")',
  'deny! shell/* when args.cmd != nil && args.cmd matches "rm -rf|shutdown"',
  'deny http/* when args.host matches "evil.com"',
  'defer stripe/refund notify: ops reason: "refund requires human approval"',
  "defer proxy/connect port: 22",
  'permit http/get host: a.com when purpose("research")',
  "deny proxy/connect host: evil.com\npermit proxy/connect host: *.x.com",
  "deny! a/b when args.x == 1\npermit a/b",
  "permit proxy/connect host: a.com port: 443\npermit proxy/connect host: a.com port: 80",
  "agent a { default permit\n rules { deny proxy/connect host: *.ads.com } }",
  'agent a { default deny\n var until "2027-01-01"\n rules { permit proxy/connect host: a.com when now() < date(vars.until) } }',
])("%j is clean", (text) => expect(kinds(text)).toEqual([]));
