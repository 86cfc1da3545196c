/** Istio: ServiceEntry objects are what a mesh knows outside itself, and a Sidecar can make that all there is. */
import type { NotModelled } from "../../model/policy.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, objectsOf } from "../lists/field.ts";
import { all, ALWAYS, type Entry, type List, type ListReader, some, type Test } from "../lists/list.ts";
import { blockTest, doubtAbout, prefixAt } from "../lists/parts.ts";
import { parsePattern, type Wildcards } from "../lists/pattern.ts";

export const ISTIO_WILDCARDS: Wildcards = {
  star: { depth: "any", apex: false },
  dot: null,
  plainIsBelow: false,
  inner: "none",
  lone: false,
};

/** Protocols whose first bytes name the host; a connection in any other is known by its address alone. */
const NAMED = new Set(["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTPS", "TLS"]);
const ROOT_NAMESPACE = "istio-system";
const OTHERS = new Set(["TCP", "MONGO", "MYSQL", "REDIS", "UDP"]);

/** Without a sidecar that asks for the registry only, the mesh's own setting decides, and that is in no policy file. */
function read(files: readonly PolicyFile[]): List {
  const notModelled: NotModelled[] = [];
  const objects = files.flatMap(objectsOf);
  const sidecars = objects.filter((object) => object.get("kind").text() === "Sidecar");
  const several = sidecars.length > 1 ? ["a sidecar beside others"] : [];
  const doubt = sidecars
    .slice(0, 1)
    .flatMap((sidecar) => doubtAbout(sidecar, [...several, ...narrowOf(sidecar)], notModelled));
  const entries = objects
    .filter((object) => object.get("kind").text() === "ServiceEntry")
    .flatMap((entry) => entriesOf(entry, sidecars, doubt, notModelled));
  const modes = new Set(sidecars.map((s) => s.get("spec").get("outboundTrafficPolicy").get("mode").text()));
  const [mode] = modes;
  const otherwise =
    modes.size !== 1 ? "unknown" : mode === "REGISTRY_ONLY" ? "deny" : mode === "ALLOW_ANY" ? "permit" : "unknown";
  return { entries, otherwise, notModelled };
}

/** Listeners for a port or an address of their own know their hosts only there. */
function narrowOf(sidecar: Field): string[] {
  const listeners = sidecar.get("spec").get("egress").items();
  return listeners.flatMap((listener) => listener.keysBeside(["hosts"])).slice(0, 8);
}

function entriesOf(
  object: Field,
  sidecars: readonly Field[],
  doubt: readonly Test[],
  notModelled: NotModelled[],
): Entry[] {
  const spec = object.get("spec");
  const namespace = object.get("metadata").get("namespace").text();
  const exported = isExported(spec.get("exportTo"), namespace, sidecars);
  const hosts = spec
    .get("hosts")
    .items()
    .filter((host) => exported !== false && isImported(host.text() ?? "", namespace, sidecars));
  const unsure = exported === null ? ["exportTo, for a workload of which namespace"] : [];
  const selects = doubtAbout(spec, [...spec.keysBeside(SILENT), ...unsure], notModelled);
  return spec
    .get("ports")
    .items()
    .flatMap((port) => {
      const number = port.get("number").integer(1, 65_535) ?? port.get("number").fail("a port number");
      const service: Test = { kind: "service", transport: "tcp", first: number, last: number };
      const protocol = (port.get("protocol").text() ?? "TCP").toUpperCase();
      if (!NAMED.has(protocol) && !OTHERS.has(protocol)) port.get("protocol").fail("a protocol that Istio knows");
      const entry = (place: string, where: Test): Entry => ({
        place,
        effect: "permit",
        test: all([where, service, ...doubt, ...selects]),
        reason: object.remark,
      });
      if (hosts.length === 0 || protocol === "UDP") return [];
      const blocks = spec
        .get("addresses")
        .items()
        .map((address) => blockTest(prefixAt(address), []));
      // In TLS the addresses are compared too; in HTTP the name alone.
      const where = blocks.length > 0 && ["TLS", "HTTPS"].includes(protocol) ? some(blocks) : ALWAYS;
      if (NAMED.has(protocol)) return hosts.map((host) => entry(host.place, all([hostTest(host), where])));
      // Without addresses the port alone is compared: the entry is for every host there is.
      return [entry(port.place, blocks.length === 0 ? ALWAYS : some(blocks))];
    });
}

/** Fields that change where a connection ends up, and not whether it may leave. */
const SILENT = [
  "hosts",
  "addresses",
  "ports",
  "location",
  "resolution",
  "endpoints",
  "subjectAltNames",
  "exportTo",
  "workloadSelector",
];

function hostTest(host: Field): Test {
  const pattern = parsePattern(host.text() ?? "", ISTIO_WILDCARDS);
  return { kind: "host", pattern: pattern ?? host.fail("a host name, or one that begins with a star") };
}

/** Namespaces that an entry is shown to; a sidecar of the mesh's own namespace stands for workloads of any. Null: cannot be told. */
function isExported(exportTo: Field, namespace: string | null, sidecars: readonly Field[]): boolean | null {
  const shown = exportTo.items().map((field) => field.text() ?? field.fail('a namespace, ".", "*" or "~"'));
  if (shown.length === 0 || shown.includes("*")) return true;
  if (shown.includes("~")) return false;
  const own = sidecars[0]?.get("metadata").get("namespace").text() ?? null;
  if (sidecars.length === 0 || own === ROOT_NAMESPACE) return null;
  return shown.some((name) => (name === "." ? namespace : name) === own);
}

/** A sidecar's `egress.hosts` are `namespace/name`; what none of them takes, it does not know. */
function isImported(host: string, namespace: string | null, sidecars: readonly Field[]): boolean {
  const [sidecar] = sidecars;
  const wanted =
    sidecar
      ?.get("spec")
      .get("egress")
      .items()
      .flatMap((listener) => listener.get("hosts").items()) ?? [];
  if (sidecar === undefined || wanted.length === 0) return true;
  const own = sidecar.get("metadata").get("namespace").text();
  return wanted.some((field) => {
    const [from = "", name = ""] = (field.text() ?? "").split("/");
    if (from !== "*" && (from === "." ? own : from) !== namespace) return false;
    return name === host || name === "*" || (name.startsWith("*.") && host.endsWith(name.slice(1)));
  });
}

export const istioReader: ListReader = { dialect: "istio", sees: "both", holdsReasons: true, governs: ["tcp"], read };

export function sniffIstio(text: string): boolean {
  return (
    /(?:^|[\s{,])["']?kind["']?\s*:\s*["']?(ServiceEntry|Sidecar)\b/.test(text) && /networking\.istio\.io\//.test(text)
  );
}
