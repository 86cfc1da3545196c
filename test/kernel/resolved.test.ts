import path from "node:path";
import { expect, it } from "vitest";
import { printDnsmasq, printDnsmasqIpset } from "../../src/dialect/dnsmasq/index.ts";
import { parseFqdn } from "../../src/model/fqdn.ts";
import { parseInstant } from "../../src/model/instant.ts";
import { AT_OUTPUT, candidateOf } from "../dialect/packet/bakery.ts";
import { run } from "./namespace.ts";

/** dnsmasq changes its group on the way up, which root of a user namespace may not. */
const AS_REAL_ROOT: readonly string[] = [];

/** Printed when the second rule still had a year to live, and loaded when it is long over. */
const THEN = parseInstant("2019-01-01T00:00:00Z") ?? 0;
/** As late as iptables can say. */
const LATER = "2037-01-01T00:00:00Z";

const RULES = candidateOf([
  { name: "till.example", expires: LATER },
  { name: "stale.example", expires: "2020-01-01T00:00:00Z" },
  { name: "greedy.example", expires: LATER },
  { name: "_odd-.xn--bcker-gra.example", expires: LATER, port: 8443 },
  { addresses: ["198.18.0.2"], transport: "udp", port: 53, expires: LATER },
]);
const [model] = RULES.rules;
if (model === undefined) throw new Error("no rule");
const refused = {
  ...model,
  decision: "deny",
  reason: "denied",
  endpoint: { ...model.endpoint, name: parseFqdn("bad.till.example") },
} as const;

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "till.example": ["192.0.2.10", "2001:db8::10"],
  "below.till.example": ["192.0.2.11"],
  "bad.till.example": ["192.0.2.12"],
  "stale.example": ["192.0.2.13"],
  "greedy.example": ["169.254.169.254"],
  "_odd-.xn--bcker-gra.example": ["192.0.2.14"],
  "other.example": ["192.0.2.15"],
};

const FUTURE = (parseInstant(LATER) ?? 0) / 1_000_000;

/** What is done, and what comes of it. */
const STEPS: readonly (readonly [step: readonly (string | number)[], outcome: string])[] = [
  [["connect", "192.0.2.10", 443], "shut"],
  [["resolve", "till.example"], "resolved"],
  [["holds", "192.0.2.10"], `resolved4_tcp_443_${FUTURE}`],
  [["holds", "2001:db8::10"], `resolved6_tcp_443_${FUTURE}`],
  [["connect", "192.0.2.10", 443], "open"],
  [["connect", "2001:db8::10", 443], "open"],
  [["connect", "192.0.2.10", 8443], "shut"],
  [["connect", "192.0.2.15", 443], "shut"],
  // A reload keeps what the resolver put in.
  [["load"], "loaded"],
  [["connect", "192.0.2.10", 443], "open"],
  // The warning is true, and what was refused by name is shielded from it.
  [["resolve", "below.till.example"], "resolved"],
  [["connect", "192.0.2.11", 443], "open"],
  [["resolve", "bad.till.example"], "resolved"],
  [["connect", "192.0.2.12", 443], "shut"],
  [["resolve", "other.example"], "resolved"],
  [["connect", "192.0.2.15", 443], "shut"],
  [["resolve", "_odd-.xn--bcker-gra.example"], "resolved"],
  [["connect", "192.0.2.14", 8443], "open"],
  // Whoever owns a name cannot point it at the machine's credentials.
  [["resolve", "greedy.example"], "resolved"],
  [["holds", "169.254.169.254"], `resolved4_tcp_443_${FUTURE}`],
  [["connect", "169.254.169.254", 443], "shut"],
  // The element's end shuts it, and a new answer opens it again.
  [["gone", "192.0.2.10"], "gone"],
  [["connect", "192.0.2.10", 443], "shut"],
  [["resolve", "till.example"], "resolved"],
  [["connect", "192.0.2.10", 443], "open"],
];

const FILTERS = ["nftables", "iptables-nft", "iptables-legacy"] as const;
type Filter = (typeof FILTERS)[number];

function outcomes(filter: Filter, steps: readonly (readonly (string | number)[])[]): string[] {
  const candidate = { ...RULES, notProposed: [refused] };
  const registrable = (name: string): string => name.split(".").slice(-2).join(".");
  const options = { ...AT_OUTPUT, registrable, cache: 1, life: 8 };
  const backend = filter === "nftables" ? null : filter.slice("iptables-".length);
  const script = path.join(import.meta.dirname, "resolved.py");
  const addresses = Object.values(NAMES).flat();
  const input = JSON.stringify({ names: NAMES, addresses, ports: [443, 8443], steps, filter: backend });
  return run("python3", [script], filesFor(backend), input, AS_REAL_ROOT).trim().split("\n");

  function filesFor(of: string | null): Record<string, string> {
    if (of === null) {
      const { conf, nft } = printDnsmasq(candidate, THEN, options);
      return { "rules.nft": nft, "lines.conf": conf };
    }
    const { conf, sets, v4, v6 } = printDnsmasqIpset(candidate, THEN, options);
    return { "lines.conf": conf, "sets.ipset": sets, "rules.v4": v4, "rules.v6": v6 };
  }
}

it.each(FILTERS)(
  "with %s a name resolved is let out where it is known to be, as long as that is known, and nothing else is",
  (filter) => {
    const steps = STEPS.map(([step]) => step);
    const found = outcomes(filter, steps);
    expect(found.map((outcome, i) => [steps[i], outcome])).toEqual(STEPS);
  },
);

it.each(FILTERS)(
  "with %s a rule whose time is over lets nothing out, whatever the resolver still puts into its set",
  (filter) => {
    const steps = [
      ["resolve", "stale.example"],
      ["holds", "192.0.2.13"],
      ["connect", "192.0.2.13", 443],
    ];
    const over = (parseInstant("2020-01-01T00:00:00Z") ?? 0) / 1_000_000;
    expect(outcomes(filter, steps)).toEqual(["resolved", `resolved4_tcp_443_${over}`, "shut"]);
  },
);
