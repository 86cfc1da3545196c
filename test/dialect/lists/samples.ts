/** One policy of each list dialect with most of what its reader knows. */
import type { ListTarget } from "../../../src/model/candidate.ts";
import { RUNNER } from "./policies.ts";

export const SAMPLES: Readonly<Record<ListTarget, string>> = {
  kubernetes: `# who may go where
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: lab}
spec:
  podSelector: {matchLabels: {app: x}}
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.128/25]}
        - ipBlock: &six {cidr: "2001:db8::/32"}
      ports: [{protocol: UDP, port: 8000, endPort: 8010}, {port: https}]
    - to: [{namespaceSelector: {}}, {ipBlock: *six}]
`,
  cilium: `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
spec:
  endpointSelector: {}
  egress:
    - toFQDNs: [{matchName: api.x.com}, {matchPattern: "*.y.com"}]
      toPorts: [{ports: [{port: "443", protocol: TCP, endPort: 450}], rules: {http: [{method: GET}]}}]
    - toCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.8/29]}]
    - toEntities: [world, cluster]
  egressDeny:
    - toCIDR: [192.0.2.1/32]
`,
  istio: `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default}
spec:
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
  egress: [{hosts: ["./*", "istio-system/*"]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a}
spec:
  hosts: [api.x.com, "*.y.com"]
  addresses: [192.0.2.0/28]
  exportTo: ["."]
  ports: [{number: 443, name: tls, protocol: TLS}, {number: 5432, name: tcp, protocol: TCP}]
`,
  squid: `acl web port 80 443-445 # the web
acl good dstdomain -n api.x.com .y.com \\
  .z.com
acl lan dst 10.0.0.0/8 192.0.2.1-192.0.2.9
acl re dstdom_regex -i ^a
acl get method GET CONNECT
http_access deny !good re
http_access allow CONNECT good web
http_access allow lan get
http_access deny all
`,
  envoy: `static_resources:
  listeners:
    - filter_chains:
        - filter_chain_match: {server_names: ["*.x.com", x.com], destination_port: 443}
          filters:
            - name: envoy.filters.network.rbac
              typed_config:
                rules:
                  action: DENY
                  policies:
                    a:
                      permissions: [{and_rules: {rules: [{requested_server_name: {exact: bad.x.com}}, {not_rule: {any: true}}]}}]
                      principals: [{any: true}]
        - filterChainMatch: {prefixRanges: [{addressPrefix: 10.0.0.0, prefixLen: 8}]}
      default_filter_chain: {}
`,
  awf: "# code\ngithub.com, https://a.x.com # only TLS\n*.y.com\nhttp://a*b.z.com\n",
  "harden-runner": `${RUNNER}  other: {steps: [{uses: step-security/harden-runner@v2}]}\n`,
  "sandbox-runtime": `{"network": {"allowedDomains": ["x.com", "*.y.com", "192.0.2.1"], "deniedDomains": ["bad.y.com"]}}`,
};
