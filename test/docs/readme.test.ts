/** The README's demo block is what the demo prints, with `...` where lines are left out. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, ROOT } from "../support/sallyport.ts";

test("the README shows what the demo prints", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const shown = /It prints:\n\n```\n([\s\S]*?)```/.exec(readme)?.[1]?.trimEnd().split("\n") ?? [];
  const printed = execFileSync(process.execPath, ["ci/demo.mjs", folder()], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).split("\n");
  expect(shown.length).toBeGreaterThan(10);
  let at = printed.indexOf(shown[0] ?? "");
  expect(at).toBeGreaterThan(0);
  for (const [i, line] of shown.entries()) {
    if (line === "...") continue;
    const next = shown[i - 1] === "..." ? printed.indexOf(line, at) : at;
    expect(printed[next]).toBe(line);
    at = next + 1;
  }
});
