/** What one match of a random nftables rule asks: every construct that a ruleset names destinations, ports or states with. */
import { type Family, fromBigInt } from "../../../src/model/address.ts";
import type { Chance } from "../chance.ts";
import type { Pool, Span } from "./pools.ts";

export interface Words {
  readonly addresses: Readonly<Record<Family, Pool>>;
  readonly ports: Pool;
}

/** A rule asks for one family and one protocol, since nft refuses two; null leaves the protocol open. */
export interface Subject {
  readonly family: Family;
  readonly protocol: "tcp" | "udp" | "sctp" | null;
  /** Whether its table sees both families: only there may a rule ask which one it is. */
  readonly mixed: boolean;
}

const STATES = [
  "new",
  "established,related",
  "invalid",
  "{ new, related }",
  "established | new",
  "untracked",
  "{ established, related }",
];
const NUMBERS = ["tcp", "udp", "sctp", "icmp", "ipv6-icmp", "6", "17"];
const TCP_FLAGS = [
  "syn",
  "& (fin | syn | rst | ack) == syn",
  "& (syn | ack) == syn | ack",
  "& (fin | syn | rst | ack) != syn",
  "ack",
  "! ack",
];

export const addressHead = (family: Family): string => (family === 4 ? "ip daddr" : "ip6 daddr");

/** One value, or a set written in place. */
export function few(chance: Chance, pool: Pool): string {
  if (chance.once(2)) return pool.text(chance.one(pool.spans));
  return `{ ${chance
    .shuffled(chance.some(pool.spans))
    .map((span) => pool.text(span))
    .join(", ")} }`;
}

/** Pairs that share no box, since both pools are disjoint and no pair comes twice. */
export function pairs(chance: Chance, pools: readonly [Pool, Pool], points: boolean): [string, string][] {
  const text = (pool: Pool, span: Span): string => pool.text(points ? { ...span, last: span.first } : span);
  const found = new Map<string, [string, string]>();
  for (let n = 1 + chance.below(6); n > 0; n--) {
    const pair: [string, string] = [
      text(pools[0], chance.one(pools[0].spans)),
      text(pools[1], chance.one(pools[1].spans)),
    ];
    found.set(pair.join(), pair);
  }
  return [...found.values()];
}

/** Matches that name a protocol themselves: two of them would conflict, and nft looks. */
const NAMES_PROTOCOL = /l4proto|protocol|nexthdr|icmp/;

export function matches(chance: Chance, words: Words, subject: Subject): string[] {
  const found = chance.times(0, 3, () => match(chance, words, subject));
  const first = found.findIndex((text) => NAMES_PROTOCOL.test(text));
  return found.filter((text, i) => i === first || !NAMES_PROTOCOL.test(text));
}

export function match(chance: Chance, words: Words, subject: Subject): string {
  const { family, protocol } = subject;
  const not = chance.once(4) ? "!= " : "";
  const pool = words.addresses[family];
  const daddr = addressHead(family);
  switch (chance.below(10)) {
    case 0:
      return `${daddr} ${not}${few(chance, pool)}`;
    case 1:
      return chance.one([
        `${daddr} ${not}@a${family}`,
        `${daddr} ${not}@p${family}`,
        `${daddr} ${not}@pt${family}`,
        `${daddr} ${not}$net${family}`,
        masked(chance, pool, family, not),
      ]);
    case 2:
      return `ct state ${not}${chance.one(STATES)}`;
    case 3:
      return context(chance, subject);
    case 4:
      return `${daddr} ${chance.one(["<", ">", "<=", ">="])} ${pool.text(pointOf(chance, pool))}`;
    case 5:
      return protocol === null ? guard(chance, words, subject, not) : together(chance, words, family, protocol, not);
    case 6:
      if (protocol === null) return `${daddr} ${not}${few(chance, pool)}`;
      return `${protocol} dport ${chance.one(["<", ">", "<=", ">="])} ${words.ports.text(pointOf(chance, words.ports))}`;
    case 7:
      if (protocol !== null && chance.once(5)) return fromAnywhere(chance, protocol);
      if (protocol === "tcp" && chance.once(2)) return flags(chance);
      return protocol === null ? guard(chance, words, subject, not) : `${protocol} dport ${not}@ports`;
    default:
      return protocol === null
        ? guard(chance, words, subject, not)
        : `${protocol} dport ${not}${chance.one([few(chance, words.ports), "$web", few(chance, words.ports)])}`;
  }
}

function pointOf(chance: Chance, pool: Pool): Span {
  const { first, last, length } = chance.one(pool.spans);
  const at = chance.one([first, last]);
  return { first: at, last: at, length };
}

/** The bits of an address under a mask that has holes in it. */
function masked(chance: Chance, pool: Pool, family: Family, not: string): string {
  const bits = family === 4 ? 32n : 128n;
  let mask = (1n << bits) - 1n;
  for (let n = 1 + chance.below(10); n > 0; n--) mask &= ~(1n << BigInt(chance.below(Number(bits))));
  const under = mask & ~((1n << BigInt(chance.below(9))) - 1n);
  const value = chance.one(pool.spans).first & under;
  const not_ = not === "" ? chance.one(["", "== "]) : not;
  return `${addressHead(family)} & ${fromBigInt(under, family)} ${not_}${fromBigInt(value, family)}`;
}

/** Every port that a connection can come from, or none. Never `!=` one: nft 1.0.6 makes one comparison of two fields beside each other. */
function fromAnywhere(chance: Chance, protocol: string): string {
  return `${protocol} sport ${chance.one(["1-65535", "0-65535", "0", ">= 1", "!= 1-65535", "{ 1-1023, 1024-65535 }"])}`;
}

function flags(chance: Chance): string {
  return `tcp flags ${chance.one(TCP_FLAGS)}`;
}

/** What does not hang on the destination, in the forms that name it. */
function context(chance: Chance, { family, mixed }: Subject): string {
  return chance.one([
    ...(mixed ? [`meta nfproto ipv${family}`, `meta protocol ${family === 4 ? "ip" : "ip6"}`] : []),
    'oifname "lo"',
    'oifname != "lo"',
    'oifname { "lo", "out1" }',
    'oifname "ou*"',
    "oif lo",
    'oif != "out0"',
    "meta skuid 0",
    "meta skuid != 0",
    "meta skuid { 0, 33 }",
    "meta skuid 1-99",
    "meta time < 1600000000",
    "meta time < 4000000000",
    "meta time >= 1600000000",
    "meta hour 0-86399",
    "meta hour != 0-86399",
    "meta day 0-6",
    'meta day != { "Monday", 0, 2-6 }',
    limit(chance, `ip${family === 4 ? "" : "6"} daddr`),
    limit(chance, `ip${family === 4 ? "" : "6"} daddr`),
  ]);
}

/** Limits with room for every packet of a batch: those without are tried with one packet alone. */
function limit(chance: Chance, key: string): string {
  const over = chance.one(["", "over "]);
  // An element has the limit that it was added with, whichever rule looks at it later.
  return chance.one([
    `limit rate ${over}100000/second burst 100000 packets`,
    `limit rate ${over}100 mbytes/second burst 100 mbytes`,
    `limit name "${over === "" ? "many" : "beyond"}"`,
    `quota ${over}1000 mbytes`,
    `quota name "${over === "" ? "much" : "past"}"`,
    `ct count ${over}100000`,
    `${chance.one(["add", "update"])} @${over === "" ? "seen" : "past"}${key === "ip daddr" ? 4 : 6} { ${key} limit rate ${over}100000/second burst 100000 packets }`,
  ]);
}

/** Protocols by number and name, and ports of several protocols at once. */
function guard(chance: Chance, words: Words, { family }: Subject, not: string): string {
  const list = chance.once(2)
    ? chance.one(NUMBERS)
    : `{ ${[...new Set(chance.some(NUMBERS.slice(0, 5)))].join(", ")} }`;
  const echo = family === 4 ? "icmp" : "icmpv6";
  switch (chance.below(6)) {
    case 0:
      return `meta l4proto { tcp, udp } th dport ${not}${few(chance, words.ports)}`;
    case 1:
      return `${family === 4 ? "ip protocol" : "ip6 nexthdr"} ${not}${list}`;
    case 2:
      return `${echo} type ${not}${chance.one(["echo-request", "{ echo-request, echo-reply }", "echo-reply", "1-8", "128"])}`;
    case 3: {
      const elements = chance
        .some(words.ports.spans)
        .flatMap((span) => chance.some(["tcp", "udp", "sctp"]).map((p) => `${p} . ${words.ports.text(span)}`));
      return `meta l4proto . th dport ${not}{ ${elements.join(", ")} }`.replace(
        "meta l4proto . th",
        "meta l4proto { tcp, udp, sctp } meta l4proto . th",
      );
    }
    case 4:
      return `meta l4proto { tcp, udp } meta l4proto . th dport ${not}@protocol_port`;
    default:
      return `meta l4proto ${not}${list}`;
  }
}

/** Concatenations, in either order, by name or in place. */
function together(chance: Chance, words: Words, family: Family, protocol: string, not: string): string {
  const address = addressHead(family);
  const port = `${protocol} dport`;
  const pools = [words.addresses[family], words.ports] as const;
  const inPlace = pairs(chance, pools, chance.once(3));
  const way = (): string => chance.one(['"lo"', '"out0"', '"out1"']);
  switch (chance.below(10)) {
    case 6:
      return `oifname . ${address} ${not}@oa${family}`;
    case 7:
      return `oifname . ${address} . ${port} ${not}{ ${inPlace.map((pair) => `${way()} . ${pair.join(" . ")}`).join(", ")} }`;
    case 8:
      return `${port} . oif ${not}{ ${inPlace.map(([, p]) => `${p} . ${chance.one(["lo", "out0"])}`).join(", ")} }`;
    case 0:
      return `${address} . ${port} ${not}@ap${family}`;
    case 1:
      return `${port} . ${address} ${not}@pa${family}`;
    case 2:
      return `${address} . meta l4proto . th dport ${not}@apl${family}`;
    case 3:
      return `${port} . ${address} ${not}{ ${inPlace.map(([a, p]) => `${p} . ${a}`).join(", ")} }`;
    case 4:
      return `meta l4proto ${protocol} ${address} . th dport ${not}{ ${inPlace.map((pair) => pair.join(" . ")).join(", ")} }`;
    case 9:
      return `${address} . ${port} ${not}@apt${family}`;
    default:
      return `${address} . ${port} ${not}{ ${inPlace.map((pair) => pair.join(" . ")).join(", ")} }`;
  }
}
