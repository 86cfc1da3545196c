import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LOG_FORMATS } from "../../src/ingest/logs/formats.ts";
import { ALIASES } from "../../src/ingest/logs/simple/fields.ts";
import { BLIND_SPOTS } from "../../src/model/blind-spot.ts";
import { FLAGS } from "../../src/model/flags.ts";
import { page, rootUrl, rows, section } from "./pages.ts";

/** Source of the stages that raise flags, reject records and know what they could not see. */
const source = ["ingest", "attribute", "cli"]
  .flatMap((stage) =>
    readdirSync(rootUrl(`src/${stage}/`), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(rootUrl(`src/${stage}/${name}`), "utf8")),
  )
  .join("\n");

const WORD = /"([a-z0-9]+(?:-[a-z0-9]+)*)"/g;

/** Every quoted word in what the pattern matches. */
function words(pattern: RegExp): string[] {
  const found = [...source.matchAll(pattern)].flatMap((match) =>
    [...match[0].matchAll(WORD)].map((word) => word[1] ?? ""),
  );
  return [...new Set(found)];
}

const documented = (heading: string): string[] =>
  rows(section(page("docs/formats/observation.md"), heading)).flatMap(([cell = ""]) =>
    cell.replaceAll("`", "").split(", "),
  );

test("an envelope can name each flag that is explained, and no other", () => {
  expect([...FLAGS].sort()).toEqual(documented("### Flags").sort());
});

test("each log format is explained, and no other", () => {
  expect(documented("### Logs").sort()).toEqual([...LOG_FORMATS].sort());
});

test("each field of plain JSON that is read is told, in the order in which the first counts", () => {
  const told = rows(section(page("docs/formats/observation.md"), "### Fields of plain JSON"));
  expect(told.map(([what, fields]) => [what, fields?.split(", ")].flat())).toEqual(
    Object.entries(ALIASES).map(([what, fields]) => [what, ...fields].map((word) => `\`${word}\``)),
  );
});

test.each([
  // `dns` says within ingestion that a flow carried answers; no output has it.
  ["flag", "### Flags", /flags?\.(?:add|push)\([^\n]*|\.flag\([^\n]*|flags: \[[^\]\n]*|flags = [^;\n]*/g, ["dns"]],
  [
    "rejected reason",
    "### Rejected reasons",
    /(?:rejections\.add|reject|corrupt|broken|giveUp)\([^\n]*|type Unusable =[^;]*/g,
    [],
  ],
  ["blind spot", "### Blind spots", /blindSpots\.add\([^\n]*/g, []],
] as const)("each %s that the code raises is explained, and no other", (_, heading, pattern, internal) => {
  const explained = new Set(documented(heading));
  expect(explained.size).toBeGreaterThan(3);
  const raised = words(pattern).filter((word) => !internal.some((known) => known === word));
  expect(raised.length).toBeGreaterThan(1);
  expect(raised.filter((word) => !explained.has(word))).toEqual([]);
  expect([...explained].filter((word) => !source.includes(`"${word}"`))).toEqual([]);
});

test("a report can say what each blind spot means", () => {
  expect(Object.keys(BLIND_SPOTS).sort()).toEqual(documented("### Blind spots").sort());
});
