/** Published lists that are lines of text: comments and blank lines out, every other line with its number. */

export function* contentLines(text: string): Generator<{ line: string; number: number }> {
  // One line at a time: a file of nothing but line ends must not become an array of them.
  for (let number = 1, from = 0; from < text.length; number++) {
    const found = text.indexOf("\n", from);
    const end = found < 0 ? text.length : found;
    const line = text.slice(from, end).trim();
    if (line !== "" && !line.startsWith("#")) yield { line, number };
    from = end + 1;
  }
}
