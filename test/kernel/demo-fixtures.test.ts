/** The demo's recordings and production policy, held against tshark and the real loaders. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const demo = "fixtures/demo";

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: "pipe" });
}

describe("the demo's recordings", () => {
  it("hold every attempt the agent wrote down, whole, and nothing else", () => {
    expect(run("node", "ci/demo-lab/verify.mjs", `${demo}/truth.json`, `${demo}/runs`)).toBe("verified 12 runs\n");
  });
});

describe("the demo's production policy", () => {
  it.each([
    ["nft", "-c", "-f", `${demo}/policy/production.nft`],
    ["iptables-restore", "--test", `${demo}/policy/rules.v4`],
    ["ip6tables-restore", "--test", `${demo}/policy/rules.v6`],
  ])("loads into the real %s", (...command) => {
    expect(run("unshare", "-rn", ...command)).toBe("");
  });
});
