/** What each system's files allow, a claim a line. */
import { describe, expect, test } from "vitest";
import { layersOf, type PrintOptions } from "../../../src/dialect/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { Transport } from "../../../src/model/flow.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { InputError } from "../../../src/model/error.ts";
import type { Layer } from "../../../src/model/policy.ts";

const STAND: PrintOptions = { hook: "output", source: null, interface: null };

const load = (text: string): Layer => {
  const [layer] = layersOf([{ path: "p", text }], STAND);
  if (layer === undefined) throw new Error("no layer");
  return layer;
};

/** `tcp api.x.com 443`, `udp 192.0.2.1 53`, `http x.com 80`. */
function ask(text: string, question: string): string {
  const [transport = "", host = "", port = ""] = question.split(" ");
  const address = parseAddress(host);
  const decision = load(text).decide(
    {
      transport: transport === "http" ? "tcp" : (transport as Transport),
      address,
      name: address === null ? parseFqdn(host) : null,
      port: Number(port),
      access: transport === "http" ? "http" : "connect",
    },
    0,
  );
  return `${decision.verdict} ${decision.rule ?? "-"}`;
}

const k8s = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n${spec}`;
const BLOCKS = `  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}
        - ipBlock: {cidr: "2001:db8::/32"}
      ports:
        - {protocol: TCP, port: 443}
        - {protocol: UDP, port: 8000, endPort: 8010}
`;
const PODS = `  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {}}]
      ports: [{protocol: UDP, port: 53}]
    - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
      ports: [{port: https}]
`;

const cilium = (spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec:\n  endpointSelector: {}\n${spec}`;
const FQDNS = `  egress:
    - toFQDNs: [{matchName: api.x.com}, {matchPattern: "*.y.com"}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
    - toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.8/29]}]
    - toEntities: [world]
      toPorts: [{ports: [{port: "80", protocol: ANY}], rules: {http: [{method: GET}]}}]
  egressDeny:
    - toCIDR: [192.0.2.1/32]
`;

const istio = (mode: string, sidecarHosts = ""): string => `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default}
spec:
  outboundTrafficPolicy: {mode: ${mode}}
${sidecarHosts}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a}
spec:
  hosts: [api.x.com, "*.y.com"]
  ports: [{number: 443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: b}
spec:
  hosts: [db.invalid]
  addresses: [192.0.2.0/28]
  ports: [{number: 5432, name: tcp, protocol: TCP}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: c}
spec:
  hosts: [trap.invalid]
  ports: [{number: 9000, name: tcp, protocol: TCP}]
`;

const SQUID = `acl web port 80 443     # the web
acl good dstdomain -n api.x.com .y.com
acl bad dstdomain -n evil.y.com
acl lan dst 10.0.0.0/8
acl staff src 192.168.0.0/16
http_access deny bad
http_access deny to_localhost
http_access allow CONNECT good web
http_access allow staff lan
http_access deny all
`;

const ENVOY = `name: envoy.filters.network.rbac
typed_config:
  "@type": type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC
  rules:
    policies:
      a:
        permissions:
          - and_rules: {rules: [{requested_server_name: {exact: api.x.com}}, {destination_port: 443}]}
          - and_rules: {rules: [{destination_ip: {address_prefix: 192.0.2.0, prefix_len: 24}}, {not_rule: {destination_port_range: {start: 1, end: 1024}}}]}
        principals: [{any: true}]
      b:
        permissions: [{requested_server_name: {suffix: .y.com}}]
        principals: [{authenticated: {}}]
`;
const CHAINS = `filter_chains:
  - filter_chain_match: {server_names: ["*.x.com"], destination_port: 443}
  - filter_chain_match: {prefixRanges: [{addressPrefix: 10.0.0.0, prefixLen: 8}]}
`;
const GUARDED = (action: string, policies: string): string => `filter_chains:
  - filters:
      - name: envoy.filters.network.rbac
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC
          rules: {action: ${action}, policies: {${policies}}}
      - name: envoy.filters.network.rbac
        typed_config: {rules: {policies: {w: {permissions: [{destination_port: 443}], principals: [{any: true}]}}}}
`;
const BAD = "a: {permissions: [{requested_server_name: {exact: bad.com}}], principals: [{any: true}]}";
const CLOSEST = `filter_chains:
  - filter_chain_match: {server_names: [a.x.com], destination_port: 443}
  - filter_chain_match: {server_names: ["*.x.com"]}
  - filter_chain_match: {prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}], server_names: [y.com]}
`;

const AWF = "github.com, https://a.x.com # only TLS\n*.y.com\n";

const RUNNER = `jobs:
  test:
    steps:
      - uses: step-security/harden-runner@v2
        with:
          egress-policy: block
          allowed-endpoints: >
            api.x.com:443
            *.y.com:443
            bare.com
`;

const SANDBOX = `{"network": {"allowedDomains": ["x.com", "*.y.com"], "deniedDomains": ["bad.y.com"]}}`;

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
  [
    "two stars take one label",
    cilium('  egress: [{toFQDNs: [{matchPattern: "**.x.com"}]}]\n'),
    "tcp a.x.com 443",
    "permit p:5",
  ],
  [
    "and more in newer versions",
    cilium('  egress: [{toFQDNs: [{matchPattern: "**.x.com"}]}]\n'),
    "tcp b.a.x.com 443",
    "unknown -",
  ],
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
  [
    "in TLS the addresses count as well",
    istio("REGISTRY_ONLY").replace(
      '  hosts: [api.x.com, "*.y.com"]\n',
      "  hosts: [api.x.com]\n  addresses: [192.0.2.1/32]\n",
    ),
    "tcp api.x.com 443",
    "unknown -",
  ],

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
