import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";

const DEMO = join(ROOT, "fixtures/demo");
const NOW = ["--now", "2026-11-21T00:00:00Z"];
const PRODUCTION = ["production.fpl", "production.nft", "rules.v4", "rules.v6"].flatMap((name) => [
  "--production",
  join(DEMO, "policy", name),
]);
const ALLOWLIST = ["--allowlist", join(DEMO, "allowlist.yaml")];

const read = (path: string): string => readFileSync(path, "utf8");

describe("check is its stages one after another", () => {
  const here = folder();
  const check = sallyport(["check", join(DEMO, "runs"), ...PRODUCTION, ...ALLOWLIST, ...NOW, "--out", "check"], {
    cwd: here,
  });
  const at = (name: string): string => join(here, name);

  test("observe", () => {
    expect(sallyport(["observe", join(DEMO, "runs")]).stdout).toBe(read(at("check/observations.jsonl")));
  });

  test("merge", () => {
    expect(sallyport(["merge", at("check/observations.jsonl")]).stdout).toBe(read(at("check/evidence.json")));
  });

  test("propose", () => {
    sallyport(["propose", at("check/evidence.json"), ...ALLOWLIST, ...NOW, "--out", "propose"], { cwd: here });
    const names = readdirSync(at("propose"));
    expect(names).toEqual(["candidate.fpl", "candidate.json", "candidate.nft", "rules.v4", "rules.v6"]);
    for (const name of names) expect(read(at(`propose/${name}`))).toBe(read(at(`check/${name}`)));
  });

  test("the stages of a rollout are printed beside the rest", () => {
    const args = ["propose", at("check/evidence.json"), ...NOW, "--stages"];
    expect(sallyport([...args, ...ALLOWLIST, "--out", "staged"], { cwd: here }).code).toBe(0);
    const stages = [
      "prod_enforce_10",
      "prod_enforce_50",
      "prod_enforce_100",
      "staging_enforce_10",
      "staging_enforce_50",
    ];
    const written = [...stages.map((name) => `${name}.fpl`), "stages.csv"];
    expect(readdirSync(at("staged"))).toEqual([...readdirSync(at("propose")), ...written].sort());
    for (const stage of stages) expect(sallyport(["lint", at(`staged/${stage}.fpl`)]).code).toBe(0);
    expect(sallyport([...args, "--out", "staged"], { cwd: here }).stderr).toContain("--allowlist is needed");
    expect(sallyport([...args, ...ALLOWLIST], { cwd: here }).stderr).toContain("--out is needed");
  });

  test("what a resolver's sets take is printed beside the rest, which stays as it is", () => {
    const args = ["propose", at("check/evidence.json"), ...ALLOWLIST, ...NOW, "--resolver-sets", "--out", "fed"];
    expect(sallyport(args, { cwd: here }).code).toBe(0);
    const ipset = ["candidate.dnsmasq-ipset.conf", "candidate.dnsmasq.ipset"];
    const chains = ["candidate.dnsmasq.rules.v4", "candidate.dnsmasq.rules.v6"];
    const fed = ["candidate.dnsmasq.conf", "candidate.dnsmasq.nft", ...ipset, ...chains];
    const rest = readdirSync(at("propose")).filter((name) => name !== "candidate.json");
    expect(readdirSync(at("fed"))).toEqual(["candidate.json", ...rest, ...fed].sort());
    for (const name of rest) expect(read(at(`fed/${name}`))).toBe(read(at(`check/${name}`)));
    const sets = read(at("fed/candidate.dnsmasq.conf")).match(/#resolved\w+/g) ?? [];
    expect(sets.length).toBeGreaterThan(0);
    for (const set of sets) expect(read(at("fed/candidate.dnsmasq.nft"))).toContain(`set ${set.slice(1)} {`);
    // With what it could not say listed, the candidate is still one that the other commands read.
    const diff = ["diff", ...PRODUCTION, "--against", at("fed/candidate.json"), ...NOW];
    expect(sallyport(diff).code).toBe(1);
  });

  test.each([
    ["candidate.json", []],
    ["evidence.json", ALLOWLIST],
  ])("diff against %s", (against, more) => {
    const args = ["diff", ...PRODUCTION, "--against", at(`check/${against}`), ...more, ...NOW];
    const json = sallyport([...args, "--json"]);
    expect(json.stdout).toBe(read(at("check/drift.json")));
    expect(json.code).toBe(1);
    expect(sallyport([...args, "--format", "markdown"]).stdout).toBe(read(at("check/report.md")));
    expect(sallyport([...args, "--format", "unified"]).stdout).toBe(read(at("check/drift.diff")));
    expect(sallyport(args).stdout).toBe(check.stdout);
  });
});

describe("the same inputs give the same bytes", () => {
  const files = readdirSync(join(DEMO, "runs"), { withFileTypes: true }).map((entry) => join(DEMO, "runs", entry.name));

  test("in any order of inputs", () => {
    const forward = sallyport(["observe", ...files]).stdout;
    expect(forward).not.toBe("");
    expect(sallyport(["observe", ...files.toReversed()]).stdout).toBe(forward);
  });

  test("in a file and on standard output, of one run or several", () => {
    for (const inputs of [files, files.slice(0, 1)]) {
      const path = join(folder(), "observations.jsonl");
      expect(sallyport(["observe", ...inputs, "-o", path]).stdout).toBe("");
      expect(read(path)).toBe(sallyport(["observe", ...inputs]).stdout);
    }
  });

  test("merged in any sharding by whole runs", () => {
    const here = folder();
    const shards = [files.slice(0, 5), files.slice(5)].map((shard, i) => {
      const path = join(here, `shard-${i}.json`);
      sallyport(["observe", ...shard, "-o", `${path}l`]);
      sallyport(["merge", `${path}l`, "-o", path]);
      return path;
    });
    sallyport(["observe", ...files, "-o", join(here, "all.jsonl")]);
    const whole = sallyport(["merge", join(here, "all.jsonl")]).stdout;
    expect(sallyport(["merge", ...shards]).stdout).toBe(whole);
    expect(sallyport(["merge", ...shards.toReversed(), join(here, "all.jsonl")]).stdout).toBe(whole);
  });

  test("from another working folder, with no path of the machine in any output", () => {
    const here = folder();
    sallyport(["check", join(DEMO, "runs"), ...PRODUCTION, ...NOW, "--out", "out"], { cwd: here });
    for (const name of ["observations.jsonl", "evidence.json", "candidate.json", "candidate.nft", "report.md"]) {
      expect(read(join(here, "out", name))).not.toContain(ROOT);
    }
  });
});

test("exit codes: 1 with findings, 0 when none of the kinds asked for is there", () => {
  const args = ["check", join(DEMO, "runs"), ...PRODUCTION, ...ALLOWLIST, ...NOW];
  expect(sallyport(args).code).toBe(1);
  expect(sallyport([...args, "--fail-on", "prefix-moved"]).code).toBe(0);
});
