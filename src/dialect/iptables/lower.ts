/** Lowers the chains of iptables to a packet program. */
import type { Family } from "../../model/address.ts";
import { PolicySyntaxError } from "../contract.ts";
import { checkJumps } from "../packet/jumps.ts";
import {
  type Action,
  always,
  type BaseChain,
  type Chain,
  type Condition,
  type Hook,
  type PacketRule,
  type Program,
} from "../packet/program.ts";
import { IpSets } from "./ipset/state.ts";
import {
  canonicalFlag,
  conditionsOf,
  countersOf,
  isCounterOption,
  isTimeOption,
  type Scope,
  timeOf,
} from "./match/index.ts";
import { BUILT_IN, type ChainState, type RuleState, type State } from "./state.ts";
import type { Option } from "./tree.ts";
import { printOption } from "./write.ts";

/** Targets after which the walk goes on: they note or mark, and no condition here reads what they change. */
const GOES_ON: ReadonlySet<string> = new Set([
  "AUDIT",
  "CHECKSUM",
  "CLASSIFY",
  "CONNMARK",
  "CONNSECMARK",
  "DSCP",
  "HL",
  "IDLETIMER",
  "LED",
  "LOG",
  "MARK",
  "NFLOG",
  "RATEEST",
  "SECMARK",
  "SET",
  "TCPMSS",
  "TOS",
  "TRACE",
  "TTL",
  "ULOG",
]);

const VERDICTS: Readonly<Record<string, Action>> = {
  ACCEPT: { kind: "accept" },
  DROP: { kind: "drop" },
  REJECT: { kind: "drop" },
  RETURN: { kind: "return" },
  MASQUERADE: { kind: "translate" },
  NOTRACK: { kind: "untrack" },
  SNAT: { kind: "translate" },
};

/** The targets that take no options of their own. */
const PLAIN: ReadonlySet<string> = new Set(["ACCEPT", "DROP", "RETURN"]);

const HOOKS: Readonly<Record<string, Hook>> = {
  PREROUTING: "prerouting",
  FORWARD: "forward",
  OUTPUT: "output",
  POSTROUTING: "postrouting",
};

/** One state for each set of families that has files. */
export function lowerStates(
  states: readonly { families: readonly Family[]; state: State }[],
  sets: IpSets = new IpSets(),
): Program {
  const bases: BaseChain[] = [];
  const chains = new Map<string, Chain>();
  for (const { state } of states) noteFilling(state, sets);
  for (const { families, state } of states) {
    const options = new OptionReader(families, sets);
    const tables = namesByTable(state);
    for (const [key, chain] of state.chains) {
      const name = `${families.join("")} ${key}`;
      const exists = (target: string): boolean => tables.get(chain.table)?.has(target) === true;
      const rules = chain.rules.map((rule) => lowerRule(rule, chain, families, exists, options));
      chains.set(name, { name, rules });
      const hook = HOOKS[chain.name];
      const priority = BUILT_IN.get(key);
      if (hook === undefined || priority === undefined) continue;
      const title = `chain ${chain.name} of table ${chain.table}`;
      const filters = chain.table === "filter" || chain.table === "security";
      const translates = chain.table === "nat";
      const policy = chain.policy ?? "accept";
      bases.push({ chain: name, title, hook, filters, translates, priority, families, policy });
    }
  }
  checkJumps(
    chains,
    bases.map(({ chain }) => chain),
  );
  return { families: new Set(states.flatMap(({ families }) => families)), bases, chains, opaque: [] };
}

function namesByTable({ chains }: State): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  for (const { table, name } of chains.values()) tables.set(table, (tables.get(table) ?? new Set()).add(name));
  return tables;
}

/** `-j SET --add-set NAME`: rules of one family fill the sets of both. */
function noteFilling({ chains }: State, sets: IpSets): void {
  for (const { rules } of chains.values()) {
    for (const { options } of rules) {
      for (const { flag, words } of options) {
        if (flag === "--add-set") sets.fill(words[0] ?? "", "added");
        if (flag === "--del-set") sets.fill(words[0] ?? "", "changed");
      }
    }
  }
}

/** Reads options for one family or both; the same words mean the same in every rule, and are read once. */
class OptionReader {
  readonly #scope: Scope;
  /** By flag, then by the word behind it; under no flag, as they are written, those with `!` or with other than one word. */
  readonly #known = new Map<string, Map<string, readonly Condition[]>>();

  constructor(families: readonly Family[], sets: IpSets) {
    const [only] = families;
    this.#scope = { family: families.length === 1 && only !== undefined ? only : null, sets };
  }

  conditions(option: Option): readonly Condition[] {
    const { flag, words, negated } = option;
    const word = words.length === 1 && !negated ? words[0] : undefined;
    const group = word === undefined ? "" : flag;
    const key = word ?? printOption(option);
    const known = this.#known.get(group) ?? new Map<string, readonly Condition[]>();
    this.#known.set(group, known);
    const conditions = known.get(key) ?? conditionsOf(option, this.#scope);
    known.set(key, conditions);
    return conditions;
  }
}

function lowerRule(
  rule: RuleState,
  chain: ChainState,
  families: readonly Family[],
  exists: (chain: string) => boolean,
  reader: OptionReader,
): PacketRule {
  const at = rule.options.findIndex(({ flag }) => canonicalFlag(flag) === "-j" || canonicalFlag(flag) === "-g");
  const target = rule.options[at];
  const name = target?.words[0] ?? "";
  const extension = target !== undefined && !exists(name) && !PLAIN.has(name);
  const asked = rule.options.filter((option, i) => {
    const flag = canonicalFlag(option.flag);
    if (flag === "-j" || flag === "-g" || isTimeOption(option)) return false;
    // Turned round, a set holds only its exceptions: that option alone stands for what cannot be told.
    if (flag === "--match-set" && rule.options.some((other) => other.flag === "--return-nomatch")) return false;
    // Options after an extension's name are its own, except those of a match that was named again.
    return !(extension && i > at && !isMatch(rule.options, at, i));
  });
  const read = (option: Option): readonly Condition[] =>
    chain.table === "raw" && isOfConnection(option)
      ? [{ kind: "opaque", text: `${printOption(option)} before connections are tracked` }]
      : reader.conditions(option);
  const conditions: Condition[] = [
    ...asked.filter((option) => !isCounterOption(option)).flatMap(read),
    ...timeOf(rule.options),
    ...countersOf(asked),
  ];
  const comment = rule.options.find(({ flag }) => flag === "--comment")?.words.join(" ") ?? null;
  const prefix = `${families.join("")} ${chain.table} `;
  const action = name === "CT" ? trackingOf(rule) : actionOf(target, name, exists(name), prefix);
  return { at: rule.at, conditions, action, comment, text: textIn(chain, rule.options) };
}

/** Without a set a rule has one text; what it was made of is not kept. */
function textIn(chain: ChainState, options: readonly Option[]): PacketRule["text"] {
  if (!options.some(({ flag }) => flag === "--match-set")) return always(textOf(chain, options, null));
  return (key) => textOf(chain, options, key);
}

/** What only a tracked connection has; the state, of which the others may take the place, is read for packets without one too. */
function isOfConnection({ flag }: Option): boolean {
  return flag.startsWith("--ct") && flag !== "--ctstate";
}

function trackingOf({ options }: RuleState): Action {
  return { kind: options.some(({ flag }) => flag === "--notrack") ? "untrack" : "next" };
}

/** Whether the nearest `-m`, `-p` or `-j` before an option is a match rather than the target. */
function isMatch(options: readonly Option[], target: number, index: number): boolean {
  return options
    .slice(target + 1, index + 1)
    .some(({ flag }) => ["-m", "-p", "-s", "-d", "-i", "-o"].includes(canonicalFlag(flag)));
}

function actionOf(target: Option | undefined, name: string, isChain: boolean, prefix: string): Action {
  if (target === undefined) return { kind: "next" };
  if (isChain) return { kind: canonicalFlag(target.flag) === "-g" ? "goto" : "jump", chain: `${prefix}${name}` };
  if (GOES_ON.has(name)) return { kind: "next" };
  const verdict = Object.hasOwn(VERDICTS, name) ? VERDICTS[name] : undefined;
  // Extensions are named in capitals: anything else could only be a chain.
  if (verdict === undefined && !/^[A-Z][A-Z0-9]*$/.test(name)) {
    const { file, line, column } = target.at;
    throw new PolicySyntaxError(file, line, column, `no chain ${JSON.stringify(name.slice(0, 40))} to jump to`);
  }
  return verdict ?? { kind: "opaque", text: printOption(target) };
}

const UNSAID: ReadonlySet<string> = new Set(["-m", "--comment", "--datestop", "--utc", "--reject-with"]);

/** `key`: the element of a set that stands for it. Notes and what only names modules are left out: neither says what the rule allows. */
function textOf(chain: ChainState, options: readonly Option[], key: string | null): string {
  const said = options.filter(({ flag }) => !UNSAID.has(canonicalFlag(flag)));
  const pointed = said.find(
    ({ flag, negated, words }) =>
      key !== null && !negated && canonicalFlag(flag) === "--match-set" && words[1]?.includes("dst"),
  );
  const shown = said.map((option) => {
    if (option !== pointed) return printOption({ ...option, flag: canonicalFlag(option.flag) });
    // An element speaks for itself, whatever the version of the set is called.
    const [, directions = ""] = option.words;
    return directions === "dst" ? `-d ${key}` : `--match-set ${directions} ${key}`;
  });
  return [`-A ${chain.name}`, ...shown].join(" ");
}
