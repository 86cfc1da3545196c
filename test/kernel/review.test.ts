import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { candidate, rule } from "../support/build.ts";
import { folder, MAIN, ROOT } from "../support/sallyport.ts";

const ANSWER = join(ROOT, "test/kernel/answer.py");
const ALLOW = [
  ["quit? ", "a\r"],
  ["why: ", "the model\r"],
  ["owner: ", "agents\r"],
  ["ticket (may be empty): ", "\r"],
  ["the default): ", "30d\r"],
] as const;

function sit(answers: readonly (readonly [string, string])[]): { here: string; code: number | null; shown: string } {
  const rules = [rule("api.example.com", ["203.0.113.1"]), rule("telemetry.example", ["203.0.113.9"])];
  const here = folder({ "candidate.json": JSON.stringify(candidate(rules)) });
  const program = [process.execPath, MAIN, "review", "candidate.json", "--allowlist", "a.yaml", "--by", "jo"];
  const run = spawnSync("python3", [ANSWER, JSON.stringify(answers), ...program, "--now", "2026-11-21T00:00:00Z"], {
    cwd: here,
    encoding: "utf8",
  });
  return { here, code: run.status, shown: run.stdout };
}

describe("a person at a terminal", () => {
  test("is asked one endpoint after another, and what was decided is kept when they leave", () => {
    const { here, code, shown } = sit([...ALLOW, ["quit? ", "q\r"]]);
    expect(shown).toContain("2 of 2  telemetry.example:443/tcp");
    expect(readFileSync(join(here, "a.yaml"), "utf8")).toContain("expires: 2026-12-21");
    expect(code).toBe(0);
  });

  test("leaves everything as it was with Ctrl-C", () => {
    const { here, code } = sit([...ALLOW, ["quit? ", "\u0003"]]);
    expect(existsSync(join(here, "a.yaml"))).toBe(false);
    expect(code).toBe(130);
  });
});
