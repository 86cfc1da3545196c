/** The orders that make every output independent of the order of its inputs. */

/** By UTF-16 code unit: the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Null first, then by value. */
export function compareNumbers(a: number | null, b: number | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return a - b;
}

export function sortedUnique<T extends string>(items: Iterable<T>): T[] {
  // Most lists of names and flags have one or none.
  if (Array.isArray(items) && items.length < 2) return [...items];
  return [...new Set(items)].sort(compareText);
}
