/** The heads of expressions that read something from a packet: `ip daddr`, `ct original saddr`, `fib daddr . iif oif`. */
import type { Cursor } from "./cursor.ts";
import type { Value } from "./tree.ts";

/** Headers whose field is the one word after them. */
const HEADERS: ReadonlySet<string> = new Set([
  "ip",
  "ip6",
  "tcp",
  "udp",
  "udplite",
  "sctp",
  "dccp",
  "th",
  "icmp",
  "icmpv6",
  "igmp",
  "ah",
  "esp",
  "comp",
  "ether",
  "vlan",
  "arp",
  "frag",
  "hbh",
  "dst",
  "rt",
  "mh",
  "meta",
  "exthdr",
]);

/** Keys of `meta` that may stand without it. */
const BARE_META: ReadonlySet<string> = new Set([
  "iif",
  "iifname",
  "iiftype",
  "iifgroup",
  "oif",
  "oifname",
  "oiftype",
  "oifgroup",
  "mark",
  "skuid",
  "skgid",
  "nftrace",
  "rtclassid",
  "ibriport",
  "ibrname",
  "obriport",
  "obrname",
  "pkttype",
  "cpu",
  "cgroup",
  "time",
  "day",
  "hour",
]);

const CT_WITH_FAMILY: ReadonlySet<string> = new Set(["ip", "ip6"]);

/** Whether a selector begins here. */
export function atSelector(cursor: Cursor): boolean {
  const { kind, text } = cursor.peek();
  if (kind === "sign")
    return text === "@" && /^(ll|nh|th|ih)$/.test(cursor.peek(1).text) && cursor.peek(2).text === ",";
  if (kind !== "word") return false;
  return HEADERS.has(text) || BARE_META.has(text) || ["ct", "fib", "socket"].includes(text);
}

export function parseSelector(cursor: Cursor): Value {
  const { text: head, at } = cursor.next();
  const words = [head];
  const word = (what: string): string => {
    words.push(cursor.name(what));
    return words.at(-1) ?? "";
  };
  if (head === "@") words.splice(0, 1, rawPayload(cursor));
  else if (head === "ct") conntrack(word);
  else if (head === "fib") fib(cursor, words, word);
  else if (head === "socket") socket(cursor, words, word);
  else if (HEADERS.has(head)) header(head, cursor, word);
  // Copied, since what was gathered has room for more than it holds.
  return { kind: "selector", words: asListed(words).slice(), at };
}

/** `meta oifname` and `oifname` are one; nft lists interfaces without `meta` and everything else with it. */
export function asListed(words: readonly string[]): readonly string[] {
  const [first = "", second = ""] = words;
  if (first === "meta" && /^[io]if/.test(second)) return words.slice(1);
  return BARE_META.has(first) && !/^[io]if/.test(first) ? ["meta", ...words] : words;
}

function header(head: string, cursor: Cursor, word: (what: string) => string): void {
  // `nexthdr` and the like are words; a field can also be a number's name such as `option` with two more words.
  const field = word(`a field of ${head}`);
  if (head === "tcp" && field === "option") {
    word("a TCP option");
    if (cursor.peek().kind === "word" && !cursor.is("exists", "missing", "set")) word("a field of the option");
  } else if (head === "rt" && CT_WITH_FAMILY.has(field)) word("a routing key");
}

function conntrack(word: (what: string) => string): void {
  const first = word("a conntrack key");
  if (first !== "original" && first !== "reply") return;
  const second = word("a conntrack key");
  if (CT_WITH_FAMILY.has(second)) word("saddr or daddr");
}

function fib(cursor: Cursor, words: string[], word: (what: string) => string): void {
  word("a fib key");
  while (cursor.take(".")) {
    words.push(".");
    word("a fib key");
  }
  word("oif, oifname or type");
}

function socket(cursor: Cursor, words: string[], word: (what: string) => string): void {
  if (word("a socket key") !== "cgroupv2") return;
  cursor.expect("level");
  words.push("level", cursor.next().text);
}

/** `@th,16,32`: base, offset and length in bits. */
function rawPayload(cursor: Cursor): string {
  const parts = [cursor.next().text];
  while (cursor.take(",")) parts.push(cursor.next().text);
  return `@${parts.join(",")}`;
}
