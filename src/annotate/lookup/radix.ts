/** Least-significant-digit radix sort of rows of 16-bit cells: linear, stable, and the same order on every machine. */

/**
 * The row numbers 0..count-1, ascending by the given cells of each row, the first cell weighing most; a row is `stride`
 * values of `keys`.
 */
export function sortedRows(keys: Uint16Array, stride: number, cells: readonly number[], count: number): Uint32Array {
  let rows = new Uint32Array(count);
  let spare = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  const next = new Uint32Array(0x1_0001);
  const last = count * stride;
  for (const cell of cells.toReversed()) {
    countValues(keys, cell, stride, last, next);
    // Most IPv6 prefixes are zero after the fourth group: such a cell decides nothing.
    if (next[(keys[cell] ?? 0) + 1] === count) continue;
    addUp(next);
    scatter(keys, cell, stride, rows, next, spare);
    [rows, spare] = [spare, rows];
  }
  return rows;
}

// One loop a function: each is compiled while it runs, and a second loop behind it would throw that work away.

/** How often each value occurs in the cell, at the place after the value's. */
function countValues(keys: Uint16Array, cell: number, stride: number, last: number, next: Uint32Array): void {
  next.fill(0);
  for (let at = cell; at < last; at += stride) {
    const value = (keys[at] ?? 0) + 1;
    next[value] = (next[value] ?? 0) + 1;
  }
}

/** From how often each value occurs to where its first row goes. */
function addUp(next: Uint32Array): void {
  let sum = 0;
  for (let value = 0; value < next.length; value++) {
    sum += next[value] ?? 0;
    next[value] = sum;
  }
}

function scatter(
  keys: Uint16Array,
  cell: number,
  stride: number,
  from: Uint32Array,
  next: Uint32Array,
  to: Uint32Array,
): void {
  for (let place = 0; place < from.length; place++) {
    const row = from[place] ?? 0;
    const value = keys[row * stride + cell] ?? 0;
    const target = next[value] ?? 0;
    to[target] = row;
    next[value] = target + 1;
  }
}
