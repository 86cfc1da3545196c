import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { holding } from "../../../src/cli/review/lock.ts";
import { candidate, rule } from "../../support/build.ts";
import { folder, MAIN, sallyport } from "../../support/sallyport.ts";

test("reviews at the same time lose no answer of one another", async () => {
  const names = ["a.example", "b.example", "c.example", "d.example", "e.example"];
  const rules = names.map((name, i) => rule(name, [`203.0.113.${i}`]));
  const here = folder({ "candidate.json": JSON.stringify(candidate(rules)) });
  const args = ["review", "candidate.json", "--allowlist", "allowlist.yaml", "--ledger", "ledger.jsonl", "--by", "jo"];
  await Promise.all(
    names.map(async (name) =>
      promisify(execFile)(process.execPath, [MAIN, ...args, "--decide", `${name}:443/tcp=deny`], { cwd: here }),
    ),
  );
  const decided = readFileSync(join(here, "allowlist.yaml"), "utf8").match(/\w\.example/g) ?? [];
  expect(decided.sort()).toEqual(names);
  expect(sallyport(["audit", "verify", "ledger.jsonl"], { cwd: here }).stdout).toMatch(/^INTACT: 5 records;/);
  expect(readdirSync(here).sort()).toEqual(["allowlist.yaml", "candidate.json", "ledger.jsonl"]);
});

test("a lock that somebody holds is waited for and told, under a link's name too, and is left in place", () => {
  const here = folder({ "a.yaml": "", ".a.yaml.lock": "" });
  symlinkSync("a.yaml", join(here, "link.yaml"));
  let worked = false;
  const work = (): void => {
    worked = true;
  };
  for (const name of ["a.yaml", "link.yaml"])
    expect(() => holding([join(here, name), join(here, "b.jsonl")], work, 40)).toThrow(
      ".a.yaml.lock: somebody else is writing; where nobody is, one was killed: remove it",
    );
  expect([worked, existsSync(join(here, ".a.yaml.lock")), existsSync(join(here, ".b.jsonl.lock"))]).toEqual([
    false,
    true,
    false,
  ]);
});

test("what fails lets the lock go", () => {
  const here = folder({ "a.yaml": "" });
  const fail = (): void => {
    throw new Error("refused");
  };
  expect(() => holding([join(here, "a.yaml"), "/dev/null"], fail)).toThrow("refused");
  expect(readdirSync(here)).toEqual(["a.yaml"]);
});
