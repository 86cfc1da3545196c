import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";

const RUNS = join(ROOT, "fixtures/demo/runs");

/** The package as npm would publish it, unpacked far from the code it was built from. */
const home = folder();
const installed = join(home, "package");

beforeAll(() => {
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", home], { cwd: ROOT });
  execFileSync("tar", ["-xzf", readdirSync(home).find((name) => name.endsWith(".tgz")) ?? ""], { cwd: home });
  symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
});

const run = (...args: string[]): string =>
  spawnSync(process.execPath, [join(installed, "dist/cli/main.js"), ...args], { cwd: home, encoding: "utf8" }).stdout;

describe("the package that is published", () => {
  test.each<readonly [string, readonly string[]]>([
    ["knows its version", ["--version"]],
    ["reads on several threads", ["observe", RUNS, "--threads", "2", "--quiet"]],
    ["has the published prefix lists", ["prefixes", "lookup", "140.82.112.3"]],
  ])("%s", (_, args) => {
    const { code, stdout } = sallyport(args);
    expect([code, stdout.length > 0]).toEqual([0, true]);
    expect(run(...args)).toBe(stdout);
  });
});
