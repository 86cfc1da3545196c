import { expect, test } from "vitest";
import { page, rows } from "./pages.ts";

test("each package has its reason, and each reason its package", () => {
  const { dependencies, devDependencies } = JSON.parse(page("package.json")) as Record<string, Record<string, string>>;
  const explained = rows(page("docs/decisions/0001-dependencies.md"))
    .flatMap(([cell = ""]) => cell.split(", "))
    .map((name) => name.replaceAll("`", ""));
  expect(explained.sort()).toEqual([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})].sort());
});
