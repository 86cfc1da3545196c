/** Runs `agree` for every dialect and says what came of it; `npm run agree -- --rulesets 2000 --seed 1`. */
import { agree, type Tally } from "./agree.ts";
import { DIALECTS } from "./dialects.ts";

export async function main(rulesets: number, seed: number, only: string | null): Promise<boolean> {
  let clean = true;
  for (const dialect of DIALECTS.filter(({ name }) => only === null || name === only)) {
    const tally = await agree(dialect, rulesets, seed);
    process.stdout.write(`${summary(dialect.name, tally)}\n`);
    clean &&= tally.disagreements.length === 0 && tally.unknown.size === 0;
  }
  return clean;
}

function summary(name: string, { rulesets, probes, refused, unknown, disagreements }: Tally): string {
  const unknowns = [...unknown].sort(([, a], [, b]) => b - a);
  const total = unknowns.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${name}: ${rulesets} rulesets, ${probes} packets, ${disagreements.length} disagreements, ${total} unknown, ${refused.length} rulesets the loader refused`,
    ...unknowns.slice(0, 40).map(([construct, count]) => `  unknown ${count} x ${construct}`),
    ...refused.slice(0, 10).map((text) => `  refused: ${text}`),
    ...disagreements,
  ].join("\n");
}
