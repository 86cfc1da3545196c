import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { page, rootUrl, rows } from "./pages.ts";

interface Limit {
  readonly file: string;
  readonly name: string;
  readonly value: number;
}

const CONSTANT = /^(?:export )?const (MAX_\w+)(?:: number)? = ([\d_xa-fA-F *+]+);/gm;

/** What a constant's expression comes to: numbers, products, and a sum of those. */
function valueOf(expression: string): number {
  const product = (text: string): number =>
    text.split("*").reduce((sum, factor) => sum * Number(factor.replaceAll("_", "")), 1);
  return expression.split("+").reduce((sum, term) => sum + product(term), 0);
}

/** The limits of log formats are told on the pages of those, the limits of explanations on theirs. */
const ELSEWHERE = /^(logs|explain)\/|^track\/conversation\.ts$/;

const LIMITS: readonly Limit[] = ["ingest", "attribute"].flatMap((stage) =>
  readdirSync(rootUrl(`src/${stage}/`), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !ELSEWHERE.test(path))
    .flatMap((path) =>
      [...readFileSync(rootUrl(`src/${stage}/${path}`), "utf8").matchAll(CONSTANT)].map(
        ([, name = "", value = ""]) => ({ file: `${stage}/${path}`, name, value: valueOf(value) }),
      ),
    ),
);

const ROWS = rows(page("docs/captures-limits.md"))
  .filter(([name = ""]) => name.startsWith("`MAX_"))
  .map(([name = "", file = "", value = "", , reported = ""]) => ({
    limit: `${file} ${name} ${value}`.replaceAll("`", ""),
    words: [...reported.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
    reported,
  }));

describe("docs/captures-limits.md", () => {
  test("has every limit of the code with its value, and no other", () => {
    expect(LIMITS.length).toBeGreaterThan(30);
    expect(ROWS.map(({ limit }) => limit).sort()).toEqual(
      LIMITS.map(({ file, name, value }) => `${file} ${name} ${value}`).sort(),
    );
  });

  test.each(ROWS)("$limit is reported in words that the output has, or why not", ({ words, reported }) => {
    const explained = page("docs/formats/observation.md");
    if (words.length === 0) expect(reported).toMatch(/^nothing: \w+/);
    for (const word of words) expect(explained).toContain(`\`${word}\``);
  });
});
