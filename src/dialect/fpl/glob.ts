/** Go's path.Match: `*` and `?` stay within a segment, `[a-z]` and `[^a-z]` are classes, `\` takes the next character. */

type Item =
  | { readonly kind: "literal"; readonly char: string }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

export type Glob = (text: string) => boolean;

/** What the pattern takes as a whole, or null when the pattern is malformed. */
function compileGlob(pattern: string): Glob | null {
  if (!/[*?[\\]/.test(pattern)) return (text) => text === pattern;
  const items = parseGlob(pattern);
  return items && ((text) => run(items, Array.from(text)));
}

/** A rule's tool: `*` alone takes every tool, and a malformed pattern what begins like it. */
export function compileToolGlob(pattern: string): Glob {
  if (pattern === "" || pattern === "*") return () => true;
  const start = pattern.replace(/\*$/, "");
  return compileGlob(pattern) ?? ((tool) => tool.startsWith(start));
}

/** A selector's value: nothing matches the empty text, `*` alone takes the rest, a malformed pattern only itself. */
export function compileValueGlob(pattern: string, ignoreCase: boolean): Glob {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const wanted = fold(pattern.trim());
  const glob = wanted === "*" ? () => true : (compileGlob(wanted) ?? ((text: string) => text === wanted));
  return (text) => {
    const value = fold(text.trim());
    return value !== "" && glob(value);
  };
}

/**
 * Going back to the last star only is enough, and linear in practice: an earlier star could reach no further, because
 * neither crosses a slash.
 */
function run(items: readonly Item[], text: readonly string[]): boolean {
  let [i, t, starItem, starText] = [0, 0, -1, 0];
  while (t < text.length) {
    const item = items[i];
    if (item?.kind === "star") [starItem, starText, i] = [i, t, i + 1];
    else if (item !== undefined && takes(item, text[t] ?? "")) [i, t] = [i + 1, t + 1];
    else if (starItem >= 0 && text[starText] !== "/") [i, t, starText] = [starItem + 1, starText + 1, starText + 1];
    else return false;
  }
  while (items[i]?.kind === "star") i++;
  return i === items.length;
}

function takes(item: Item, char: string): boolean {
  switch (item.kind) {
    case "literal":
      return char === item.char;
    case "any":
      return char !== "/";
    case "star":
      return false;
    case "class":
    default:
      return item.ranges.some(([low, high]) => code(low) <= code(char) && code(char) <= code(high)) !== item.negated;
  }
}

const code = (char: string): number => char.codePointAt(0) ?? 0;

function parseGlob(pattern: string): Item[] | null {
  const chars = Array.from(pattern);
  const items: Item[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? "";
    if (char === "*") items.push({ kind: "star" });
    else if (char === "?") items.push({ kind: "any" });
    else if (char === "[") {
      const parsed = parseClass(chars, i + 1);
      if (!parsed) return null;
      items.push(parsed.item);
      i = parsed.end;
    } else if (char === "\\") {
      i++;
      const escaped = chars[i];
      if (escaped === undefined) return null;
      items.push({ kind: "literal", char: escaped });
    } else items.push({ kind: "literal", char });
  }
  return items;
}

function parseClass(chars: readonly string[], start: number): { readonly item: Item; readonly end: number } | null {
  const negated = chars[start] === "^";
  const ranges: [string, string][] = [];
  let i = negated ? start + 1 : start;
  const member = (): string | null => {
    if (chars[i] === "\\") i++;
    // path.Match wants these two escaped, a closing bracket first in its class included.
    else if (chars[i] === "-" || chars[i] === "]") return null;
    return chars[i++] ?? null;
  };
  while (chars[i] !== "]" || ranges.length === 0) {
    const low = member();
    if (low === null) return null;
    let high: string | null = low;
    if (chars[i] === "-") {
      i++;
      high = member();
    }
    // A class that is still open at the end of the pattern is malformed.
    if (high === null || chars[i] === undefined) return null;
    ranges.push([low, high]);
  }
  return { item: { kind: "class", negated, ranges }, end: i };
}

/** A star for each class: its characters need not stand in a text, as those beside it do. */
export const withoutClasses = (pattern: string): string => pattern.replace(/\[[^\]]*\]/g, "*");
