import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, sallyport } from "../support/sallyport.ts";

const BAD = 'permit http/get when host matches "a.com"\npermit proxy/connect host: "b.com" # b\n';
const files = { "bad.fpl": BAD, "clean.fpl": "deny *\n", "open.fpl": "permit proxy/connect\n", "broken.fpl": "permit" };

test("a clean policy is exit code 0, a finding 1, a syntax error 2", () => {
  const cwd = folder(files);
  const code = (...names: string[]) => sallyport(["lint", ...names], { cwd }).code;
  expect([code("clean.fpl"), code("bad.fpl"), code("clean.fpl", "bad.fpl"), code("broken.fpl")]).toEqual([0, 1, 1, 2]);
});

test("a finding is printed with its place, what it means and its fix", () => {
  const { stdout } = sallyport(["lint", "bad.fpl"], { cwd: folder(files) });
  expect(stdout).toMatch(/^bad\.fpl:1:22: bare-argument: .*never matches.*\n {4}fix: write host: a\.com\n/);
  expect(stdout).toMatch(/\n2 findings in 1 file: --fix mends 2, 0 left to you\n$/);
});

test("--fix mends the file in place, then nothing is found", () => {
  const cwd = folder(files);
  expect(sallyport(["lint", "--fix", "bad.fpl"], { cwd }).code).toBe(0);
  expect(readFileSync(join(cwd, "bad.fpl"), "utf8")).toBe(
    "permit http/get host: a.com\npermit proxy/connect host: b.com # b\n",
  );
  expect(sallyport(["lint", "bad.fpl"], { cwd }).code).toBe(0);
  expect(readdirSync(cwd).sort()).toEqual(Object.keys(files).sort());
});

test("--fix leaves what it cannot mend safely, and says so", () => {
  const cwd = folder(files);
  const { code, stdout } = sallyport(["lint", "--fix", "open.fpl"], { cwd });
  expect([code, readFileSync(join(cwd, "open.fpl"), "utf8")]).toEqual([1, files["open.fpl"]]);
  expect(stdout).toContain("left to you: write one rule for each host");
});

test("--fix writes nothing when one of the files is broken", () => {
  const cwd = folder(files);
  expect(sallyport(["lint", "--fix", "bad.fpl", "broken.fpl"], { cwd }).code).toBe(2);
  expect(readFileSync(join(cwd, "bad.fpl"), "utf8")).toBe(BAD);
});

test("standard input is linted and cannot be fixed in place", () => {
  expect(sallyport(["lint", "-", "--json"], { input: BAD }).code).toBe(1);
  expect(sallyport(["lint", "-", "--fix"], { input: BAD }).code).toBe(2);
});
