import { describe, expect, test } from "vitest";
import { Decisions, parseAllowlist, parseEndpoint } from "../../src/propose/index.ts";
import { instant } from "../support/build.ts";

const GOOD = `version: 1
decisions:
  # the model
  - endpoint: api.example.com:443/tcp
    decision: allow
    why: the model the agent talks to
    owner: agents
    ticket: SEC-1
    expires: 2027-01-31
  - endpoint: telemetry.example:443/tcp
    decision: deny
  - endpoint: "[2001:db8::1]:53/udp"
    decision: watch
    why: nobody knows yet
`;

describe("the reviewers' file", () => {
  test("is read entry by entry, with its places", () => {
    expect(
      parseAllowlist(GOOD, "allowlist.yaml").map((d) => [d.decision, d.name ?? d.address, d.port, d.place]),
    ).toEqual([
      ["allow", "api.example.com", 443, "allowlist.yaml:4"],
      ["deny", "telemetry.example", 443, "allowlist.yaml:10"],
      ["watch", "2001:db8::1", 53, "allowlist.yaml:12"],
    ]);
  });

  test.each([
    ["no version", "decisions: []", "a.yaml: expected `version: 1` and a list `decisions`"],
    [
      "an allow without why",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, owner: o}",
      "a.yaml:3: an allow needs both why and owner",
    ],
    [
      "an allow without owner",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, why: w}",
      "a.yaml:3: an allow needs both why and owner",
    ],
    [
      "an endpoint without transport",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1', decision: deny}",
      /^a\.yaml:3: endpoint: expected host:port\/transport/,
    ],
    [
      "a misspelt field",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: deny, wyh: w}",
      /^a\.yaml:3: entry: .*wyh/,
    ],
    [
      "a date that is none",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: deny, expires: soon}",
      "a.yaml:3: expires: expected a date such as 2027-01-31",
    ],
    ["broken YAML", "version: 1\ndecisions:\n  - {endpoint: 'a", /^a\.yaml:3:\d+: /],
    ["a key twice", "version: 1\nversion: 1\ndecisions: []", /^a\.yaml:2:1: Map keys must be unique/],
    [
      "aliases",
      "version: 1\ndecisions: [&a {endpoint: 'a.example:1/tcp', decision: deny}, *a]",
      "a.yaml: aliases are not used in this file",
    ],
  ])("%s is an error with its place", (_, text, message) => {
    expect(() => parseAllowlist(text, "a.yaml")).toThrow(message);
  });
});

describe("an endpoint in text", () => {
  test.each([
    ["api.example.com:443/tcp", { name: "api.example.com", address: null, transport: "tcp", port: 443 }],
    ["metrics:80/tcp", { name: "metrics", address: null, transport: "tcp", port: 80 }],
    ["192.0.2.1:53/udp", { name: null, address: "192.0.2.1", transport: "udp", port: 53 }],
    ["[2001:DB8::1]:443/tcp", { name: null, address: "2001:db8::1", transport: "tcp", port: 443 }],
    ["api.example.com:443", null],
    ["api.example.com/tcp", null],
    ["a;b:443/tcp", null],
    ["api.example.com:70000/tcp", null],
  ])("%s", (text, parsed) => {
    expect(parseEndpoint(text)).toEqual(parsed);
  });
});

describe("a decision", () => {
  const decisions = (now: string): Decisions => new Decisions(parseAllowlist(GOOD, "a.yaml"), instant(now));
  const api = { name: "api.example.com", address: null, transport: "tcp", port: 443 };

  test("holds until its time is over, and is then listed as lapsed", () => {
    expect(decisions("2027-01-30T23:59:59Z").on(api)?.decision).toBe("allow");
    expect(decisions("2027-01-31T00:00:00Z").on(api)).toBeNull();
    expect(decisions("2027-01-31T00:00:00Z").lapsed()).toEqual([
      { place: "a.yaml:4", endpoint: "api.example.com:443/tcp", expired: "2027-01-31T00:00:00Z" },
    ]);
  });

  test("is on exactly one endpoint", () => {
    expect(decisions("2026-11-21").on({ ...api, port: 80 })).toBeNull();
    expect(decisions("2026-11-21").on({ ...api, transport: "udp" })).toBeNull();
  });

  test("made twice is an error naming both places", () => {
    const twice = `${GOOD}  - {endpoint: "API.example.com:443/tcp", decision: deny}\n`;
    expect(() => new Decisions(parseAllowlist(twice, "a.yaml"), 0)).toThrow(
      "a.yaml:15: api.example.com:443/tcp is decided already at a.yaml:4",
    );
  });
});
