// The cast of the demo: which names the lab's resolver knows, at which addresses, through which aliases.

/** The sandbox, its way out, and the two services it is told about. */
export const LAB = {
  agent4: "10.20.0.10",
  agent6: "2001:db8:20::10",
  gateway4: "10.20.0.1",
  gateway6: "2001:db8:20::1",
  resolver: "192.0.2.53",
  proxy: { name: "proxy.corp.example", address: "192.0.2.128", port: 3128 },
  time: "192.0.2.123",
  statsd: "192.0.2.81",
  /** Hard-coded in the licence client: nobody ever asks a resolver for it. */
  license: { address: "198.51.100.23", port: 9009 },
};

/**
 * `v4` and `v6` are all addresses a name can have. `answers` says how a resolver gives them out: `all` in every answer,
 * or `one` a run, so that the runs disagree. `cname` is what the name is an alias of.
 */
export const HOSTS = [
  { name: "api.openai.com", v4: ["162.159.140.245", "172.66.0.243"], answers: "one" },
  { name: "api.github.com", v4: ["140.82.112.5", "140.82.113.6", "140.82.114.5"], answers: "one" },
  { name: "github.com", v4: ["140.82.112.3", "140.82.113.4"], answers: "one" },
  { name: "raw.githubusercontent.com", v4: ["185.199.108.133"], v6: ["2606:50c0:8000::154"] },
  { name: "objects.githubusercontent.com", v4: ["185.199.108.133"], v6: ["2606:50c0:8000::154"] },
  { name: "index.pydepot.example", v4: ["151.101.0.223"], v6: ["2a04:4e42::223"] },
  { name: "files.pydepot.example", cname: "dualstack.python.map.fastly.net" },
  { name: "docs.python.org", cname: "dualstack.python.map.fastly.net" },
  { name: "dualstack.python.map.fastly.net", v4: ["151.101.0.223"], v6: ["2a04:4e42::223"] },
  {
    name: "packages.jsdepot.example",
    v4: ["104.16.3.35", "104.16.24.34"],
    v6: ["2606:4700::6810:322"],
    answers: "one",
  },
  { name: "corp-agent-artifacts.s3.eu-west-1.amazonaws.com", cname: "s3-r-w.eu-west-1.amazonaws.com" },
  { name: "s3-r-w.eu-west-1.amazonaws.com", v4: ["52.218.36.72", "52.218.104.19", "52.218.117.40"], answers: "one" },
  { name: "storage.googleapis.com", v4: ["34.96.80.27", "34.96.81.30"], v6: ["2600:1901:0:94b6::1b"] },
  { name: "corpdocsmirror.blob.core.windows.net", cname: "blob.ams23prdstr05a.store.core.windows.net" },
  { name: "blob.ams23prdstr05a.store.core.windows.net", v4: ["135.130.102.40"] },
  { name: "telemetry.quillhook.example", cname: "ingest-prod.quillhook.example" },
  {
    name: "ingest-prod.quillhook.example",
    v4: ["44.205.18.7", "54.209.33.17"],
    v6: ["2600:1f18:24e6:b900::7"],
    answers: "one",
  },
  { name: LAB.proxy.name, v4: [LAB.proxy.address] },
  { name: "metrics.corp.example", v4: ["192.0.2.80"], v6: ["2001:db8:1::80"] },
  { name: "logs.corp.example", v4: ["192.0.2.80"], v6: ["2001:db8:1::80"] },
  { name: "db.corp.example", cname: "pg-primary.corp.example" },
  { name: "pg-primary.corp.example", v4: ["192.0.2.32"] },
  { name: "statsd.corp.example", v4: [LAB.statsd] },
  { name: "time.corp.example", v4: [LAB.time] },
  { name: "otel.corp.example", v4: ["192.0.2.44"] },
];

/** Every address the lab network must carry; the proxy stands in a namespace of its own. */
export function labAddresses() {
  const named = HOSTS.flatMap((host) => [...(host.v4 ?? []), ...(host.v6 ?? [])]);
  const all = new Set([...named, LAB.resolver, LAB.license.address]);
  all.delete(LAB.proxy.address);
  return [...all];
}

export const tlsNames = () => HOSTS.map((host) => host.name).filter((name) => !name.endsWith("corp.example"));
