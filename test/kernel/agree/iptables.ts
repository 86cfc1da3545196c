/** Random rules for iptables-restore, of both families: chains, sets, and the matches of the modules that real files load. */
import type { Family } from "../../../src/model/address.ts";
import { Chance } from "../chance.ts";
import { type RandomSet, randomSets } from "./ipset.ts";
import { addressPool, type Pool, portPool } from "./pools.ts";
import type { Line, Ruleset } from "./ruleset.ts";

export function iptablesRuleset(seed: number): Ruleset {
  const chance = new Chance(seed);
  const [four, six] = [new RulesFile(chance, 4), new RulesFile(chance, 6)];
  const sets = [...four.sets, ...six.sets].flatMap(({ lines }) => lines);
  return { files: { "sets.ipset": sets, "rules.v4": four.lines(), "rules.v6": six.lines() } };
}

const STATES = ["NEW", "RELATED,ESTABLISHED", "INVALID", "NEW,RELATED", "UNTRACKED", "ESTABLISHED", "INVALID,NEW"];
const FLAGS = [
  "--syn",
  "--tcp-flags FIN,SYN,RST,ACK SYN",
  "--tcp-flags SYN,ACK SYN,ACK",
  "--tcp-flags ALL NONE",
  "--tcp-flags SYN SYN",
];
/** A line whose parts may go. */
type RuleLine = Exclude<Line, string>;

const COMMENTS = ["web", '"a b"', '"say \\"no\\""', '"-j DROP"'];

class RulesFile {
  readonly sets: readonly RandomSet[];
  readonly #chance: Chance;
  readonly #family: Family;
  readonly #addresses: Pool;
  readonly #ports: Pool;

  constructor(chance: Chance, family: Family) {
    this.#chance = chance;
    this.#family = family;
    this.#addresses = addressPool(chance, family);
    this.#ports = portPool(chance);
    this.sets = randomSets(chance, family, this.#addresses, this.#ports);
  }

  /** Every table each time, so that none keeps what the rules before it left. */
  lines(): Line[] {
    const raw = this.#chance.once(4) ? this.#raw() : [];
    return [
      "*raw",
      ":OUTPUT ACCEPT [0:0]",
      ...raw,
      "COMMIT",
      ...this.#table("mangle", this.#chance.once(4)),
      ...this.#table("filter", true),
    ];
  }

  /** Connections that shall not be tracked, beside verdicts. */
  #raw(): Line[] {
    return this.#chance.times(1, 4, () => {
      const { parts } = this.#rule("OUTPUT", 3, "raw");
      return {
        parts,
        end: this.#chance.one(["-j CT --notrack", "-j CT --notrack", "-j NOTRACK", "-j ACCEPT", "-j DROP"]),
      };
    });
  }

  #table(name: string, used: boolean): Line[] {
    const chance = this.#chance;
    const policy = used ? chance.one(["ACCEPT", "DROP"]) : "ACCEPT";
    const after = name === "mangle" ? [":POSTROUTING ACCEPT [0:0]"] : [];
    const chains = used ? [1, 2, 3] : [];
    const rules = used ? chance.times(2, 8, () => this.#rule("OUTPUT", 0, name)) : [];
    return [
      `*${name}`,
      `:OUTPUT ${policy} [0:0]`,
      ...after,
      ...chains.map((index) => `:c${index} - [0:0]`),
      ...rules.flatMap((rule) => this.#bySource(rule)),
      ...chains.flatMap((index) => chance.times(1, 5, () => this.#rule(`c${index}`, index, name))),
      ...(used && chance.once(4) ? [this.#inserted(name)] : []),
      "COMMIT",
    ];
  }

  /** Sometimes as two rules, one for each half of the source ports: which one a connection meets, nobody can tell. */
  #bySource(rule: RuleLine): RuleLine[] {
    const [, protocol] = /^-A OUTPUT -p (tcp|udp|sctp)/.exec(rule.parts[0] ?? "") ?? [];
    if (protocol === undefined || !this.#chance.once(6)) return [rule];
    const port = this.#chance.one([1024, 32_768, 45_000]);
    return [`:${port - 1}`, `${port}:`].map((half) => ({
      parts: [...rule.parts, `-m ${protocol} --sport ${half}`],
      end: rule.end,
    }));
  }

  #inserted(table: string): Line {
    const { parts, end } = this.#rule("OUTPUT", 0, table);
    return { parts, end: end.replace("-A OUTPUT", this.#chance.one(["-I OUTPUT", "-I OUTPUT 1"])) };
  }

  /** The chain comes last in a line's text only in `written`; iptables takes options in any order, so it may stand there. */
  #rule(chain: string, from: number, table: string): RuleLine {
    const chance = this.#chance;
    const protocol = chance.one(["tcp", "tcp", "udp", "udp", "sctp", null]);
    const parts = new Map<string, string>();
    for (let n = chance.below(4); n > 0; n--) {
      const [kind, text] = this.#match(protocol);
      parts.set(kind, text);
    }
    if (chance.once(5)) parts.set("comment", `-m comment --comment ${chance.one(COMMENTS)}`);
    const head = protocol === null ? "" : ` -p ${protocol}`;
    return { parts: [`-A ${chain}${head}`, ...parts.values()], end: this.#verdict(from, protocol, table) };
  }

  #verdict(from: number, protocol: string | null, table: string): string {
    const chance = this.#chance;
    const later = [1, 2, 3].filter((index) => index > from).flatMap((i) => [`-j c${i}`, `-g c${i}`]);
    const reject = this.#family === 4 ? "icmp-admin-prohibited" : "icmp6-adm-prohibited";
    // REJECT is a target of the filter table alone.
    const rejects = [
      "-j REJECT",
      `-j REJECT --reject-with ${reject}`,
      ...(protocol === "tcp" ? ["-j REJECT --reject-with tcp-reset"] : []),
    ];
    const others = [
      '-j LOG --log-prefix "agree: "',
      "-j RETURN",
      ...(table === "filter" ? rejects : ["-j MARK --set-xmark 0x1/0xff"]),
    ];
    return chance.one(["-j ACCEPT", "-j ACCEPT", "-j DROP", ...later, chance.one(others)]);
  }

  /** What it asks by, so that nothing is asked twice in one rule, and its words. */
  #match(protocol: string | null): [string, string] {
    const chance = this.#chance;
    const not = chance.once(4) ? "! " : "";
    const pool = this.#addresses;
    const span = chance.one(pool.spans);
    if (this.sets.length > 0 && chance.once(4)) {
      const { name, directions } = chance.one(this.sets);
      return ["set", `-m set ${not}--match-set ${name} ${directions}`];
    }
    switch (chance.below(8)) {
      case 0:
      case 1: {
        const { first, last, length } = span;
        if (length === null) return ["range", `-m iprange ${not}--dst-range ${pool.text({ first, last, length })}`];
        return ["destination", `${not}-d ${this.#prefix(pool.text({ first, last, length }), length)}`];
      }
      case 2:
        return ["way", `${not}-o ${chance.one(["lo", "lo", "out0", "ou+", "out1"])}`];
      case 3:
        return chance.once(2)
          ? ["state", `-m conntrack ${not}--ctstate ${chance.one(STATES)}`]
          : ["state", `-m state ${not}--state ${chance.one(STATES)}`];
      case 4:
        return chance.one([
          ["owner", `-m owner ${not}--uid-owner ${chance.one(["0", "0-99", "1-65534", "33"])}`],
          ...this.#limits(not),
          ["time", "-m time --timestart 00:00 --timestop 23:59:59"],
          ["time", "-m time --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun"],
          ["time", "-m time ! --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun"],
          ["time", "-m time --datestop 2020-01-01T00:00:00"],
          ["time", "-m time --datestop 2037-12-31T23:59:59"],
          ["time", "-m time --datestart 2020-01-01T00:00:00 --datestop 2037-01-01T00:00:00"],
        ] as [string, string][]);
      default:
        return protocol === null ? this.#protocol(not) : this.#port(protocol, not);
    }
  }

  /** Limits with room for every packet of a batch: those without are tried with one packet alone. */
  #limits(not: string): [string, string][] {
    const by = this.#chance.one(["srcip", "dstip", "dstip,dstport"]);
    const way = this.#chance.one(["upto", "above"]);
    return [
      ["limit", "-m limit --limit 10000/sec --limit-burst 10000"],
      [
        "limit",
        `-m hashlimit --hashlimit-${way} 10000/sec --hashlimit-burst 10000 --hashlimit-mode ${by} --hashlimit-name h${this.#family}${by.length}${way}`,
      ],
      ["limit", `-m connlimit ${not}--connlimit-${way} 100000 --connlimit-mask 0`],
      ["limit", `-m quota ${not}--quota 1000000000`],
    ];
  }

  /** Dotted masks, some with holes in them, besides lengths. */
  #prefix(text: string, length: number): string {
    const masked = this.#family === 4 && this.#chance.once(3);
    if (!masked) return text;
    let mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
    for (let n = this.#chance.one([0, 1, 3, 10]); n > 0; n--) mask &= ~(1 << this.#chance.below(32));
    return `${text.split("/")[0]}/${[24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join(".")}`;
  }

  #protocol(not: string): [string, string] {
    const icmp = this.#family === 4 ? ["icmp", "--icmp-type"] : ["ipv6-icmp", "--icmpv6-type"];
    const module = this.#family === 4 ? "icmp" : "icmp6";
    const types = [
      "echo-request",
      "echo-reply",
      this.#family === 4 ? "8" : "128",
      this.#family === 4 ? "8/0" : "128/0",
    ];
    return [
      "protocol",
      this.#chance.one([
        `${not}-p ${this.#chance.one(["tcp", "udp", "sctp", "132", "17", icmp[0] ?? ""])}`,
        `-p ${icmp[0]} -m ${module} ${not}${icmp[1]} ${this.#chance.one(types)}`,
        "-p all",
      ]),
    ];
  }

  #port(protocol: string, not: string): [string, string] {
    const chance = this.#chance;
    const text = (span: Pool["spans"][number]): string => this.#ports.text(span).replace("-", ":");
    // At most fifteen ports, of which a range takes two.
    const several = chance.some(this.#ports.spans).slice(0, 7).map(text).join(",");
    if (protocol === "tcp" && chance.once(5)) return ["flags", `-m tcp ${flag(not, chance.one(FLAGS))}`];
    if (chance.once(8))
      return ["source", `-m ${protocol} ${chance.one(["--sport 1:65535", "! --sport 0", "--sport 0"])}`];
    if (chance.once(2)) return ["port", `-m multiport ${not}--dports ${several}`];
    // No file means one thing by `! --dport :`: the two backends take it to mean opposite ones.
    const open = chance.once(6)
      ? chance.one([":1024", "1024:", ...(not === "" ? [":"] : [])])
      : text(chance.one(this.#ports.spans));
    return ["port", `-m ${protocol} ${not}--dport ${open}`];
  }
}

const flag = (not: string, text: string): string => `${not}${text}`;
