/** What each system's files look like, and how one destination is asked of them. */
import { layersOf, type PrintOptions } from "../../../src/dialect/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { Transport } from "../../../src/model/flow.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Layer } from "../../../src/model/policy.ts";

const STAND: PrintOptions = { hook: "output", source: null, interface: null };

export const load = (text: string): Layer => {
  const [layer] = layersOf([{ path: "p", text }], STAND);
  if (layer === undefined) throw new Error("no layer");
  return layer;
};

/** `tcp api.x.com 443`, `udp 192.0.2.1 53`, `http x.com 80`. */
export function ask(text: string, question: string): string {
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

export const k8s = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n${spec}`;
export const BLOCKS: string = `  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}
        - ipBlock: {cidr: "2001:db8::/32"}
      ports:
        - {protocol: TCP, port: 443}
        - {protocol: UDP, port: 8000, endPort: 8010}
`;
export const PODS: string = `  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {}}]
      ports: [{protocol: UDP, port: 53}]
    - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
      ports: [{port: https}]
`;

export const cilium = (spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec:\n  endpointSelector: {}\n${spec}`;
export const FQDNS: string = `  egress:
    - toFQDNs: [{matchName: api.x.com}, {matchPattern: "*.y.com"}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
    - toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.8/29]}]
    - toEntities: [world]
      toPorts: [{ports: [{port: "80", protocol: ANY}], rules: {http: [{method: GET}]}}]
  egressDeny:
    - toCIDR: [192.0.2.1/32]
`;

export const istio = (mode: string, sidecarHosts = ""): string => `apiVersion: networking.istio.io/v1
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

export const SQUID: string = `acl web port 80 443     # the web
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

export const ENVOY: string = `name: envoy.filters.network.rbac
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
export const CHAINS: string = `filter_chains:
  - filter_chain_match: {server_names: ["*.x.com"], destination_port: 443}
  - filter_chain_match: {prefixRanges: [{addressPrefix: 10.0.0.0, prefixLen: 8}]}
`;
export const GUARDED = (action: string, policies: string): string => `filter_chains:
  - filters:
      - name: envoy.filters.network.rbac
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC
          rules: {action: ${action}, policies: {${policies}}}
      - name: envoy.filters.network.rbac
        typed_config: {rules: {policies: {w: {permissions: [{destination_port: 443}], principals: [{any: true}]}}}}
`;
export const BAD: string = "a: {permissions: [{requested_server_name: {exact: bad.com}}], principals: [{any: true}]}";
export const CLOSEST: string = `filter_chains:
  - filter_chain_match: {server_names: [a.x.com], destination_port: 443}
  - filter_chain_match: {server_names: ["*.x.com"]}
  - filter_chain_match: {prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}], server_names: [y.com]}
`;

export const AWF: string = "github.com, https://a.x.com # only TLS\n*.y.com\n";

export const RUNNER: string = `jobs:
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

export const SANDBOX: string = `{"network": {"allowedDomains": ["x.com", "*.y.com"], "deniedDomains": ["bad.y.com"]}}`;
