import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, type Result, ROOT, sallyport } from "../support/sallyport.ts";

const SCENARIO = join(ROOT, "fixtures/scenarios/prefix-moved");
const here = folder();
const [runs, allowlist] = [join(SCENARIO, "runs"), join(SCENARIO, "allowlist.yaml")];

const cli = (...args: string[]): Result => sallyport(args, { cwd: here });
const done = (...args: string[]): void => expect(cli(...args)).toMatchObject({ code: 0, stderr: "" });
const COLUMNS = ["--items", "ranges", "--column", "cidr", "--service-column", "service", "--region-column", "region"];
const published = (day: string, into: string, now: string): void =>
  done(
    "prefixes",
    "import",
    "storehouse",
    join(SCENARIO, `lists/${day.slice(0, 7)}.json`),
    "--published",
    day,
    "--format",
    "json",
    ...COLUMNS,
    "--into",
    into,
    "--now",
    now,
  );
const check = (...more: string[]): Result => {
  const held = ["--production", "approved/candidate.nft", "--allowlist", allowlist, "--now", "2026-11-21T00:00:00Z"];
  return cli("check", runs, ...held, "--approved", "approved/candidate.json", ...more);
};

describe("a published list that moved since the rules were approved", () => {
  published("2026-08-15", "approved/lists", "2026-09-01T00:00:00Z");
  done("observe", runs, "-o", "observations.jsonl");
  done("merge", "observations.jsonl", "-o", "evidence.json");
  const proposing = ["--prefixes", "approved/lists", "--now", "2026-09-01T00:00:00Z", "--out", "approved", "--quiet"];
  done("propose", "evidence.json", "--allowlist", allowlist, ...proposing);
  published("2026-11-14", "today", "2026-11-20T00:00:00Z");

  test("is told for the rules that it moved under, and for no other", async () => {
    const { code, stdout } = check("--prefixes", "today", "--out", "report");
    await expect(stdout).toMatchFileSnapshot(join(SCENARIO, "report.txt"));
    await expect(readFileSync(join(here, "report/report.md"), "utf8")).toMatchFileSnapshot(join(SCENARIO, "report.md"));
    expect(code).toBe(0);
  });

  test("fails the check where that was asked for", () => {
    expect(check("--prefixes", "today", "--fail-on", "prefix-moved").code).toBe(1);
  });

  test("is told where both are named in sallyport.yaml", async () => {
    const settings = "version: 1\nprefixes: today\napproved: approved/candidate.json\n";
    writeFileSync(join(here, "settings.yaml"), settings);
    const args = ["--production", "approved/candidate.nft", "--allowlist", allowlist, "--now", "2026-11-21T00:00:00Z"];
    const { stdout } = cli("check", runs, ...args, "--config", "settings.yaml");
    await expect(stdout).toMatchFileSnapshot(join(SCENARIO, "report.txt"));
  });

  test("is not told of the list that they were approved with", () => {
    expect(check("--prefixes", "approved/lists").stdout).not.toContain("prefix-moved");
  });

  test("is told by diff of the candidate itself", () => {
    const args = [
      "--production",
      "approved/candidate.nft",
      "--against",
      "approved/candidate.json",
      "--prefixes",
      "today",
    ];
    const { stdout } = cli("diff", ...args, "--now", "2026-11-21T00:00:00Z");
    expect(stdout).toContain("prefix-moved (2)");
  });
});

describe("an approval in the allowlist", () => {
  const decided = "allowlist.yaml";
  const endpoints = ["artefacts.storehouse.example:443/tcp", "queue.storehouse.example:443/tcp"];
  const reviewed = (...more: string[]): Result =>
    cli("check", runs, "--production", "approved/candidate.nft", "--allowlist", decided, ...more);
  const today = ["--prefixes", "today", "--now", "2026-11-21T00:00:00Z"];
  const about = ["--why", "builds", "--owner", "build-platform", "--by", "jo@corp.example", "--expires", "2027-03-01"];
  cli(
    "review",
    "approved/candidate.json",
    "--allowlist",
    decided,
    ...endpoints.flatMap((endpoint) => ["--decide", `${endpoint}=allow`]),
    ...about,
    "--now",
    "2026-09-01T00:00:00Z",
  );

  test("says which version of the list it was given with, and whose the addresses were", () => {
    const text = readFileSync(join(here, decided), "utf8");
    expect(text).toMatch(
      /lists:\n +- list: storehouse\n +version: 2026-08-15\n +digest: sha256:[0-9a-f]{64}\n +services:/,
    );
  });

  test("is held against today's list, without the candidate that was approved", () => {
    const { stdout } = reviewed(...today);
    expect(stdout).toContain("prefix-moved (1)");
    expect(stdout).toMatch(/\(approved with 2026-08-15 as storehouse [^)]+, now 2026-11-14\)/);
  });

  test("and raises nothing while the list is the one it was given with", () => {
    expect(reviewed("--prefixes", "approved/lists", ...today.slice(2)).stdout).not.toContain("prefix-moved");
  });

  test("is told once where the candidate is given too", () => {
    const { stdout } = reviewed(...today, "--approved", "approved/candidate.json");
    expect(stdout).toContain("prefix-moved (2)");
  });
});

test("a candidate that does not name its lists cannot be held against today's, and that is said", () => {
  const bare = JSON.parse(readFileSync(join(here, "approved/candidate.json"), "utf8")) as { prefixes?: unknown };
  delete bare.prefixes;
  const at = folder({ "candidate.json": JSON.stringify(bare) });
  const args = ["check", runs, "--production", "approved/candidate.nft", "--approved", join(at, "candidate.json")];
  expect(cli(...args)).toMatchObject({
    code: 2,
    stderr: `sallyport: ${join(at, "candidate.json")}: does not say with which prefix lists it was made\n`,
  });
});
