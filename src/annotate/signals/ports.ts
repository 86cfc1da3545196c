/** What a port says: control planes, protocols without encryption, and ports that few have a reason to use. */
import type { Detect } from "./detect.ts";

const IANA = "https://www.iana.org/assignments/service-names-port-numbers";
const KUBERNETES = "https://kubernetes.io/docs/reference/networking/ports-and-protocols/";

/** Whoever may speak to these runs the machines behind them. */
const CONTROL_PLANES: ReadonlyMap<number, readonly [what: string, source: string]> = new Map([
  [2375, ["the Docker API without TLS", "https://docs.docker.com/engine/daemon/remote-access/"]],
  [2376, ["the Docker API", "https://docs.docker.com/engine/security/protect-access/"]],
  [2377, ["the Docker Swarm manager", "https://docs.docker.com/engine/swarm/swarm-tutorial/"]],
  [6443, ["the Kubernetes API", KUBERNETES]],
  [10250, ["the kubelet API", KUBERNETES]],
  [10255, ["the kubelet API without authentication", KUBERNETES]],
  [10257, ["the Kubernetes controller manager", KUBERNETES]],
  [10259, ["the Kubernetes scheduler", KUBERNETES]],
  [2379, ["the etcd API", "https://etcd.io/docs/"]],
  [2380, ["the etcd peer port", "https://etcd.io/docs/"]],
  [8500, ["the Consul API", "https://developer.hashicorp.com/consul/docs/install/ports"]],
  [8501, ["the Consul API", "https://developer.hashicorp.com/consul/docs/install/ports"]],
  [8200, ["the Vault API", "https://developer.hashicorp.com/vault/docs/internals/architecture"]],
  [4646, ["the Nomad API", "https://developer.hashicorp.com/nomad/docs/install/production/requirements"]],
  [16443, ["the MicroK8s API", "https://microk8s.io/docs/services-and-ports"]],
]);

const CONTROL_NAMES =
  /^(?:kubernetes(?:\.default(?:\.svc(?:\.cluster\.local)?)?)?|host\.docker\.internal|gateway\.docker\.internal|host\.containers\.internal)$/;

export const controlPlane: Detect = ({ endpoint: { name, transport, port } }) => {
  const reason = "whoever may speak to it can run things on the machines behind it";
  const known = transport === "tcp" && port !== null ? CONTROL_PLANES.get(port) : undefined;
  if (known !== undefined) return { reason, evidence: `port ${port} is that of ${known[0]}`, source: known[1] };
  if (name === null || !CONTROL_NAMES.test(name)) return null;
  const source = name.startsWith("kubernetes") ? KUBERNETES : "https://docs.docker.com/desktop/features/networking/";
  return { reason, evidence: `${name} is the cluster or the machine around the container`, source };
};

/** Registered for protocols whose usual form on that port has no encryption. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ["tcp 80", "HTTP"],
  ["tcp 21", "FTP"],
  ["tcp 23", "Telnet"],
  ["tcp 25", "SMTP"],
  ["tcp 110", "POP3"],
  ["tcp 143", "IMAP"],
  ["tcp 389", "LDAP"],
  ["tcp 1883", "MQTT"],
  ["tcp 6379", "Redis"],
  ["tcp 11211", "memcached"],
  ["udp 69", "TFTP"],
  ["udp 161", "SNMP"],
  ["udp 514", "syslog"],
  ["tcp 514", "syslog"],
  ["udp 8125", "statsd"],
]);

export const plainText: Detect = ({ endpoint: { transport, port, nameSources } }) => {
  const reason = "anybody on the way can read it and change it, its answers included";
  if (nameSources.includes("http-host")) {
    return { reason, evidence: "it was asked by HTTP without TLS", source: "RFC 9110 section 17.1" };
  }
  const protocol = PLAIN.get(`${transport} ${port ?? ""}`);
  if (protocol === undefined) return null;
  return {
    reason,
    evidence: `port ${port} is that of ${protocol}; the evidence does not tell what was spoken on it`,
    source: IANA,
  };
};

/** What agents ordinarily speak: the web and its names. */
const USUAL: ReadonlySet<string> = new Set([
  "tcp 443",
  "tcp 80",
  "udp 443",
  "udp 53",
  "tcp 53",
  "tcp 853",
  "udp 853",
  "udp 123",
]);

/** Where the port has a meaning that says what to ask. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ["tcp 22", "SSH, which can carry any other protocol inside"],
  ["tcp 9418", "git without encryption"],
  ["tcp 3128", "the usual port of HTTP proxies"],
  ["tcp 1080", "the usual port of SOCKS proxies"],
  ["tcp 5432", "PostgreSQL"],
  ["tcp 3306", "MySQL"],
  ["tcp 1433", "SQL Server"],
  ["tcp 27017", "MongoDB"],
  ["tcp 6379", "Redis"],
  ["tcp 5672", "AMQP"],
  ["tcp 9092", "Kafka"],
  ["tcp 4317", "OTLP over gRPC"],
  ["tcp 4318", "OTLP over HTTP"],
  ["tcp 3389", "remote desktop"],
  ["tcp 9001", "the usual port of Tor relays"],
  ["tcp 6667", "IRC"],
  ["udp 51820", "WireGuard"],
  ["udp 1194", "OpenVPN"],
]);

export const unusualPort: Detect = ({ endpoint: { transport, port } }) => {
  if (port === null || USUAL.has(`${transport} ${port}`)) return null;
  // Said already, and with more weight.
  if (transport === "tcp" && CONTROL_PLANES.has(port)) return null;
  const known = KNOWN.get(`${transport} ${port}`);
  const evidence =
    known === undefined ? `${port}/${transport} is not one of the web's` : `${port}/${transport}: ${known}`;
  return {
    reason: "ask what is spoken there: a filter that lets the port pass looks no further",
    evidence,
    source: IANA,
  };
};
