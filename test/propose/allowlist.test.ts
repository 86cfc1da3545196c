import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allowlistJsonSchema } from "../../src/propose/allowlist/schema.ts";
import { parsePattern } from "../../src/propose/allowlist/endpoint.ts";
import { parseAllowlist, parseEndpoint } from "../../src/propose/index.ts";

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
      parseAllowlist(GOOD, "allowlist.yaml").decisions.map((d) => [d.decision, d.name ?? d.address, d.port, d.place]),
    ).toEqual([
      ["allow", "api.example.com", 443, "allowlist.yaml:4"],
      ["deny", "telemetry.example", 443, "allowlist.yaml:10"],
      ["watch", "2001:db8::1", 53, "allowlist.yaml:12"],
    ]);
  });

  test.each([
    [
      "a word in an envelope that nothing ever raises",
      "version: 1\ndecisions: []\nenvelope:\n  - {id: e, why: w, owner: o, names: [a.example], transports: [tcp], ports: [1], maxNew: 1, maxLifetime: 1d, unless: [ech, paste-sites]}",
      /^a\.yaml:4: unless: paste-sites is neither a flag nor a signal; known are .*\bech, .*\bpaste-site\b/,
    ],
    [
      "a list of an approval without its digest",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, why: w, owner: o, approved: {candidate: 'sha256:" +
        "0".repeat(64) +
        "', at: 2026-01-01, by: jo, lists: [{list: aws, version: '1', services: [aws S3]}]}}",
      /^a\.yaml:3: approved\.lists\.0\.digest: /,
    ],
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
      "a pattern across tenants",
      "version: 1\ndecisions:\n  - {endpoint: '*.blob.core.windows.net:443/tcp', decision: deny}",
      /^a\.yaml:3: endpoint: a pattern across tenants: customers of its owner have names under blob\.core\.windows\.net/,
    ],
    [
      "a pattern above a registrable name",
      "version: 1\ndecisions:\n  - {endpoint: '**.co.uk:443/tcp', decision: deny}",
      /^a\.yaml:3: endpoint: a pattern across tenants: anybody can register a name under co\.uk/,
    ],
    [
      "a pattern of a provider's own domain",
      "version: 1\ndecisions:\n  - {endpoint: '**.amazonaws.com:443/tcp', decision: deny}",
      /^a\.yaml:3: endpoint: a pattern across tenants: .* amazonaws\.com/,
    ],
    [
      "an approval of a pattern",
      `version: 1\ndecisions:\n  - {endpoint: '*.a.example:1/tcp', decision: allow, why: w, owner: o, approved: {candidate: "sha256:${"0".repeat(64)}", at: 2026-11-01, by: jo}}`,
      /^a\.yaml:3: a pattern is no single rule/,
    ],
    [
      "a digest that is none",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, why: w, owner: o, approved: {candidate: 'x', at: 2026-11-01, by: jo}}",
      /^a\.yaml:3: approved\.candidate: expected sha256:/,
    ],
    [
      "addresses of what is observed",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, why: w, owner: o, addresses: [192.0.2.1]}",
      /^a\.yaml:3: addresses go with intent/,
    ],
    [
      "an envelope without bounds of ports",
      "version: 1\nenvelope:\n  - {id: x, why: w, owner: o, names: [a.example], transports: [tcp], maxNew: 1, maxLifetime: 1d}\ndecisions: []",
      /^a\.yaml:3: ports: /,
    ],
    [
      "an envelope across tenants",
      "version: 1\nenvelope:\n  - {id: x, why: w, owner: o, names: ['*.s3.amazonaws.com'], transports: [tcp], ports: [443], maxNew: 1, maxLifetime: 1d}\ndecisions: []",
      /^a\.yaml:3: names: a pattern across tenants/,
    ],
    [
      "an unknown field of the file",
      "version: 1\ndecision: []\ndecisions: []",
      /^a\.yaml: Unrecognized key: "decision"/,
    ],
    [
      "aliases",
      "version: 1\ndecisions: [&a {endpoint: 'a.example:1/tcp', decision: deny}, *a]",
      "a.yaml:2: aliases are not used in this file",
    ],
    [
      "a second document",
      "version: 1\ndecisions: []\n---\nversion: 1\ndecisions: []",
      /^a\.yaml:3:1: a second document/,
    ],
    [
      "a tag of somebody else's program",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: !policy deny}",
      "a.yaml:3:45: Unresolved tag: !policy",
    ],
    [
      "a reason that nobody can see",
      `version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, why: "\\u200b\\u2063", owner: o}`,
      "a.yaml:3: why: expected words",
    ],
    [
      "an owner of a line alone",
      "version: 1\ndecisions:\n  - {endpoint: 'a.example:1/tcp', decision: allow, why: w, owner: '--'}",
      "a.yaml:3: owner: expected words",
    ],
    ["more than anybody writes", " ".repeat((4 << 20) + 1), "a.yaml: larger than 4194304 bytes"],
    ["a list in lists", `version: 1\ndecisions: ${"[".repeat(65)}${"]".repeat(65)}`, "a.yaml: nests deeper than 64"],
    ["lists without end", `version: 1\ndecisions: ${"[".repeat(100_000)}`, "a.yaml: nests deeper than 64"],
  ])("%s is an error with its place", (_, text, message) => {
    expect(() => parseAllowlist(text, "a.yaml")).toThrow(message);
  });
});

describe("the same file as TOML", () => {
  test("nests no deeper, whichever way", () => {
    const header = `version = 1\n[${"a.".repeat(100_000)}a]\n`;
    expect(() => parseAllowlist(header, "a.toml")).toThrow("a.toml: nests deeper than 64");
  });

  const toml = `version = 1
[[decisions]]
endpoint = "api.example.com:443/tcp"
decision = "allow"
why = "the model the agent talks to"
owner = "agents"
ticket = "SEC-1"
expires = 2027-01-31

[[decisions]]
endpoint = "telemetry.example:443/tcp"
decision = "deny"

[[decisions]]
endpoint = "[2001:db8::1]:53/udp"
decision = "watch"
why = "nobody knows yet"
`;
  const unplaced = (text: string, file: string): unknown =>
    parseAllowlist(text, file).decisions.map((decision) => ({ ...decision, place: "" }));

  test("says the same", () => {
    expect(unplaced(toml, "a.toml")).toEqual(unplaced(GOOD, "a.yaml"));
  });

  test("with its own places", () => {
    expect(parseAllowlist(toml, "a.toml").decisions.map(({ place }) => place)).toEqual([
      "a.toml:2",
      "a.toml:10",
      "a.toml:14",
    ]);
    expect(() => parseAllowlist("version = 1\nversion = 2", "a.toml")).toThrow(/^a\.toml:2:\d+: /);
  });
});

test("the published JSON Schema is the one the program reads by", () => {
  expect(JSON.parse(readFileSync(new URL("../../schema/allowlist.schema.json", import.meta.url), "utf8"))).toEqual(
    JSON.parse(JSON.stringify(allowlistJsonSchema())),
  );
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

describe("a pattern", () => {
  test.each([
    ["*.example.com", "taken"],
    ["**.corp.example.com", "taken"],
    ["*.svc.internal", "taken"],
    ["*.internal", "taken"],
    ["*.our-site.github.io", "taken"],
    ["*.our-bucket.s3.amazonaws.com", "a pattern across tenants"],
    ["*.s3.amazonaws.com", "a pattern across tenants"],
    ["*.blob.core.windows.net", "a pattern across tenants"],
    ["*.core.windows.net", "a pattern across tenants"],
    ["*.cloudfront.net", "a pattern across tenants"],
    ["*.workers.dev", "a pattern across tenants"],
    ["*.github.io", "a pattern across tenants"],
    ["**.eu-west-1.amazonaws.com", "a pattern across tenants"],
    ["**.cloudflarestorage.com", "a pattern across tenants"],
    ["**.azurecontainerapps.io", "a pattern across tenants"],
    ["*.sharepoint.com", "a pattern across tenants"],
    ["*.okta.com", "a pattern across tenants"],
    ["*.nip.io", "a pattern across tenants"],
    ["**.service.eu-west-1.amazonaws.com", "a pattern across tenants"],
    ["*.r2.cloudflarestorage.com", "a pattern across tenants"],
    ["*.openai.azure.com", "a pattern across tenants"],
    ["*.oraclecloud.com", "a pattern across tenants"],
    ["*.akamaiedge.net", "a pattern across tenants"],
    ["*.co.uk", "a pattern across tenants"],
    ["*.com", "a pattern across tenants"],
    ["*", "expected a pattern"],
    ["*.*.example.com", "expected a pattern"],
    ["***.example.com", "expected a pattern"],
    ["a*.example.com", "expected a pattern"],
    ["*.192.0.2.1", "expected a pattern"],
  ])("%s is %s", (text, expected) => {
    const pattern = parsePattern(text);
    expect(typeof pattern === "string" ? pattern : "taken").toContain(expected);
  });
});
