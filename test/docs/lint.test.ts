import { expect, test } from "vitest";
import { lintFpl } from "../../src/dialect/fpl/index.ts";
import { LINT_KINDS } from "../../src/model/lint.ts";
import { lintJson } from "../../src/report/index.ts";
import { block, page, rows } from "./pages.ts";

const text = page("docs/lint.md");

test("the page lists every kind of lint, as the code has it", () => {
  expect(rows(text).map(([kind, says]) => [kind, says])).toEqual(Object.entries(LINT_KINDS));
});

test("the page shows the shape of the JSON", () => {
  const shown = JSON.parse(block(text, "json"));
  const found = lintFpl({ path: "p.fpl", text: 'permit proxy/connect host: "a.com"' });
  const made = JSON.parse(lintJson({ files: ["p.fpl"], found, written: false }));
  expect({ ...made.findings[0], id: "", means: "" }).toEqual({ ...shown.findings[0], id: "", means: "" });
  expect(Object.keys(made)).toEqual(Object.keys(shown));
});
