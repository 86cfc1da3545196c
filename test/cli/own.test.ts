import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/model/candidate.ts";
import { folder, type Result, sallyport } from "../support/sallyport.ts";

const line = (ip: string, port: number): string =>
  `${JSON.stringify({ dest_ip: ip, dest_port: port, proto: "tcp" })}\n`;

describe("the sandbox's own addresses are left out of the count", () => {
  const here = folder({
    "runs/a.jsonl": line("10.0.2.2", 9000) + line("192.0.2.1", 443),
    "runs/b.jsonl": line("10.0.2.2", 9001) + line("192.0.2.1", 443),
    "production.fpl": "agent a { default deny rules { permit proxy/connect host: api.example.com port: 443 } }\n",
    "own.yaml": "version: 1\nown: [10.0.2.0/24]\n",
  });
  const cli = (...args: string[]): Result => sallyport([...args, "--now", "2026-11-21"], { cwd: here });
  const leftOut = (file: string): string[] => {
    const { completeness } = JSON.parse(readFileSync(join(here, file), "utf8")) as Candidate;
    return completeness?.leftOut.map(({ endpoint, kind }) => `${endpoint} ${kind}`) ?? [];
  };
  const OWN = ["10.0.2.2:9000/tcp own", "10.0.2.2:9001/tcp own"];
  const CHECK = ["check", "runs", "--production", "production.fpl", "--out", "out"];

  test.each([
    ["by nothing else", [], []],
    ["by the option", ["--own", "10.0.2.2"], OWN],
    ["by sallyport.yaml", ["--config", "own.yaml"], OWN],
  ])("of check, %s", (_, more, expected) => {
    expect(cli(...CHECK, ...more).code).toBe(1);
    expect(leftOut("out/candidate.json")).toEqual(expected);
  });

  test("of propose, from the same evidence", () => {
    expect(cli("propose", "out/evidence.json", "--own", "10.0.2.0/24", "--out", "proposed").code).toBe(0);
    expect(leftOut("proposed/candidate.json")).toEqual(OWN);
  });

  test.each([
    ["a candidate", "out/candidate.json", "--own goes with evidence; a candidate has been counted"],
    ["another policy", "production.fpl", "--own goes with evidence, not with another policy"],
  ])("and not of diff against %s", (_, against, message) => {
    const { code, stderr } = cli("diff", "--production", "production.fpl", "--against", against, "--own", "10.0.2.2");
    expect([code, stderr]).toEqual([2, `sallyport: ${message}\n`]);
  });

  test("where it is neither an address nor a prefix, it is refused", () => {
    const { code, stderr } = cli(...CHECK, "--own", "gateway");
    expect([code, stderr]).toEqual([2, "sallyport: --own: expected an address or prefix, not gateway\n"]);
  });
});
