/** What people write into policies, decisions and tables may come from a stranger's pull request: none of it acts in an output. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, sallyport } from "../support/sallyport.ts";

/** A C1 control sequence, an override of direction, a line separator, a zero-width space. */
const ACTIVE = "\u009B31m\u202E\u2028\u200B";
/** Whatever acts, but for the line breaks and tabs of the outputs themselves. */
const ACTS = /[^\n\t\P{Cc}]|[\u200B-\u200F\u2028-\u202E\u2066-\u2069]/u;

const RUN = '{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp","host":"a.example","ts":"2026-11-20T10:00:00Z"}\n';
const NFT = `table inet t {
  chain o {
    type filter hook output priority 0; policy drop;
    ip daddr 192.0.2.0/24 tcp dport 443 accept comment "nft${ACTIVE}"
    ip daddr 198.51.100.1 tcp dport 443 accept comment "unused${ACTIVE}"
  }
}
`;
const here = folder({
  "runs/one.jsonl": RUN,
  "production.nft": NFT,
  "proposed.nft": NFT.replace("192.0.2.0/24", "192.0.2.0/25"),
  "production.fpl": `agent a {\n  default deny\n  rules {\n    permit proxy/connect host: b.example port: 443 reason: "fpl${ACTIVE}"\n  }\n}\n`,
  "loose.fpl": `agent a {\n  default deny\n  rules {\n    permit proxy/connect port: 443 reason: "fpl${ACTIVE}"\n  }\n}\n`,
  "allowlist.yaml": `version: 1\ndecisions:\n  - endpoint: a.example:443/tcp\n    decision: allow\n    why: "why${ACTIVE}"\n    owner: "owner${ACTIVE}"\n    ticket: "ticket${ACTIVE}"\n`,
  "table.csv": `run,a${ACTIVE}\nr1,1\nr2${ACTIVE},1\n`,
});
const NOW = ["--now", "2026-11-21T00:00:00Z"];
const PRODUCTION = ["--production", "production.nft", "--production", "production.fpl"];
const run = (...args: string[]): string => {
  const { stdout, stderr } = sallyport([...args, ...NOW], { cwd: here });
  expect(stdout.length + stderr.length).toBeGreaterThan(0);
  return stdout + stderr;
};
const checked = run("check", "runs", ...PRODUCTION, "--allowlist", "allowlist.yaml", "--out", "out");

describe("no character acts", () => {
  test("in what check prints", () => {
    expect(checked).toContain("a.example:443/tcp");
    expect(checked).not.toMatch(ACTS);
  });

  test("in the files it writes, which do hold the texts", () => {
    for (const name of readdirSync(join(here, "out"))) {
      expect([name, ACTS.exec(readFileSync(join(here, "out", name), "utf8"))?.[0]]).toEqual([name, undefined]);
    }
    const { rules } = JSON.parse(readFileSync(join(here, "out/candidate.json"), "utf8")) as {
      rules: { reason: string }[];
    };
    expect(rules[0]?.reason).toBe(`why${ACTIVE} (ticket${ACTIVE})`);
  });

  test.each([
    ["diff", "--production", "production.nft", "--against", "proposed.nft"],
    ["diff", "--production", "production.nft", "--against", "proposed.nft", "--json"],
    ["diff", "--production", "production.nft", "--against", "proposed.nft", "--format", "markdown"],
    ["diff", ...PRODUCTION, "--against", "out/candidate.json", "--json"],
    ["decide", "production.nft", "tcp", "192.0.2.1", "443", "--json"],
    ["decide", "production.nft", "tcp", "192.0.2.1", "443"],
    ["explain", "192.0.2.1:443", "--production", "production.nft", "--json"],
    ["explain", "192.0.2.1:443", "--production", "production.nft"],
    ["lint", "loose.fpl"],
    ["lint", "loose.fpl", "--json"],
    ["coverage", "table.csv"],
    ["coverage", "table.csv", "--json"],
    ["review", "out/candidate.json", "--allowlist", "none.yaml", "--list"],
    ["review", "out/candidate.json", "--allowlist", "none.yaml", "--list", "--json"],
    ["review", "out/candidate.json", "--allowlist", "none.yaml"],
  ])("in what %s prints: %s %s %s %s %s %s", (...args) => expect(run(...args)).not.toMatch(ACTS));
});
