/** The last door before an output: whatever text arrives, nothing in it can act in a terminal or in Markdown. */

/** C0, DEL, C1, line and paragraph separators, bidirectional controls (CVE-2021-42574), zero-width and tag characters. */
const ACTIVE =
  /[\p{Cc}\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\uD800-\uDFFF]|[\u{E0000}-\u{E007F}]/gu;

/** One line of plain text; characters that act are shown as `\u{1b}`. */
export function plain(text: string): string {
  return text.replace(ACTIVE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** JSON text of the same value, in which such characters are escaped as JSON does: it is printed to terminals too. */
export function json(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(ACTIVE, (char) => {
    // The only control characters that are left are the line breaks of the indentation.
    if (char === "\n") return char;
    return char
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
}

/** Text inside a Markdown paragraph, list or table cell: every character that could start markup, a link or a mention is escaped. */
export function markdown(text: string): string {
  return plain(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_{}[\]()#+!|~$]/g, (char) => `\\${char}`)
    .replace(/@/g, "&#64;")
    .replace(/:\/\//g, "&#58;//")
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}&#46;`);
}

/** A Markdown code span; GFM tables split cells at `|` even inside one, so the bar is escaped there too. */
export function code(text: string): string {
  const inner = plain(text).replace(/`/g, "'").replace(/\|/g, "\\|");
  return inner === "" ? "" : `\`${inner}\``;
}
