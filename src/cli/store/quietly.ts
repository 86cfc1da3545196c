/** For work in a folder that other programs work in too: one may have done the same a moment before, or forbid it. */

/** Null where it failed. */
export function quietly<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
