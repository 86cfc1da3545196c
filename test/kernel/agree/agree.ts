/** Random rules loaded into the kernel, packets sent, and every verdict compared with ours. */
import type { Program } from "../../../src/dialect/packet/program.ts";
import type { Family } from "../../../src/model/address.ts";
import { InputError } from "../../../src/model/error.ts";
import { SECOND } from "../../../src/model/instant.ts";
import type { Layer } from "../../../src/model/policy.ts";
import { Chance } from "../chance.ts";
import { type Answer, Kernel, type Probe } from "./kernel.ts";
import { probesFor } from "./probes.ts";
import { type Ruleset, shrink, textsOf } from "./ruleset.ts";

/** Between every past and future date the rulesets name, as the machine's own clock is. */
const NOW = 1_800_000_000 * SECOND;

/** How one loader's rules are made, read by us, and brought into the kernel. */
export interface Dialect {
  readonly name: string;
  readonly families: readonly Family[];
  ruleset(seed: number): Ruleset;
  read(files: Readonly<Record<string, string>>): { readonly layer: Layer; readonly program: Program };
  /** Shell text that empties the kernel of what was there and loads the files. */
  load(files: Readonly<Record<string, string>>): string;
}

export interface Tally {
  rulesets: number;
  probes: number;
  /** Rulesets the loader itself refused: neither agreement nor disagreement, and few. */
  readonly refused: string[];
  /** What made us say `unknown`, and how often. */
  readonly unknown: Map<string, number>;
  /** Minimal rulesets, with a packet on which we and the kernel differ. */
  readonly disagreements: string[];
}

/** Past this many, more of them tell nothing new. */
const ENOUGH = 5;

/** Goes on until `count` rulesets were loaded and compared; the seeds count up from `seed`. */
export async function agree(dialect: Dialect, count: number, seed: number): Promise<Tally> {
  const kernel = new Kernel();
  const tally: Tally = { rulesets: 0, probes: 0, refused: [], unknown: new Map(), disagreements: [] };
  // The kernel works on one ruleset while the next is being made.
  let running: Promise<void> = Promise.resolve();
  try {
    for (let next = seed; tally.disagreements.length < ENOUGH; next++) {
      const started = next - seed;
      if (started - tally.refused.length >= count) await running;
      if (started - tally.refused.length >= count) break;
      const trial = prepare(dialect, next);
      const answer = kernel.ask(trial.load, trial.files, trial.probes);
      await running;
      running = answer.then((given) => judge(dialect, kernel, trial, given, tally));
      // A rejection is thrown where it is awaited.
      running.catch(() => {});
      if (tally.refused.length > count) throw new Error(`the loader refuses most of it: ${tally.refused[0]}`);
    }
    await running;
    return tally;
  } finally {
    await kernel.close();
  }
}

interface Trial {
  readonly seed: number;
  readonly ruleset: Ruleset;
  readonly files: Readonly<Record<string, string>>;
  readonly load: string;
  /** Null where we refuse to read what the loader may take. */
  readonly layer: Layer | null;
  readonly complaint: string;
  readonly probes: readonly Probe[];
}

function prepare(dialect: Dialect, seed: number): Trial {
  const ruleset = dialect.ruleset(seed);
  const files = textsOf(ruleset);
  const trial = { seed, ruleset, files, load: dialect.load(files) };
  try {
    const { layer, program } = dialect.read(files);
    const probes = probesFor(program, new Chance(seed + 1), dialect.families);
    return { ...trial, layer, complaint: "", probes };
  } catch (error) {
    if (!(error instanceof InputError)) throw new Error(`${dialect.name}, seed ${seed}`, { cause: error });
    return { ...trial, layer: null, complaint: error.message, probes: [] };
  }
}

async function judge(dialect: Dialect, kernel: Kernel, trial: Trial, answer: Answer, tally: Tally): Promise<void> {
  if ("refused" in answer) {
    tally.refused.push(`seed ${trial.seed}: ${answer.refused}`);
    return;
  }
  tally.rulesets++;
  const { layer } = trial;
  if (layer === null) {
    const texts = Object.values(trial.files).join("\n");
    tally.disagreements.push(
      `${dialect.name}, seed ${trial.seed}: it loads and we refuse it: ${trial.complaint}\n${texts}`,
    );
    return;
  }
  tally.probes += trial.probes.length;
  let first: Probe | null = null;
  for (const [i, probe] of trial.probes.entries()) {
    const { verdict, reason } = ours(layer, probe);
    if (verdict === "unknown")
      tally.unknown.set(constructOf(reason), (tally.unknown.get(constructOf(reason)) ?? 0) + 1);
    else if (verdict !== answer.verdicts[i]) first ??= probe;
  }
  if (first !== null) tally.disagreements.push(await explain(dialect, kernel, trial, first));
}

function ours(layer: Layer, probe: Probe): { verdict: string; reason: string } {
  return layer.decide({ ...probe, name: null }, NOW);
}

/** The words of a reason without what varies from ruleset to ruleset. */
function constructOf(reason: string): string {
  return reason.replaceAll(/\d+/g, "N").slice(0, 100);
}

async function explain(dialect: Dialect, kernel: Kernel, { seed, ruleset }: Trial, probe: Probe): Promise<string> {
  const verdicts = async (smaller: Ruleset): Promise<{ ours: string; reason: string; kernel: string } | null> => {
    const files = textsOf(smaller);
    const answer = await kernel.ask(dialect.load(files), files, [probe]);
    if ("refused" in answer) return null;
    const { verdict, reason } = ours(dialect.read(files).layer, probe);
    return { ours: verdict, reason, kernel: answer.verdicts[0] ?? "no answer" };
  };
  const minimal = await shrink(ruleset, async (smaller) => {
    const found = await verdicts(smaller);
    return found !== null && found.ours !== "unknown" && found.ours !== found.kernel;
  });
  const found = await verdicts(minimal);
  const texts = Object.entries(textsOf(minimal)).map(([name, text]) => `--- ${name}\n${text}`);
  return [
    `${dialect.name}, seed ${seed}: ${probe.transport} ${probe.address} ${probe.port}:`,
    `ours ${found?.ours} (${found?.reason}), kernel ${found?.kernel}`,
    ...texts,
  ].join("\n");
}
