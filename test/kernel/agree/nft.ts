/** Random nftables rulesets: tables of each family, sets and maps by name, chains that jump, several base chains. */
import type { Family } from "../../../src/model/address.ts";
import { Chance } from "../chance.ts";
import { addressHead, few, match, matches, pairs, type Subject, type Words } from "./nft-words.ts";
import { addressPool, portPool } from "./pools.ts";
import type { Line, Ruleset } from "./ruleset.ts";

type TableFamily = "ip" | "ip6" | "inet";
const FAMILIES: Readonly<Record<TableFamily, readonly Family[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

export function nftRuleset(seed: number): Ruleset {
  const chance = new Chance(seed);
  const words = { addresses: { 4: addressPool(chance, 4), 6: addressPool(chance, 6) }, ports: portPool(chance) };
  const lines = [
    `define web = { ${chance
      .some(words.ports.spans)
      .map((span) => words.ports.text(span))
      .join(", ")} }`,
    ...([4, 6] as const).map((f) => `define net${f} = ${few(chance, words.addresses[f])}`),
  ].map(loose);
  const tables = chance.shuffled(["inet", "ip", "ip6"] as const).slice(0, chance.one([1, 1, 2]));
  for (const family of tables) lines.push(...new Table(chance, words, family).lines());
  const [first] = tables;
  if (first !== undefined && chance.once(4)) lines.push(...new Table(chance, words, first).commands());
  return { files: { "rules.nft": lines } };
}

type RuleText = readonly [parts: string[], end: string];

const loose = (text: string): Line => ({ parts: [], end: text });

class Table {
  readonly #chance: Chance;
  readonly #words: Words;
  readonly #family: TableFamily;

  constructor(chance: Chance, words: Words, family: TableFamily) {
    this.#chance = chance;
    this.#words = words;
    this.#family = family;
  }

  lines(): Line[] {
    const chance = this.#chance;
    const base = (hook: string, priority: string): string =>
      `type ${chance.once(6) && hook === "output" ? "route" : "filter"} hook ${hook} priority ${priority}; policy ${chance.one(["accept", "drop"])};`;
    return [
      `table ${this.#family} t {`,
      ...FAMILIES[this.#family].flatMap((family) => this.#sets(family)),
      ...this.#common(),
      // Chains are numbered and go to later ones only. There is no `reject` at the last hook, nor in what it jumps to.
      ...[3, 2, 1].flatMap((index) => this.#chain(`c${index}`, "", index, true)),
      ...this.#chain("out", base("output", chance.one(["0", "filter", "filter - 5", "-100"])), 0, true),
      ...(chance.once(3)
        ? this.#chain("early", base("output", chance.one(["-150", "raw", "mangle + 1"])), 0, true, chance.once(2))
        : []),
      ...(chance.once(4) ? this.#chain("late", base("postrouting", "0"), 3, false) : []),
      "}",
    ];
  }

  /** As commands, after the table stands. */
  commands(): Line[] {
    const family = this.#chance.one(FAMILIES[this.#family]);
    const { ports } = this.#words;
    const [parts, end] = this.#rule(0, true);
    return [
      {
        parts: [],
        end: `add element ${this.#family} t p${family} { ${family === 4 ? "198.51.100.7" : "2001:db8:5::5"} }`,
      },
      {
        parts: [],
        end: `insert rule ${this.#family} t out tcp dport ${ports.text(this.#chance.one(ports.spans))} drop`,
      },
      { parts: [], end: `add rule ${this.#family} t out ${[...parts, end].join(" ")}` },
    ];
  }

  /** `untracks`: some of its rules say that a connection shall not be tracked, in time or too late for that. */
  #chain(name: string, head: string, from: number, mayReject: boolean, untracks = false): Line[] {
    const rules = this.#chance.times(1, 6, () => this.#rule(from, mayReject));
    const lines = rules
      .map(([parts, end]): RuleText => [parts, untracks && this.#chance.once(3) ? "notrack" : end])
      .flatMap((rule) => this.#bySource(rule))
      .map(([parts, end]) => ({ parts, end }));
    return [`chain ${name} {`, head, ...lines, "}"];
  }

  /** Sometimes as two rules, one for each half of the source ports: which one a connection meets, nobody can tell. */
  #bySource([parts, end]: RuleText): RuleText[] {
    const [, protocol] = /\b(tcp|udp|sctp) dport/.exec(parts.join(" ")) ?? [];
    if (protocol === undefined || !this.#chance.once(6)) return [[parts, end]];
    const port = this.#chance.one([1024, 32_768, 45_000]);
    return [`< ${port}`, `>= ${port}`].map((half) => [[...parts, `${protocol} sport ${half}`], end]);
  }

  /** What no rule names any more may go when a disagreement is made small. */
  #sets(family: Family): Line[] {
    const chance = this.#chance;
    const { addresses, ports } = this.#words;
    const pool = addresses[family];
    const type = `ipv${family}_addr`;
    const spans = chance.shuffled(chance.some(pool.spans)).map((span) => pool.text(span));
    const points = chance.some(pool.spans).map(({ first, length }) => pool.text({ first, last: first, length }));
    const ap = pairs(chance, [pool, ports], false);
    const pa = pairs(chance, [pool, ports], true);
    const apl = pairs(chance, [pool, ports], false).map(([a, p]) => `${a} . ${chance.one(["tcp", "udp"])} . ${p}`);
    // No set takes two elements of which one holds the other.
    const ways = chance.one([
      ["lo", "ou*"],
      ["lo", "out0", "out1"],
    ]);
    const oa = pairs(chance, [pool, ports], false).map(([a]) => `"${chance.one(ways)}" . ${a}`);
    const life = (): string => chance.one(["", " timeout 1d", " timeout 12h"]);
    const head = addressHead(family);
    const heads = [`type ${type}`, `typeof ${head}`];
    return [
      `set a${family} {\n${chance.one(heads)}\nflags interval\n${chance.once(3) ? "auto-merge\n" : ""}elements = { ${spans.join(", ")} }\n}`,
      `set p${family} {\n${chance.one(heads)}\n${chance.once(5) ? "" : `elements = { ${points.join(", ")} }\n`}}`,
      `set ap${family} {\ntype ${type} . inet_service\nflags interval\nelements = { ${ap.map((pair) => pair.join(" . ")).join(", ")} }\n}`,
      `set pa${family} {\ntype inet_service . ${type}\nelements = { ${pa.map(([a, p]) => `${p} . ${a}`).join(", ")} }\n}`,
      `set apl${family} {\ntype ${type} . inet_proto . inet_service\nflags interval\nelements = { ${apl.join(", ")} }\n}`,
      `set pt${family} {\ntype ${type}\nflags timeout\n${chance.once(5) ? "timeout 1d\n" : ""}elements = { ${points.map((each) => `${each}${life()}`).join(", ")} }\n}`,
      `set apt${family} {\ntype ${type} . inet_service\nflags interval,timeout\nelements = { ${ap.map((pair) => `${pair.join(" . ")}${life()}`).join(", ")} }\n}`,
      `set oa${family} {\ntype ifname . ${type}\nflags interval\nelements = { ${[...new Set(oa)].join(", ")} }\n}`,
      `map va${family} {\ntype ${type} : verdict\nflags interval\nelements = { ${spans.map((span) => `${span} : ${chance.one(["accept", "drop", "return"])}`).join(", ")} }\n}`,
      `map vap${family} {\ntype ${type} . inet_service : verdict\nflags interval\nelements = { ${ap.map((pair) => `${pair.join(" . ")} : ${chance.one(["accept", "drop"])}`).join(", ")} }\n}`,
    ].map(loose);
  }

  #common(): Line[] {
    const chance = this.#chance;
    const { ports } = this.#words;
    const texts = chance.some(ports.spans).map((span) => ports.text(span));
    const verdicts = texts.map((text) => `${text} : ${chance.one(["accept", "drop", "return", "continue"])}`);
    const catchAll = chance.once(3) ? [`* : ${chance.one(["accept", "drop"])}`] : [];
    const byProtocol = texts.map((text) => `${chance.one(["tcp", "udp"])} . ${text}`);
    return [
      `set ports {\ntype inet_service\nflags interval\nelements = { ${texts.join(", ")} }\n}`,
      `set protocol_port {\ntype inet_proto . inet_service\nflags interval\nelements = { ${byProtocol.join(", ")} }\n}`,
      "limit many {\nrate 100000/second burst 100000 packets\n}",
      "limit beyond {\nrate over 100000/second burst 100000 packets\n}",
      "quota much {\n1000 mbytes\n}",
      "quota past {\nover 1000 mbytes\n}",
      ...["seen", "past"].flatMap((name) =>
        [4, 6].map((family) => `set ${name}${family} {\ntype ipv${family}_addr\nsize 65535\nflags dynamic\n}`),
      ),
      `map vports {\ntype inet_service : verdict\nflags interval\nelements = { ${[...verdicts, ...catchAll].join(", ")} }\n}`,
    ].map(loose);
  }

  #rule(from: number, mayReject: boolean): RuleText {
    const chance = this.#chance;
    const family = chance.one(FAMILIES[this.#family]);
    const subject: Subject = {
      family,
      protocol: chance.one(["tcp", "udp", "sctp", "tcp", "udp", null]),
      mixed: this.#family === "inet",
    };
    const parts = matches(chance, this.#words, subject);
    if (chance.once(4)) return [parts, this.#map(subject, from)];
    const notes = [
      ...(chance.once(3) ? ["counter"] : []),
      ...(chance.once(6) ? ['log prefix "agree: " level info'] : []),
    ];
    const comment = chance.once(5) ? ` comment "${chance.one(["web", "a b", "drop # not"])}"` : "";
    return [[...parts, ...notes], `${this.#verdict(from, mayReject, subject)}${comment}`];
  }

  #verdict(from: number, mayReject: boolean, subject: Subject): string {
    const chance = this.#chance;
    const later = [1, 2, 3].filter((index) => index > from);
    const verdict = chance.one(["accept", "accept", "drop", "reject", "return", "jump", "goto", "inline", "continue"]);
    switch (verdict) {
      case "reject":
        return mayReject ? this.#reject(subject) : "drop";
      case "jump":
      case "goto":
        return later.length === 0 ? "accept" : `${verdict} c${chance.one(later)}`;
      case "inline":
        return `jump {\n${match(chance, this.#words, subject)} ${chance.one(["accept", "drop"])}\n}`;
      default:
        return verdict;
    }
  }

  #reject({ family, protocol }: Subject): string {
    const own = this.#family === "inet" ? "icmpx" : family === 4 ? "icmp" : "icmpv6";
    const plain = ["reject", `reject with ${own} ${this.#family === "inet" ? "type " : ""}admin-prohibited`];
    return this.#chance.one(protocol === "tcp" ? [...plain, "meta l4proto tcp reject with tcp reset"] : plain);
  }

  #map(subject: Subject, from: number): string {
    const chance = this.#chance;
    const { ports, addresses } = this.#words;
    const { family, protocol, mixed } = subject;
    const pool = addresses[family];
    const end = (): string => {
      const verdict = this.#verdict(from, false, subject);
      // A map holds no chain without a name.
      return verdict.startsWith("jump {") ? "accept" : verdict;
    };
    const elements = (keys: readonly string[]): string =>
      `vmap { ${[...keys, ...(chance.once(4) ? ["*"] : [])].map((key) => `${key} : ${end()}`).join(", ")} }`;
    const some = (from_: typeof pool): string[] => chance.some(from_.spans).map((span) => from_.text(span));
    if (protocol === null || chance.once(3)) {
      return chance.one([
        `${addressHead(family)} ${elements(some(pool))}`,
        `${addressHead(family)} vmap @va${family}`,
        `ct state vmap { new : ${end()}, established : ${end()} }`,
        `meta l4proto vmap { tcp : ${end()}, udp : ${end()}, 132 : ${end()} }`,
        ...(mixed ? [`meta nfproto vmap { ipv4 : ${end()}, ipv6 : ${end()} }`] : []),
        `oifname vmap { "lo" : ${end()}, "out0" : ${end()} }`,
        `oifname . ${addressHead(family)} ${elements(some(pool).map((each) => `${chance.one(['"lo"', '"out0"'])} . ${each}`))}`,
      ]);
    }
    const both = pairs(chance, [pool, ports], false);
    return chance.one([
      `${protocol} dport ${elements(some(ports))}`,
      `${protocol} dport vmap @vports`,
      `${addressHead(family)} . ${protocol} dport vmap @vap${family}`,
      `${addressHead(family)} . ${protocol} dport vmap { ${both.map((pair) => `${pair.join(" . ")} : ${end()}`).join(", ")} }`,
    ]);
  }
}
