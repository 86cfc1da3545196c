import { describe, expect, test } from "vitest";
import { folder, sallyport } from "../support/sallyport.ts";

const RULES = "*filter\n:OUTPUT DROP [0:0]\n-A OUTPUT -m set --match-set ovens dst,dst -j ACCEPT\nCOMMIT\n";

const here = folder({
  "rules.v4": RULES,
  firewall: RULES,
  "sets.ipset": 'create ovens hash:ip,port comment\nadd ovens 192.0.2.1,443 comment "bread"\n',
  "policy.nft": "table inet t {\n}\n",
});

const decide = (...args: string[]): ReturnType<typeof sallyport> => sallyport(["decide", ...args], { cwd: here });

describe("the files of an iptables policy", () => {
  test.each([
    [
      ["rules.v4", "tcp", "192.0.2.1", "443"],
      "unknown  default  depends on rules.v4:3: --match-set ovens dst,dst: no file",
    ],
    [["rules.v4", "--beside", "sets.ipset", "tcp", "192.0.2.1", "443"], "permit  sets.ipset:2:11  bread"],
    [["rules.v4", "--beside", "sets.ipset", "tcp", "192.0.2.1", "80"], "deny  default  policy drop"],
    [
      ["rules.v4", "--beside", "sets.ipset", "tcp", "2001:db8::1", "443"],
      "unknown  default  no file speaks about IPv6",
    ],
    [["firewall", "--family", "4", "tcp", "2001:db8::1", "443"], "unknown  default  no file speaks about IPv6"],
    [["firewall", "--family", "6", "tcp", "192.0.2.1", "443"], "unknown  default  no file speaks about IPv4"],
    [["rules.v4", "--family", "6", "tcp", "2001:db8::1", "443"], "unknown  default  no file speaks about IPv6"],
  ])("%j", (args, answer) => {
    const { code, stdout } = decide(...args);
    expect(stdout).toMatch(new RegExp(`^${answer.replaceAll(".", "\\.")}`));
    expect(code).toBe(0);
  });

  test("are of one dialect", () => {
    const { code, stderr } = decide("rules.v4", "--beside", "policy.nft", "tcp", "192.0.2.1", "443");
    expect(stderr).toContain("--beside: a policy is in one dialect, not in nftables and iptables");
    expect(code).toBe(2);
  });
});
