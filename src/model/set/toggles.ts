/** Sets on a line, as the sorted points where membership toggles: in from the first, out from the second, in again from the third. */

export type Point = number | bigint;

/** For each of the four cases (in neither set, in the first, in the second, in both) one bit: whether it is in the result. */
const OPERATION = { union: 0b1110, intersection: 0b1000, difference: 0b0010 } as const;
export type Operation = keyof typeof OPERATION;

/** Room for a result; typed arrays and plain ones alike. */
interface Room {
  [index: number]: Point;
}

/** Writes the result's points to `out`, which has room for those of both sets together, and returns how many they are. */
export function combine(a: ArrayLike<Point>, b: ArrayLike<Point>, operation: Operation, out: Room): number {
  const [table, lengthA, lengthB] = [OPERATION[operation], a.length, b.length];
  let [i, j, length, inside] = [0, 0, 0, 0];
  while (i < lengthA || j < lengthB) {
    const x = i < lengthA ? a[i] : undefined;
    const y = j < lengthB ? b[j] : undefined;
    const at = y === undefined || (x !== undefined && x <= y) ? x : y;
    if (at === undefined) break;
    if (x === at) i++;
    if (y === at) j++;
    // Having passed an odd number of a set's points is being inside it.
    const now = (table >> ((i & 1) | ((j & 1) << 1))) & 1;
    if (now !== inside) out[length++] = at;
    inside = now;
  }
  return length;
}

/**
 * The union of intervals that may overlap, from their bounds sorted each for itself: after the k-th last bound comes a gap
 * exactly where the next first bound lies beyond it, since then as many intervals have ended as have begun.
 */
export function cover<P extends Point>(
  firsts: ArrayLike<P>,
  lasts: ArrayLike<P>,
  next: (at: P) => P,
  out: Room,
): number {
  let length = 0;
  for (let k = 0, from = 0; k < firsts.length; k++) {
    const first = firsts[from];
    const last = lasts[k];
    const following = firsts[k + 1];
    if (first === undefined || last === undefined) break;
    if (following !== undefined && following <= next(last)) continue;
    out[length++] = first;
    out[length++] = next(last);
    from = k + 1;
  }
  return length;
}

/** How many of the sorted points are at or before `at`: odd inside the set. */
export function passed(points: ArrayLike<Point>, at: Point): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const point = points[middle];
    if (point !== undefined && point <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function samePoints(a: ArrayLike<Point>, b: ArrayLike<Point>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
