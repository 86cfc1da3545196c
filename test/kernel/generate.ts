/** Random rulesets out of what real ones are made of, the same for the same seed. */
import { Chance } from "./chance.ts";

// Disjoint within each list: nft refuses a set whose intervals overlap.
const V4 = [
  "192.0.2.0/30",
  "192.0.2.4-192.0.2.9",
  "192.0.2.128/25",
  "203.0.113.7",
  "127.0.0.0/8",
  "10.0.0.0-10.255.255.254",
];
const V6 = ["2001:db8::/64", "2001:db8:1::9", "2001:db8:2::1-2001:db8:2::ff", "::1"];
const PORTS = ["53", "80-90", "443", "1024-2047", "9999"];
const STATES = ["new", "established,related", "invalid", "{ new, related }", "established | new"];

/** nft refuses a rule that asks for two families or two protocols, so each rule keeps to one of each. */
interface Subject {
  readonly family: 4 | 6;
  readonly protocol: string | null;
}

function nftMatch(chance: Chance, { family, protocol }: Subject): string {
  const not = (): string => (chance.below(4) === 0 ? "!= " : "");
  const set = (items: readonly string[]): string =>
    chance.below(2) === 0 ? chance.one(items) : `{ ${chance.some(items).join(", ")} }`;
  const daddr = family === 4 ? "ip daddr" : "ip6 daddr";
  const addresses = family === 4 ? V4 : V6;
  switch (chance.below(7)) {
    case 0:
      return `${daddr} ${not()}${set(addresses)}`;
    case 1:
      return `${daddr} ${not()}@${family === 4 ? "four" : "six"}`;
    case 2:
      return `ct state ${not()}${chance.one(STATES)}`;
    case 3:
      return chance.one(['oifname "lo"', 'oifname != "lo"', `meta nfproto ipv${family}`]);
    case 4: {
      if (protocol === null) return `meta l4proto ${not()}${set(["tcp", "udp", "132", "icmp", "ipv6-icmp"])}`;
      const pairs = chance.some(addresses).map((address) => `${address} . ${chance.one(PORTS)}`);
      return `${daddr} . ${protocol} dport ${not()}{ ${pairs.join(", ")} }`;
    }
    case 5:
      if (protocol === null) return "meta l4proto { tcp, udp } th dport 53";
      return `${protocol} dport ${chance.one(["<", ">", "<=", ">="])} ${chance.one(["53", "443", "1024"])}`;
    default:
      return protocol === null ? `${daddr} ${set(addresses)}` : `${protocol} dport ${not()}${set(PORTS)}`;
  }
}

/** Chains are numbered, and jump only to later ones. There is no `reject` at the last hook, nor in what it jumps to. */
function nftRule(chance: Chance, from: number): string {
  const later = [1, 2, 3].filter((index) => index > from);
  const end = (): string => {
    const verdict = chance.one(["accept", "drop", "reject", "return", "jump", "goto"]);
    if (verdict !== "jump" && verdict !== "goto") return verdict;
    return later.length === 0 ? "accept" : `${verdict} c${chance.one(later)}`;
  };
  const mapped = chance.below(5) === 0;
  const protocol = chance.one(["tcp", "udp", "sctp", ...(mapped ? [] : [null])]);
  const subject: Subject = { family: chance.one([4, 6]), protocol };
  const matches = chance.times(0, 3, () => nftMatch(chance, subject)).join(" ");
  if (!mapped) return `${matches} counter ${end()}`;
  const elements = chance.some(PORTS).map((port) => `${port} : ${end().replace("reject", "drop")}`);
  return `${matches} ${protocol} dport vmap { ${elements.join(", ")} }`;
}

export function nftRuleset(seed: number): string {
  const chance = new Chance(seed);
  const chain = (name: string, head: string, from: number): string =>
    `chain ${name} {\n${head}\n${chance.times(1, 6, () => nftRule(chance, from)).join("\n")}\n}`;
  const base = (hook: string, priority: number): string =>
    `type filter hook ${hook} priority ${priority}; policy ${chance.one(["accept", "drop"])};`;
  return [
    "table inet t {",
    `set four {\ntype ipv4_addr\nflags interval\nelements = { ${chance.some(V4).join(", ")} }\n}`,
    `set six {\ntypeof ip6 daddr\nflags interval\nelements = { ${chance.some(V6).join(", ")} }\n}`,
    ...[3, 2, 1].map((index) => chain(`c${index}`, "", index)),
    chain("out", base("output", 0), 0),
    ...(chance.below(3) === 0 ? [chain("early", base("output", -5), 0)] : []),
    ...(chance.below(4) === 0 ? [chain("late", base("postrouting", 0), 3).replaceAll("reject", "drop")] : []),
    "}",
    "",
  ].join("\n");
}

function iptablesMatch(chance: Chance, family: 4 | 6): string {
  const not = (): string => (chance.below(4) === 0 ? "! " : "");
  const addresses = family === 4 ? V4 : V6;
  const range = (text: string): string => text.replace("-", ":");
  switch (chance.below(6)) {
    case 0:
      return `${not()}-d ${chance.one(addresses.filter((text) => !text.includes("-")))}`;
    case 1:
      return `-m iprange ${not()}--dst-range ${chance.one(addresses.filter((text) => text.includes("-")))}`;
    case 2:
      return `${not()}-o lo`;
    case 3:
      return `-m conntrack ${not()}--ctstate ${chance.one(["NEW", "RELATED,ESTABLISHED", "INVALID", "NEW,RELATED"])}`;
    default: {
      const protocol = chance.one(["tcp", "udp", "sctp"]);
      const ports = chance.some(PORTS).map(range).join(",");
      const one = `-m ${protocol} ${not()}--dport ${range(chance.one(PORTS))}`;
      return `-p ${protocol} ${chance.below(2) === 0 ? one : `-m multiport ${not()}--dports ${ports}`}`;
    }
  }
}

export function iptablesRules(seed: number, family: 4 | 6): string {
  const chance = new Chance(seed);
  const rule = (chain: string, from: number): string => {
    const later = [1, 2, 3].filter((index) => index > from);
    const verdicts = [
      "-j ACCEPT",
      "-j DROP",
      "-j REJECT",
      "-j RETURN",
      ...later.flatMap((i) => [`-j c${i}`, `-g c${i}`]),
    ];
    // Two matches of one kind would repeat an option, which iptables refuses.
    const matches = new Map(
      chance
        .times(0, 3, () => iptablesMatch(chance, family))
        .map((text) => [/-[dop]|iprange|ctstate/.exec(text)?.[0], text]),
    );
    return `-A ${chain} ${[...matches.values()].join(" ")} ${chance.one(verdicts)}`.replaceAll(/ +/g, " ");
  };
  return [
    "*filter",
    `:OUTPUT ${chance.one(["ACCEPT", "DROP"])} [0:0]`,
    ...[1, 2, 3].map((index) => `:c${index} - [0:0]`),
    ...chance.times(2, 7, () => rule("OUTPUT", 0)),
    ...[1, 2, 3].flatMap((index) => chance.times(1, 5, () => rule(`c${index}`, index))),
    "COMMIT",
    "",
  ].join("\n");
}

/** Another version of rules: some lines left out, some said twice, some moved up past their neighbours. */
export function edited(text: string, seed: number): string {
  const chance = new Chance(seed + 7919);
  const isRule = (line: string | undefined): boolean => /^-A |counter |vmap /.test(line ?? "");
  const lines = text.split("\n");
  for (let edits = 1 + chance.below(3); edits > 0; edits--) {
    const at = chance.one([...lines.keys()].filter((i) => isRule(lines[i])));
    const line = lines[at] ?? "";
    const how = chance.below(3);
    if (how === 0) lines.splice(at, 1, ...(lines.filter(isRule).length > 1 ? [] : [line]));
    else if (how === 1) lines.splice(at, 0, line);
    else if (isRule(lines[at - 1])) lines.splice(at - 1, 2, line, lines[at - 1] ?? "");
  }
  return lines.join("\n");
}
