/** On how many threads reading pays, by what is to be read and how many processors there are. */

/** A run's bytes as stored, and whether they are packets or lines of text. */
export interface Load {
  readonly size: number;
  readonly isCapture: boolean;
}

/** A byte of a log takes as long as so many of a capture, most of which is payload that nobody looks at. */
const LOG_WEIGHT = 8;
/**
 * A thread has to start, compile what the main one has compiled already, and hand over copies: together some 0.7 s of
 * processor time, in which one reads this much of a capture.
 */
const WORTH_A_THREAD = 512 << 20;
/** A thread that reads packets keeps V8's own threads as busy, collecting what it made. */
const PROCESSORS_A_CAPTURE = 2;

/** 1 where one thread does as well. */
export function threadsWorth(loads: readonly Load[], processors: number): number {
  const weights = loads.map(({ size, isCapture }) => (isCapture ? size : LOG_WEIGHT * size));
  const all = sum(weights);
  // However many threads there are, the largest run is read by one: the others' bytes are what can be read beside it.
  if (all - Math.max(0, ...weights) < WORTH_A_THREAD) return 1;
  const captured = sum(loads.map(({ size, isCapture }) => (isCapture ? size : 0)));
  return Math.max(1, captured > all / 2 ? Math.floor(processors / PROCESSORS_A_CAPTURE) : processors);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
