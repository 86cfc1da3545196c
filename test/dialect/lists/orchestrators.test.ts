/** What policies of orchestrators allow, a claim a line. */
import { describe, expect, test } from "vitest";
import { ask, BLOCKS, cilium, FQDNS, istio, k8s, PODS } from "./policies.ts";

const TWO_STARS = cilium('  egress: [{toFQDNs: [{matchPattern: "**.x.com"}]}]\n');

const rows: readonly (readonly [claim: string, text: string, question: string, answer: string])[] = [
  ["a block takes its addresses", k8s(BLOCKS), "tcp 192.0.2.1 443", "permit p:9"],
  ["but not what is excepted", k8s(BLOCKS), "tcp 192.0.2.200 443", "deny -"],
  ["and no other port", k8s(BLOCKS), "tcp 192.0.2.1 80", "deny -"],
  ["IPv6 too", k8s(BLOCKS), "tcp 2001:db8::1 443", "permit p:10"],
  ["a range of ports holds its end", k8s(BLOCKS), "udp 192.0.2.1 8010", "permit p:9"],
  ["a name may be anywhere", k8s(BLOCKS), "tcp x.com 443", "unknown -"],
  ["without rules all is denied", k8s("  policyTypes: [Egress]\n"), "tcp 192.0.2.1 443", "deny -"],
  ["an empty rule permits all", k8s("  policyTypes: [Egress]\n  egress: [{}]\n"), "udp 192.0.2.1 1", "permit p:7"],
  ["a policy for ingress alone leaves egress open", k8s("  policyTypes: [Ingress]\n"), "tcp 192.0.2.1 1", "permit -"],
  ["pods may be at any address", k8s(PODS), "udp 8.8.8.8 53", "unknown -"],
  ["a named port may be any port", k8s(PODS), "tcp 8.8.8.8 443", "unknown -"],
  ["pods at one port shut the others", k8s(PODS), "udp 8.8.8.8 54", "deny -"],
  ["icmp is not governed", k8s(BLOCKS), "icmp 192.0.2.1 0", "unknown -"],

  [
    "in minified JSON too",
    JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec: { policyTypes: ["Egress"] } }),
    "tcp 192.0.2.1 1",
    "deny -",
  ],
  [
    "every pod of one namespace is not every pod of another",
    `${k8s(BLOCKS)}---\n${k8s("  egress: [{}]\n").replace("{name: a}", "{name: b, namespace: other}")}`,
    "tcp 192.0.2.1 1",
    "unknown -",
  ],
  [
    "another project's object of the same kind is none",
    `${k8s(BLOCKS)}---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nspec: {egress: [{}], policyTypes: [Egress]}\n`,
    "tcp 192.0.2.1 80",
    "deny -",
  ],

  [
    "an address that nobody named is not every name's",
    cilium('  egress: [{toFQDNs: [{matchPattern: "*"}]}]\n'),
    "tcp 192.0.2.1 443",
    "unknown -",
  ],
  ["a name is any name", cilium('  egress: [{toFQDNs: [{matchPattern: "*"}]}]\n'), "tcp x.com 443", "permit p:5"],
  ["two stars take one label", TWO_STARS, "tcp a.x.com 443", "permit p:5"],
  ["and more in newer versions", TWO_STARS, "tcp b.a.x.com 443", "unknown -"],
  ["the world of one family", cilium("  egress: [{toEntities: [world-ipv4]}]\n"), "tcp 2001:db8::1 443", "deny -"],
  ["nobody is nobody", cilium("  egress: [{toEntities: [none]}]\n"), "tcp 192.0.2.1 443", "deny -"],
  [
    "a named port may be any",
    cilium("  egress: [{toEntities: [world], toPorts: [{ports: [{port: web}]}]}]\n"),
    "tcp 192.0.2.1 443",
    "unknown -",
  ],
  [
    "a group of blocks is in no file",
    cilium("  egress: [{toCIDRSet: [{cidrGroupRef: g}]}]\n"),
    "tcp 192.0.2.1 443",
    "unknown -",
  ],
  [
    "one policy for ingress casts no doubt on another for egress",
    `${cilium("  egress: [{toEntities: [world]}]\n")}---\n${cilium("  ingress: [{}]\n").replace("{}", "{matchLabels: {a: b}}")}`,
    "tcp 192.0.2.1 443",
    "permit p:5",
  ],
  [
    "another namespace has endpoints of its own",
    `${cilium("  egress: [{toEntities: [world]}]\n")}---\n${cilium("  egress: [{}]\n").replace("spec:", "metadata: {namespace: b}\nspec:")}`,
    "tcp 192.0.2.1 443",
    "unknown -",
  ],

  ["a name is allowed by name", cilium(FQDNS), "tcp api.x.com 443", "unknown -"],
  [
    "a star is one label",
    cilium(FQDNS.replace(/ {2}egressDeny[^]*/, "").replace(/ {4}- toCIDRSet.*\n/, "")),
    "tcp a.b.y.com 443",
    "deny -",
  ],
  ["a denial wins", cilium(FQDNS), "tcp 192.0.2.1 80", "deny p:12"],
  ["an exception is no denial of the rest", cilium(FQDNS), "tcp 192.0.2.9 22", "deny -"],
  ["a block takes every port", cilium(FQDNS), "sctp 192.0.2.20 7", "permit p:8"],
  ["what inspects requests cannot be told", cilium(FQDNS), "tcp 203.0.113.1 80", "unknown -"],
  ["an empty rule denies all", cilium("  egress: [{}]\n"), "tcp 192.0.2.1 443", "deny -"],
  ["an empty list denies nothing", cilium("  egress: []\n"), "tcp 192.0.2.1 443", "permit -"],
  [
    "unless it says not to",
    cilium("  enableDefaultDeny: {egress: false}\n  egress: [{}]\n"),
    "tcp 192.0.2.1 1",
    "permit -",
  ],

  ["a registry knows its hosts", istio("REGISTRY_ONLY"), "tcp api.x.com 443", "permit p:11"],
  ["a star takes any depth and not the apex", istio("REGISTRY_ONLY"), "tcp y.com 443", "deny -"],
  ["addresses where nothing names a host", istio("REGISTRY_ONLY"), "tcp 192.0.2.3 5432", "permit p:20"],
  ["without addresses the port is for everybody", istio("REGISTRY_ONLY"), "tcp 203.0.113.9 9000", "permit p:27"],
  ["no other port", istio("REGISTRY_ONLY"), "tcp 203.0.113.9 9001", "deny -"],
  ["where all may leave, all may leave", istio("ALLOW_ANY"), "tcp 203.0.113.9 9001", "permit -"],
  ["the mesh's own setting is in no file", istio("UNSET"), "tcp 203.0.113.9 9001", "unknown -"],
  ["udp passes it by", istio("REGISTRY_ONLY"), "udp 203.0.113.9 53", "unknown -"],
  [
    "what a sidecar does not import it does not know",
    istio("REGISTRY_ONLY", '  egress: [{hosts: ["./other.com"]}]\n'),
    "tcp api.x.com 443",
    "deny -",
  ],

  [
    "a listener of its own port knows its hosts there",
    istio("REGISTRY_ONLY", "  egress: [{port: {number: 443}, hosts: ['*/*']}]\n"),
    "tcp api.x.com 443",
    "unknown -",
  ],
  [
    "a star is imported by a wider one",
    istio("REGISTRY_ONLY", "  egress: [{hosts: ['*/*.com']}]\n"),
    "tcp a.y.com 443",
    "permit p:12",
  ],
  ...(
    [
      ["its own namespace", '["."]', "tcp api.x.com 443", "permit p:12"],
      ["every namespace", '["*"]', "tcp api.x.com 443", "permit p:12"],
      ["another namespace", "[other]", "tcp api.x.com 443", "deny -"],
      ["none", '["~"]', "tcp api.x.com 443", "deny -"],
    ] as const
  ).map(
    ([whom, exportTo, question, answer]) =>
      [
        `an entry shown to ${whom}`,
        istio("REGISTRY_ONLY").replace("  hosts: [api.x.com", `  exportTo: ${exportTo}\n  hosts: [api.x.com`),
        question,
        answer,
      ] as const,
  ),
  [
    "an entry shown to some namespace, where the sidecar is everybody's",
    istio("REGISTRY_ONLY")
      .replace("{name: default}", "{name: default, namespace: istio-system}")
      .replace("  hosts: [api.x.com", '  exportTo: ["."]\n  hosts: [api.x.com'),
    "tcp api.x.com 443",
    "unknown -",
  ],
  [
    "in TLS the addresses count as well",
    istio("REGISTRY_ONLY").replace(
      '  hosts: [api.x.com, "*.y.com"]\n',
      "  hosts: [api.x.com]\n  addresses: [192.0.2.1/32]\n",
    ),
    "tcp api.x.com 443",
    "unknown -",
  ],
];

test("a port in quotes is a name, which has a letter: the cluster would not take it", () => {
  expect(() => ask(k8s(BLOCKS).replace("port: 443", 'port: "443"'), "tcp 192.0.2.1 443")).toThrow(
    /^p:\d+:\d+: .*a port as a number without quotes, or by its name/,
  );
});

describe("answers", () => {
  test.each(rows)("%s", (_, text, question, answer) => {
    expect(ask(text, question)).toBe(answer);
  });
});
