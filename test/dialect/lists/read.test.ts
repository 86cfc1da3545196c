/** What files of proxies and sandboxes allow, a claim a line, and what every reader refuses. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../../src/model/address.ts";
import { InputError } from "../../../src/model/error.ts";
import {
  ask,
  AWF,
  BAD,
  CHAINS,
  cilium,
  CLOSEST,
  ENVOY,
  GUARDED,
  istio,
  k8s,
  load,
  RUNNER,
  SANDBOX,
  SQUID,
} from "./policies.ts";

const rows: readonly (readonly [claim: string, text: string, question: string, answer: string])[] = [
  [
    "what is included may decide before",
    `include /etc/squid/conf.d/*.conf\n${SQUID}`,
    "tcp 203.0.113.1 443",
    "unknown -",
  ],
  [
    "management is no destination",
    `acl m proto cache_object\nhttp_access deny m\nhttp_access allow all\n`,
    "tcp x.com 443",
    "permit p:3",
  ],
  [
    "an address as domain is an address",
    `acl d dstdomain 192.0.2.1\nhttp_access allow d\nhttp_access deny all\n`,
    "tcp 192.0.2.1 443",
    "permit p:2",
  ],
  [
    "and no name's",
    `acl d dstdomain 192.0.2.1\nhttp_access allow d\nhttp_access deny all\n`,
    "tcp x.com 443",
    "deny p:3",
  ],
  [
    "all destinations of one family",
    `acl d dst ipv6\nhttp_access allow d\nhttp_access deny all\n`,
    "tcp 192.0.2.1 443",
    "deny p:3",
  ],
  ...(
    [
      ["10.9.0.0/255.255.0.0", "10.9.255.1", "permit p:2"],
      ["10.9.0.0/255.255.0.0", "10.10.0.1", "deny p:3"],
      ["10.0.0.1-10.0.0.9", "10.0.0.9", "permit p:2"],
      ["10.0.0.1-10.0.0.9", "10.0.0.10", "deny p:3"],
      ["10.0.0.1-10.0.3.1/24", "10.0.3.255", "permit p:2"],
      ["10.0.0.9-10.0.0.1", "10.0.0.5", "deny p:3"],
      ["2001:db8::1-2001:db8::9", "2001:db8::10", "deny p:3"],
      ["10.0.0.0/255.0.255.0", "10.0.0.1", "unknown -"],
      ["10.0.0.1-2001:db8::9", "10.0.0.1", "unknown -"],
      ["10.0.0.1-web", "10.0.0.1", "unknown -"],
      ["web-10.0.0.1", "10.0.0.1", "unknown -"],
      ["web.example", "10.0.0.1", "unknown -"],
    ] as const
  ).map(
    ([dst, address, answer]) =>
      [
        `dst ${dst}, asked for ${address}`,
        `acl d dst ${dst}\nhttp_access allow d\nhttp_access deny all\n`,
        `tcp ${address} 443`,
        answer,
      ] as const,
  ),
  [
    "a list that goes on after the line that names it",
    `acl d dst 192.0.2.1\nhttp_access allow d\nacl d dst 192.0.2.2\nhttp_access deny all\n`,
    "tcp 192.0.2.2 443",
    "permit p:2",
  ],
  ["a name may be of a loopback address", SQUID, "tcp api.x.com 443", "unknown -"],
  [
    "a dot takes what is below",
    SQUID.replace(/.*to_localhost.*\n/, "").replace(/.*staff lan.*\n/, ""),
    "tcp a.b.y.com 443",
    "permit p:7",
  ],
  ["the first line that matches decides", SQUID, "tcp evil.y.com 443", "deny p:6"],
  ["plain HTTP is no tunnel", SQUID.replace(/.*to_localhost.*\n/, ""), "http api.x.com 80", "unknown -"],
  ["loopback", SQUID, "tcp 127.0.0.1 443", "deny p:7"],
  ["who asks is not known", SQUID, "tcp 10.1.1.1 443", "unknown -"],
  ["an address has no name with -n", SQUID, "tcp 203.0.113.1 443", "deny p:10"],
  [
    "the default is the opposite of the last line",
    "acl a dstdomain -n x.com\nhttp_access deny a\n",
    "tcp y.com 443",
    "permit -",
  ],

  [
    "a server name on its port",
    ENVOY.replace(/ {6}b:[^]*/, "").replace(/.*destination_ip.*\n/, ""),
    "tcp api.x.com 443",
    "permit p:7",
  ],
  ["a block above the low ports", ENVOY, "tcp 192.0.2.1 8080", "permit p:7"],
  ["the end of a range is not in it", ENVOY, "tcp 192.0.2.1 1024", "permit p:7"],
  ["who asks is not known", ENVOY.replace(/.*destination_ip.*\n/, ""), "tcp a.y.com 443", "unknown -"],
  ["a chain by server name", CHAINS.replace(/.*prefixRanges.*\n/, ""), "tcp a.b.x.com 443", "permit p:2"],
  ["no chain, no connection", CHAINS, "tcp 192.0.2.1 443", "unknown -"],
  ["either spelling of a field", CHAINS, "tcp 10.1.1.1 22", "permit p:3"],

  ["what is denied in a chain is denied", GUARDED("DENY", BAD), "tcp bad.com 443", "deny -"],
  ["and the rest of it is let through", GUARDED("DENY", BAD), "tcp good.com 443", "permit p:2"],
  ["by every filter of the chain", GUARDED("DENY", BAD), "tcp good.com 80", "deny -"],
  ["rules that allow nothing shut a chain", GUARDED("ALLOW", ""), "tcp good.com 443", "deny -"],
  ["rules that deny nothing do not", GUARDED("DENY", ""), "tcp good.com 443", "permit p:2"],
  ["rules that log let all through", GUARDED("LOG", BAD), "tcp bad.com 443", "permit p:2"],
  ["a fragment that logs too", ENVOY.replace("rules:", "rules:\n    action: LOG"), "tcp 1.2.3.4 1", "permit -"],
  [
    "a star is a sign in a server name",
    ENVOY.replace("exact: api.x.com", "exact: '*.x.com'"),
    "tcp a.x.com 443",
    "deny -",
  ],
  ["a port that a chain asks for is that chain's", CLOSEST, "tcp b.x.com 443", "deny -"],
  ["another port is not", CLOSEST, "tcp a.x.com 80", "unknown -"],
  [
    "a merge key is followed",
    `base: &base {permissions: [{any: true}], principals: [{any: true}]}\n${ENVOY.replace(/ {6}a:[^]*/, "      a: {<<: *base}\n")}`,
    "tcp 192.0.2.1 1",
    "permit p:7",
  ],

  ["a domain takes what is below it", AWF, "tcp api.github.com 443", "permit p:1"],
  ["on the web's ports", AWF, "tcp github.com 22", "deny -"],
  ["a protocol is kept", AWF, "http a.x.com 80", "deny -"],
  ["a star leaves the apex out", AWF, "tcp y.com 443", "deny -"],
  ["no address", AWF, "tcp 192.0.2.1 443", "deny -"],

  ["an endpoint", RUNNER, "tcp api.x.com 443", "permit p:7"],
  ["on its port", RUNNER, "tcp api.x.com 80", "deny -"],
  ["a star takes any depth", RUNNER, "tcp a.b.y.com 443", "permit p:7"],
  ["no port is written", RUNNER, "tcp bare.com 443", "unknown -"],
  [
    "without a mode it blocks",
    RUNNER.replace("egress-policy: block", "disable-sudo: true"),
    "tcp evil.com 443",
    "deny -",
  ],
  [
    "a stored policy is in no file",
    RUNNER.replace("bare.com", "bare.com\n          use-policy-store: true"),
    "tcp evil.com 443",
    "unknown -",
  ],
  [
    "what a workflow is given is not known",
    RUNNER.replace("bare.com", "${{ vars.MORE }}"),
    "tcp evil.com 443",
    "unknown -",
  ],
  ["and takes nothing from what is", RUNNER.replace("bare.com", "${{ vars.MORE }}"), "tcp api.x.com 443", "permit p:7"],
  ["an audit lets all out", RUNNER.replace("block", "audit"), "tcp evil.com 443", "permit -"],

  ["a domain on every port", SANDBOX, "tcp x.com 22", "permit p:1"],
  ["a denied domain wins", SANDBOX, "tcp bad.y.com 443", "deny p:1"],
  ["nothing below a plain domain", SANDBOX, "tcp a.x.com 443", "deny -"],
];

describe("answers", () => {
  test.each(rows)("%s", (_, text, question, answer) => {
    expect(ask(text, question)).toBe(answer);
  });
});

const refused: readonly (readonly [claim: string, text: string, message: RegExp])[] = [
  ["a block that is none", k8s("  egress: [{to: [{ipBlock: {cidr: here}}]}]\n"), /^p:6:35: .*cidr: expected a prefix/],
  ["a port beyond the last", k8s("  egress: [{ports: [{port: 70000}]}]\n"), /port: expected a number from 1 to 65535/],
  [
    "a protocol that is none",
    k8s("  egress: [{ports: [{protocol: QUIC}]}]\n"),
    /expected TCP, UDP, SCTP instead of "QUIC"/,
  ],
  ["a list that is text", k8s("  egress: all\n"), /^p:6:11: spec.egress: expected a list instead of "all"/],
  [
    "an exception that is no part",
    k8s("  egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24, except: [10.0.0.0/8]}}]}]\n"),
    /except\[0\]: expected a block inside 192.0.2.0\/24/,
  ],
  ["the end of a range without its start", k8s("  egress: [{ports: [{endPort: 90}]}]\n"), /expected a number as port/],
  [
    "a block and pods in one",
    k8s("  egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}, podSelector: {}}]}]\n"),
    /expected either a block or selectors/,
  ],
  [
    "a star for every host of a registry",
    istio("REGISTRY_ONLY").replace('"*.y.com"', '"*"'),
    /expected a host name, or one/,
  ],
  ["a key twice", k8s("  egress: []\n  egress: []\n"), /^p:7:3: Map keys must be unique/],
  ["a name that is none", cilium("  egress: [{toFQDNs: [{matchName: 'a b'}]}]\n"), /expected a host name or pattern/],
  ["an access list that is not there", "http_access allow nobody\n", /^p:1:1: http_access: no acl "nobody"/],
  [
    "an effect that is none",
    "http_access permit all\nhttp_access deny all",
    /^p:1:1: http_access: expected allow or deny/,
  ],
  ["a domain that is none", `{"network": {"allowedDomains": ["*"]}}`, /expected a domain such as/],
];

describe("refuses, with file, line and column,", () => {
  test.each(refused)("%s", (_, text, message) => {
    expect(() => load(text)).toThrow(message);
    expect(() => load(text)).toThrow(InputError);
  });
});

describe("the way of a destination", () => {
  test("goes past what may match to what surely does", () => {
    const asked = { transport: "tcp", address: parseAddress("10.1.1.1"), name: null, port: 443 } as const;
    const steps = load(SQUID).trail(asked, 0);
    expect(
      steps.map((step) =>
        step.kind === "rule" ? `${step.place} ${step.action} ${step.doubt ?? ""}`.trim() : step.text,
      ),
    ).toEqual(["entries of squid", "p:9 permit the client's address is not known", "p:10 deny"]);
  });

  test("ends at the default, and is none where the system has no say", () => {
    const asked = { address: parseAddress("192.0.2.1"), name: null, port: 443 } as const;
    expect(
      load(AWF)
        .trail({ ...asked, transport: "tcp" }, 0)
        .at(-1),
    ).toEqual({ kind: "policy", depth: 1, text: "default deny", sure: true });
    expect(load(AWF).trail({ ...asked, transport: "udp" }, 0)).toEqual([]);
  });
});
