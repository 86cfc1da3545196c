import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { folder, ROOT } from "../support/sallyport.ts";

describe("the demo's committed outputs", () => {
  const fresh = folder();
  const printed = execFileSync(process.execPath, ["ci/demo.mjs", fresh], { cwd: ROOT, encoding: "utf8" });
  const committed = join(ROOT, "reports/demo");

  test("are all there is", () => {
    expect(readdirSync(fresh).sort()).toEqual(readdirSync(committed).sort());
    expect(readdirSync(committed)).toHaveLength(10);
  });

  test.each(readdirSync(committed))("%s is what the demo writes, byte for byte", (name) => {
    expect(readFileSync(join(fresh, name), "utf8")).toBe(readFileSync(join(committed, name), "utf8"));
  });

  test("it says that CI would fail here", () => {
    expect(printed).toContain("In CI this run would fail here (exit code 1)");
  });
});
