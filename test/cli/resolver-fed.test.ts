import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Candidate } from "../../src/model/candidate.ts";
import { folder, sallyport } from "../support/sallyport.ts";

const LOG = [
  { dest_ip: "192.0.2.1", dest_port: 443, proto: "tcp", host: "api.example.com" },
  { dest_ip: "192.0.2.9", dest_port: 8443, proto: "tcp" },
];

test("with --resolver-sets the candidate and the report say which rules dnsmasq is told by name", () => {
  const here = folder({
    "run.jsonl": LOG.map((line) => `${JSON.stringify(line)}\n`).join(""),
    "production.fpl": "agent a { default deny rules { permit proxy/connect host: api.example.com port: 443 } }\n",
  });
  const check = (...more: string[]): (string | undefined)[] => {
    sallyport(
      ["check", "run.jsonl", "--production", "production.fpl", "--out", "out", "--now", "2026-11-21", ...more],
      {
        cwd: here,
      },
    );
    const candidate = JSON.parse(readFileSync(join(here, "out/candidate.json"), "utf8")) as Candidate;
    return candidate.rules.map(({ chosen }) => chosen.withResolver);
  };
  expect(check()).toEqual([undefined, undefined]);
  expect(new Set(check("--resolver-sets"))).toEqual(new Set(["resolver-fed", undefined]));
  const report = readFileSync(join(here, "out/report.md"), "utf8");
  expect(report).toContain("observed; resolver-fed where dnsmasq fills sets |");
  // What was written is read again by whoever reviews it.
  const list = ["review", "out/candidate.json", "--allowlist", "a.yaml", "--list", "--json", "--now", "2026-11-21"];
  const { code, stdout } = sallyport(list, { cwd: here });
  expect([code, stdout.includes('"withResolver": "resolver-fed"')]).toEqual([0, true]);
});
