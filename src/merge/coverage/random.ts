/** Chance from a seed: the same numbers on every machine, and never from the machine itself. */

/** Numbers in [0, 1), each from 32 bits of a small chaotic generator with a counter, whose period is at least 2^32. */
export function generator(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return (out >>> 0) / 2 ** 32;
  };
  // Seeds that differ in one bit give numbers alike until that bit has gone round.
  for (let i = 0; i < 20; i++) next();
  return next;
}

/** Beyond this many expected successes and failures the normal curve is near enough for an interval. */
const MANY = 60;

/** Successes of n trials. */
export function binomial(n: number, p: number, random: () => number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p, random);
  if (n * p > MANY) return normalised(n, p, random);
  return counted(n, p, random(), 0, Math.exp(n * Math.log1p(-p)));
}

/** Successes of n trials of which one at least succeeded. */
export function someOf(n: number, p: number, random: () => number): number {
  if (p >= 1) return n;
  if (n * p > MANY) return Math.max(1, normalised(n, p, random));
  const any = -Math.expm1(n * Math.log1p(-p));
  return counted(n, p, random() * any, 1, n * p * Math.exp((n - 1) * Math.log1p(-p)));
}

/** The first k, from one whose probability is given, at which the probabilities so far exceed `left`. */
function counted(n: number, p: number, left: number, first: number, probability: number): number {
  let k = first;
  let chance = probability;
  let rest = left - chance;
  while (rest > 0 && k < n) {
    k++;
    chance *= (((n - k + 1) / k) * p) / (1 - p);
    rest -= chance;
  }
  return k;
}

/** Box and Muller's transform of two even numbers into a normal one. */
function normalised(n: number, p: number, random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const value = n * p + Math.sqrt(n * p * (1 - p)) * radius * Math.cos(2 * Math.PI * random());
  return Math.min(n, Math.max(0, Math.round(value)));
}
