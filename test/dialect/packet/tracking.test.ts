import { describe, expect, it } from "vitest";
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
import { loadNftables } from "../../../src/dialect/nftables/index.ts";
import type { PacketLayer } from "../../../src/dialect/packet/layer.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { Question } from "../../../src/model/policy.ts";

const QUESTION: Question = { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 };

/** A chain at a priority before the one that filters, which accepts what its one rule lets pass. */
function nftables(early: string, rule: string, priority = "raw", more = ""): PacketLayer {
  const chains = `chain e {\ntype filter hook output priority ${priority};\n${early}\n}
chain o {\ntype filter hook output priority 0; policy drop;\n${rule}\n}\n${more}`;
  return loadNftables([{ path: "p.nft", text: `table inet t {\n${chains}\n}\n` }]);
}

function iptables(raw: string, rule: string): PacketLayer {
  const text = `*raw\n:OUTPUT ACCEPT [0:0]\n${raw}\nCOMMIT\n*filter\n:OUTPUT DROP [0:0]\n${rule}\nCOMMIT\n`;
  return loadIptables([{ path: "rules.v4", text }]);
}

describe("a connection that a rule says shall not be tracked", () => {
  it.each([
    ["notrack", "ct state untracked accept", "permit"],
    ["notrack", "ct state new accept", "deny"],
    ["notrack", "ct direction original accept", "deny"],
    ["", "ct state untracked accept", "deny"],
    ["tcp dport 80 notrack", "ct state new accept", "permit"],
    ["tcp dport 443 notrack", "ct state new accept", "deny"],
    ["notrack drop", "accept", "deny"],
    ["accept\nnotrack", "ct state new accept", "permit"],
    ["jump {\nnotrack\n}", "ct state untracked accept", "permit"],
    ["ct state invalid notrack\nct state invalid drop", "ct state untracked accept", "permit"],
    ["meta mark 1 notrack", "ct state untracked accept", "unknown"],
    ["meta mark 1 accept\nnotrack", "ct state untracked accept", "unknown"],
    ["meta mark 1 jump {\nnotrack\n}", "ct state new accept", "unknown"],
    ["meta mark 1 notrack", "tcp dport 443 accept", "permit"],
    ["tcp sport 1-9 notrack\ntcp sport > 9 notrack", "ct state untracked accept", "permit"],
  ])("%j, then %j: %s", (early, rule, verdict) => {
    expect(nftables(early, rule).decide(QUESTION, 0).verdict).toBe(verdict);
  });

  it.each([
    ["-150", "deny"],
    ["-200", "unknown"],
    ["-201", "permit"],
  ])("is one only if it is said in time: at priority %s, %s", (priority, verdict) => {
    expect(nftables("notrack", "ct state untracked accept", priority).decide(QUESTION, 0).verdict).toBe(verdict);
  });

  it("never gets to chains that translate", () => {
    const nat = "chain n {\ntype nat hook output priority -100; policy drop;\n}";
    expect(nftables("notrack", "accept", "raw", nat).decide(QUESTION, 0).verdict).toBe("permit");
    expect(nftables("", "accept", "raw", nat).decide(QUESTION, 0).verdict).toBe("unknown");
  });

  it("is opened to by a rule for such connections, which opens nothing where there are none", () => {
    const opens = (early: string): boolean[] =>
      nftables(early, "ct state untracked accept").rules.map((each) => each.opens);
    expect([opens("notrack"), opens("")]).toEqual([[true], [false]]);
  });

  it("is said so on its way", () => {
    const actions = nftables("notrack", "ct state untracked accept")
      .trail(QUESTION, 0)
      .flatMap((step) => (step.kind === "rule" ? step.action : []));
    expect(actions).toEqual(["goes on, not tracked", "accept"]);
  });

  it.each([
    ["-A OUTPUT -j CT --notrack", "-A OUTPUT -m conntrack --ctstate UNTRACKED -j ACCEPT", "permit"],
    ["-A OUTPUT -p tcp -m tcp --dport 443 -j NOTRACK", "-A OUTPUT -m state --state UNTRACKED -j ACCEPT", "permit"],
    ["-A OUTPUT -j CT --notrack", "-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT", "deny"],
    ["-A OUTPUT -j CT --helper ftp", "-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT", "permit"],
  ])("in the raw table of iptables: %s, then %s: %s", (raw, rule, verdict) => {
    expect(iptables(raw, rule).decide(QUESTION, 0).verdict).toBe(verdict);
  });
});
