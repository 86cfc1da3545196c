/** Reads the documentation as its tests need it. */
import { readdirSync, readFileSync } from "node:fs";

const ROOT: URL = new URL("../../", import.meta.url);

export function rootUrl(path: string): URL {
  return new URL(path, ROOT);
}

export function page(path: string): string {
  return readFileSync(rootUrl(path), "utf8");
}

/** The text of the only fenced block of this language. */
export function block(text: string, language: string): string {
  const found = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter((match) => match[1] === language);
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${language}`);
  return found[0]?.[2] ?? "";
}

/** The cells of every table row whose first cell is filled, header and rule left out. */
export function rows(text: string): string[][] {
  const lines = text.split("\n");
  return lines
    .filter((line, i) => line.startsWith("| ") && !/^\|[-|]+\|$/.test(lines[i + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}

/** The part of a page below a heading, up to the next heading of any level. */
export function section(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`no heading ${heading}`);
  const body = text.slice(start + heading.length + 2);
  const end = body.search(/^#+ /m);
  return end < 0 ? body : body.slice(0, end);
}

/** Every Markdown file below a folder, as paths from the root. */
export function markdownBelow(folder: string): string[] {
  return readdirSync(rootUrl(`${folder}/`), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`)
    .sort();
}
