/** The bootstrap estimate of richness and its standard error in closed form (Smith & van Belle 1984). */
import type { Statistics } from "../../model/coverage.ts";
import type { Counts, IncidenceTable } from "./table.ts";

/** Pairs of endpoints times words of 32 runs: some seconds of work. Beyond it the error is left out and flagged. */
const MAX_WORK = 4_000_000_000;

export const TOO_LARGE = "boot_se_not_calculated: too many pairs of endpoints";

export function bootstrapRichness(table: IncidenceTable, { m, S, frequencies }: Counts): Statistics["boot"] {
  if (S === 0) return { value: null, se: null };
  const missed = powers(m);
  const added = frequencies.reduce((sum, { n, count }) => sum + count * (missed[m - n] ?? 0), 0);
  return { value: S + added, se: isTooLarge(m, S) ? null : Math.sqrt(Math.max(0, variance(table, missed))) };
}

export function isTooLarge(m: number, S: number): boolean {
  return ((S * S) / 2) * Math.ceil(m / 32) > MAX_WORK;
}

/** (z/m)^m for z = 0..m: the probability that m runs drawn again are all among z of them. */
function powers(m: number): Float64Array {
  return Float64Array.from({ length: m + 1 }, (_, z) => (z / m) ** m);
}

function variance({ runs, endpoints }: IncidenceTable, missed: Float64Array): number {
  const m = runs.length;
  const words = Math.ceil(m / 32);
  const seen = endpoints.filter((endpoint) => endpoint.runs.length > 0);
  const bits = seen.map((endpoint) => bitsOf(endpoint.runs, words));
  let [own, joint] = [0, 0];
  for (const [i, first] of seen.entries()) {
    const n = first.runs.length;
    const p = missed[m - n] ?? 0;
    own += p * (1 - p);
    const mine = bits[i] ?? new Uint32Array();
    // Row by row, so that no sum grows large beside its terms.
    let row = 0;
    for (let k = i + 1; k < seen.length; k++) {
      const other = bits[k] ?? mine;
      const o = seen[k]?.runs.length ?? 0;
      let both = 0;
      for (let w = 0; w < words; w++) both += ones((mine[w] ?? 0) & (other[w] ?? 0));
      row += (missed[m - n - o + both] ?? 0) - p * (missed[m - o] ?? 0);
    }
    joint += row;
  }
  return own + 2 * joint;
}

function bitsOf(runs: readonly number[], words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const run of runs) bits[run >>> 5] = (bits[run >>> 5] ?? 0) | (1 << (run & 31));
  return bits;
}

/** How many bits of a word are set. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
