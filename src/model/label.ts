/** Labels chosen by somebody else (run ids, tools, processes, workloads), made safe to print anywhere. */

const UNSAFE = /[^A-Za-z0-9._/@:+=-]/gu;
const LIMIT = 200;

/**
 * Percent-encodes every character that could act in a rule file, shell, Markdown, HTML, CSV or terminal, and cuts at 200
 * characters with a mark. Spaces are encoded too: a label is one word.
 */
export function safeLabel(text: string): string {
  const cut = text.length > LIMIT;
  const kept = cut ? text.slice(0, LIMIT).replace(/[\uD800-\uDBFF]$/u, "") : text;
  const safe = kept.replace(UNSAFE, (char) => {
    const bytes = new TextEncoder().encode(char);
    return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  });
  return cut ? `${safe}%2E%2E%2E` : safe;
}
