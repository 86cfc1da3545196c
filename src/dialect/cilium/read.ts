/** CiliumNetworkPolicy (cilium.io/v2): names learned from DNS answers, blocks, entities, and denials that win. */
import type { NotModelled } from "../../model/policy.ts";
import type { Prefix } from "../../model/prefix.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, objectsOf } from "../lists/field.ts";
import {
  all,
  ALWAYS,
  deniesFirst,
  type Entry,
  type List,
  type ListReader,
  NEVER,
  some,
  type Test,
} from "../lists/list.ts";
import { blockTest, doubtAbout, EVERY_PORT, prefixAt } from "../lists/parts.ts";
import { parsePattern, type Wildcards } from "../lists/pattern.ts";

const TRANSPORTS = ["tcp", "udp", "sctp"] as const;

/** `matchPattern`: a star takes what may stand in one label; alone it takes every name. */
export const CILIUM_WILDCARDS: Wildcards = {
  star: { depth: "one", apex: false },
  dot: null,
  plainIsBelow: false,
  inner: "label",
  lone: true,
};

const DEEP = { depth: "any", apex: false } as const;

/** Members of a rule that say where to; with none of them a rule is for every destination. */
const DESTINATIONS = [
  "toFQDNs",
  "toCIDR",
  "toCIDRSet",
  "toEntities",
  "toEndpoints",
  "toServices",
  "toGroups",
  "toNodes",
];

function read(files: readonly PolicyFile[]): List {
  const notModelled: NotModelled[] = [];
  const policies = files.flatMap(objectsOf).filter(isPolicy);
  const chosenBy = new Map(
    policies.flatMap((policy) => specsOf(policy).map((spec) => [spec, selectionOf(policy, spec)])),
  );
  const specs = [...chosenBy.keys()].filter((spec) => governsPods(spec, notModelled));
  const selections = new Set(specs.map((spec) => chosenBy.get(spec)));
  const entries = specs.flatMap((spec) => {
    const chosen = selections.size === 1 ? [] : doubtAbout(spec, ["an endpoint selector beside others"], notModelled);
    const of = (key: string, effect: Entry["effect"]): Entry[] =>
      spec
        .get(key)
        .items()
        .flatMap((rule) => entriesOf(rule, effect, chosen, notModelled));
    return [...of("egressDeny", "deny"), ...of("egress", "permit")];
  });
  return { entries: deniesFirst(entries), otherwise: specs.some(isolatesEgress) ? "deny" : "permit", notModelled };
}

function isPolicy(object: Field): boolean {
  return /^Cilium(Clusterwide)?NetworkPolicy$/.test(object.get("kind").text() ?? "");
}

function specsOf(policy: Field): Field[] {
  const spec = policy.get("spec");
  return [...(spec.isMissing ? [] : [spec]), ...policy.get("specs").items()];
}

/** Which endpoints: those of its namespace, or with a clusterwide policy of all. */
function selectionOf(policy: Field, spec: Field): string {
  const space = policy.get("metadata").get("namespace").text() ?? "";
  return `${policy.get("kind").text() ?? ""} ${space} ${spec.get("endpointSelector").canonical()}`;
}

/** What says nothing of egress has no part in it, and what selects nodes is about the hosts. */
function governsPods(spec: Field, notModelled: NotModelled[]): boolean {
  if (!spec.get("nodeSelector").isMissing) return doubtAbout(spec, ["nodeSelector"], notModelled).length === 0;
  return spec.get("egress").items().length + spec.get("egressDeny").items().length > 0;
}

/** Any rule for egress denies the rest, unless the policy says that it does not. */
function isolatesEgress(spec: Field): boolean {
  const rules = [...spec.get("egress").items(), ...spec.get("egressDeny").items()];
  return rules.length > 0 && spec.get("enableDefaultDeny").get("egress").text() !== "false";
}

function entriesOf(rule: Field, effect: Entry["effect"], chosen: readonly Test[], notModelled: NotModelled[]): Entry[] {
  const beside = doubtAbout(rule, rule.keysBeside([...DESTINATIONS, "toPorts"]), notModelled);
  const services = servicesOf(rule.get("toPorts"), notModelled);
  const entry = (place: string, where: Test): Entry => ({
    place,
    effect,
    test: all([where, services, ...chosen, ...beside]),
    reason: rule.remark,
  });
  const given = rule.keysBeside([]).filter((key) => DESTINATIONS.includes(key));
  // An empty rule opens nothing: it is how a policy asks for denial of the rest.
  if (given.length === 0) return rule.get("toPorts").isMissing ? [] : [entry(rule.place, ALWAYS)];
  return given.flatMap((key) =>
    rule
      .get(key)
      .items()
      .map((peer) => entry(peer.place, peerTest(key, peer, notModelled))),
  );
}

function peerTest(key: string, peer: Field, notModelled: NotModelled[]): Test {
  switch (key) {
    case "toFQDNs":
      return hostTest(peer);
    case "toCIDR":
      return blockTest(prefixAt(peer), []);
    case "toCIDRSet":
      if (peer.get("cidr").isMissing) return all(doubtAbout(peer, peer.keysBeside(["except"]), notModelled));
      return blockTest(prefixAt(peer.get("cidr")), peer.get("except").items().map(prefixAt));
    case "toEntities":
      if (["world", "all"].includes(peer.text() ?? "")) return ALWAYS;
      if (peer.text() === "world-ipv4") return { kind: "block", prefix: "0.0.0.0/0" as Prefix };
      if (peer.text() === "world-ipv6") return { kind: "block", prefix: "::/0" as Prefix };
      if (peer.text() === "none") return NEVER;
      return all(doubtAbout(peer, [`the entity ${peer.text() ?? ""}`], notModelled));
    default:
      return all(doubtAbout(peer, [key], notModelled));
  }
}

function hostTest(peer: Field): Test {
  const name = peer.get("matchName");
  const from = name.isMissing ? peer.get("matchPattern") : name;
  const text = (from.text() ?? "").replace(/\.$/, "");
  const pattern = name.isMissing || !text.includes("*") ? parsePattern(text, CILIUM_WILDCARDS) : null;
  if (pattern === null) return from.fail("a host name or pattern");
  // Every name still means addresses that some answer named.
  if (pattern.kind === "any") return some([{ kind: "named" }, { kind: "doubt", reason: "the name is not known" }]);
  const deep = text.startsWith("**.") ? parsePattern(text.slice(1), { ...CILIUM_WILDCARDS, star: DEEP }) : null;
  if (deep === null) return { kind: "host", pattern };
  const reason = "two stars take several labels in newer versions only";
  return some([
    { kind: "host", pattern },
    all([
      { kind: "host", pattern: deep },
      { kind: "doubt", reason },
    ]),
  ]);
}

function servicesOf(toPorts: Field, notModelled: NotModelled[]): Test {
  const rules = toPorts.items().map((rule) => {
    const ports = rule
      .get("ports")
      .items()
      .map((port) => serviceTest(port, notModelled));
    const inspected = rule.get("rules").keysBeside(["dns"]);
    const strange = [...rule.keysBeside(["ports", "rules"]), ...inspected];
    return all([ports.length === 0 ? ALWAYS : some(ports), ...doubtAbout(rule, strange, notModelled)]);
  });
  return rules.length === 0 ? ALWAYS : some(rules);
}

function serviceTest(field: Field, notModelled: NotModelled[]): Test {
  const text = field.get("protocol").text() ?? "ANY";
  const transport = TRANSPORTS.find((each) => each.toUpperCase() === text.toUpperCase()) ?? null;
  if (transport === null && text.toUpperCase() !== "ANY") field.get("protocol").fail("TCP, UDP, SCTP or ANY");
  const port = field.get("port");
  // The name of a port is resolved by each pod's own container ports.
  if (!/^\d*$/.test(port.text() ?? ""))
    return all([{ kind: "service", transport, ...EVERY_PORT }, ...doubtAbout(port, ["a named port"], notModelled)]);
  const first = port.integer(0, 65_535) ?? 0;
  if (first === 0) return { kind: "service", transport, ...EVERY_PORT };
  const last = field.get("endPort").integer(0, 65_535) ?? 0;
  return { kind: "service", transport, first, last: Math.max(first, last) };
}

export const ciliumReader: ListReader = {
  dialect: "cilium",
  sees: "both",
  holdsReasons: true,
  governs: TRANSPORTS,
  read,
};

export function sniffCilium(text: string): boolean {
  return /(?:^|[\s{,])["']?kind["']?\s*:\s*["']?Cilium(Clusterwide)?NetworkPolicy\b/.test(text);
}
