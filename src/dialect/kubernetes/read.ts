/** Kubernetes NetworkPolicy (networking.k8s.io/v1): what pods may send, by blocks of addresses and ports. */
import type { NotModelled } from "../../model/policy.ts";
import { addressOf, lengthOf, type Prefix, prefixOf } from "../../model/prefix.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, objectsOf } from "../lists/field.ts";
import { all, ALWAYS, type Entry, type List, type ListReader, some, type Test } from "../lists/list.ts";
import { blockTest, doubtAbout, EVERY_PORT, prefixAt, transportAt } from "../lists/parts.ts";

/** RFC 6335, section 5.1. */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

const TRANSPORTS = ["tcp", "udp", "sctp"] as const;

/** Policies add up: what any of them permits is permitted, and a pod that one of them selects is denied the rest. */
function read(files: readonly PolicyFile[]): List {
  const notModelled: NotModelled[] = [];
  const policies = files.flatMap(objectsOf).filter(isPolicy);
  const egress = policies.filter((policy) => isolatesEgress(policy.get("spec")));
  const selections = new Set(egress.map(selectionOf));
  const spaces = new Set(egress.map(namespaceOf));
  const entries = egress.flatMap((policy) => {
    const spec = policy.get("spec");
    const chosen =
      selections.size === 1 || (spaces.size === 1 && isEveryPod(spec))
        ? []
        : doubtAbout(spec, ["a pod selector beside others"], notModelled);
    return spec
      .get("egress")
      .items()
      .flatMap((rule) => entriesOf(rule, chosen, notModelled));
  });
  return { entries, otherwise: egress.length > 0 ? "deny" : "permit", notModelled };
}

/** Other projects have objects of the same kind. */
function isPolicy(object: Field): boolean {
  const version = object.get("apiVersion").text() ?? "networking.k8s.io/v1";
  return object.get("kind").text() === "NetworkPolicy" && version.startsWith("networking.k8s.io/");
}

function namespaceOf(policy: Field): string {
  return policy.get("metadata").get("namespace").text() ?? "";
}

/** Without `policyTypes`, egress is isolated where the policy has rules for it. */
function isolatesEgress(spec: Field): boolean {
  const types = spec.get("policyTypes");
  if (types.isMissing) return spec.get("egress").items().length > 0;
  return types.items().some((type) => type.text() === "Egress");
}

function selectionOf(policy: Field): string {
  return `${namespaceOf(policy)} ${policy.get("spec").get("podSelector").canonical()}`;
}

function isEveryPod(spec: Field): boolean {
  return ["null", "{}"].includes(spec.get("podSelector").canonical());
}

/** A rule without `to` is for every destination, one without `ports` for every port; each entry of `to` is one of ours. */
function entriesOf(rule: Field, chosen: readonly Test[], notModelled: NotModelled[]): Entry[] {
  const services = servicesOf(rule, notModelled);
  const strange = doubtAbout(rule, rule.keysBeside(["to", "ports"]), notModelled);
  const entry = (place: string, where: Test): Entry => ({
    place,
    effect: "permit",
    test: all([where, services, ...chosen, ...strange]),
    reason: rule.remark,
  });
  const peers = rule.get("to").items();
  if (peers.length === 0) return [entry(rule.place, ALWAYS)];
  return peers.map((peer) => entry(peer.place, peerTest(peer, notModelled)));
}

function peerTest(peer: Field, notModelled: NotModelled[]): Test {
  const block = peer.get("ipBlock");
  const beside = peer.keysBeside(["ipBlock"]);
  if (block.isMissing && beside.length === 0) peer.fail("ipBlock, podSelector or namespaceSelector");
  // Which addresses the chosen pods have is the cluster's to know.
  const pods = doubtAbout(peer, beside, notModelled);
  if (block.isMissing) return all(pods);
  if (beside.length > 0) peer.fail("either a block or selectors");
  const cidr = prefixAt(block.get("cidr"));
  return blockTest(
    cidr,
    block
      .get("except")
      .items()
      .map((field) => exceptAt(field, cidr)),
  );
}

function exceptAt(field: Field, cidr: Prefix): Prefix {
  const prefix = prefixAt(field);
  const isInside = lengthOf(prefix) > lengthOf(cidr) && prefixOf(addressOf(prefix), lengthOf(cidr)) === cidr;
  return isInside ? prefix : field.fail(`a block inside ${cidr}`);
}

function servicesOf(rule: Field, notModelled: NotModelled[]): Test {
  const ports = rule.get("ports").items();
  return ports.length === 0 ? ALWAYS : some(ports.map((port) => serviceTest(port, notModelled)));
}

function serviceTest(field: Field, notModelled: NotModelled[]): Test {
  const transport = transportAt(field.get("protocol"), TRANSPORTS, "tcp");
  const port = field.get("port");
  if (!field.get("endPort").isMissing && !port.isNumber) field.get("endPort").fail("a number as port");
  if (port.isMissing) return { kind: "service", transport, ...EVERY_PORT };
  // A name is resolved by each pod's own container ports; in quotes a number is a name too, and a name has a letter.
  if (!port.isNumber) {
    if (!PORT_NAME.test(port.text() ?? "")) port.fail("a port as a number without quotes, or by its name");
    const doubt = doubtAbout(port, ["a named port"], notModelled);
    return all([{ kind: "service", transport, ...EVERY_PORT }, ...doubt]);
  }
  const first = port.integer(1, 65_535) ?? 0;
  const last = field.get("endPort").integer(first, 65_535) ?? first;
  return { kind: "service", transport, first, last };
}

export const kubernetesReader: ListReader = {
  dialect: "kubernetes",
  sees: "addresses",
  holdsReasons: true,
  governs: TRANSPORTS,
  read,
};

export function sniffKubernetes(text: string): boolean {
  return /(?:^|[\s{,])["']?kind["']?\s*:\s*["']?NetworkPolicy\b/.test(text) && /networking\.k8s\.io\//.test(text);
}
