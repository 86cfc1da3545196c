/** Free text made safe for a rule file: printable ASCII that neither shell, loader nor terminal reads anything into. */

const UNSAFE = /[^A-Za-z0-9 .,:/@+=()'[\]_-]/gu;

/** Other characters are percent-encoded, so that nothing vanishes unseen; cut at `limit` with a mark. */
export function safeProse(text: string, limit: number): string {
  const clipped = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/u, "");
  const safe = clipped.replace(UNSAFE, (char) =>
    [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
  return safe.length > limit || text.length > limit ? `${safe.slice(0, limit - 2)}..` : safe;
}
