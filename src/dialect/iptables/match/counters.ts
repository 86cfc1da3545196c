/** `limit`, `hashlimit`, `connlimit`, `quota`: what a packet meets before which none of them has counted anything. */
import type { Condition } from "../../packet/program.ts";
import type { Option } from "../tree.ts";
import { printOption } from "../write.ts";
import { refuse } from "./reading.ts";

type Module = "limit" | "hashlimit" | "connlimit" | "quota";

const MODULES: readonly Module[] = ["limit", "hashlimit", "connlimit", "quota"];

/** A packet that a connection begins with is no longer than what every link carries, and no shorter than its headers. */
const LONGEST = 1500n;
const SHORTEST = 28n;

/** Options of one of the modules are read together, because they mean one thing together. */
export function isCounterOption({ flag, words }: Option): boolean {
  return moduleOf(flag, words) !== null;
}

function moduleOf(flag: string, words: readonly string[]): Module | null {
  const named = flag === "-m" || flag === "--match" ? (words[0] ?? "") : flag.replace(/^--([a-z]+).*$/, "$1");
  return MODULES.find((module) => module === named) ?? null;
}

export function countersOf(options: readonly Option[]): Condition[] {
  const groups = new Map<Module, Option[]>();
  for (const option of options) {
    const module = moduleOf(option.flag, option.words);
    if (module !== null) groups.set(module, [...(groups.get(module) ?? []), option]);
  }
  return [...groups].map(([module, asked]) => {
    const said = asked.filter(({ flag }) => flag.startsWith("--") && flag !== "--match");
    const text = said.length === 0 ? `-m ${module}` : said.map(printOption).join(" ");
    const holds = HOLDS[module](said);
    return holds === null ? { kind: "opaque", text } : { kind: "counted", holds, text };
  });
}

const HOLDS: Readonly<Record<Module, (options: readonly Option[]) => boolean | null>> = {
  limit: () => true,
  hashlimit(options) {
    const rate = options.find(({ flag }) => /^--hashlimit(-upto|-above)?$/.test(flag));
    // How many bytes are let through at first, and by which of two measures, is another matter than a rate.
    const untold =
      options.some(({ flag }) => flag.startsWith("--hashlimit-rate-")) || /b\/?/.test(rate?.words[0] ?? "");
    if (rate === undefined || untold) return null;
    return (rate.flag === "--hashlimit-above") === rate.negated;
  },
  connlimit(options) {
    const bound = options.find(({ flag }) => flag === "--connlimit-above" || flag === "--connlimit-upto");
    if (bound === undefined) return null;
    const above = 1n > numberOf(bound);
    return (bound.flag === "--connlimit-above" ? above : !above) !== bound.negated;
  },
  quota(options) {
    const bound = options.find(({ flag }) => flag === "--quota");
    if (bound === undefined) return null;
    const room = numberOf(bound);
    if (room >= SHORTEST && room < LONGEST) return null;
    return room >= LONGEST !== bound.negated;
  },
};

function numberOf(option: Option): bigint {
  const [word = ""] = option.words;
  return /^\d{1,20}$/.test(word) ? BigInt(word) : refuse(option, "a number");
}
