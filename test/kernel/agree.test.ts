import { describe, expect, it } from "vitest";
import { agree } from "./agree/agree.ts";
import { DIALECTS } from "./agree/dialects.ts";

/** `npm run agree -- --rulesets 2000` looks longer. */
const RULESETS = 150;

describe("our verdicts and the kernel's, at every bound of random rules", () => {
  it.each(DIALECTS)("$name", async (dialect) => {
    const { rulesets, probes, refused, unknown, disagreements } = await agree(dialect, RULESETS, 1);
    expect(disagreements).toEqual([]);
    expect([...unknown]).toEqual([]);
    expect(rulesets).toBeGreaterThanOrEqual(RULESETS);
    expect(probes).toBeGreaterThan(100 * RULESETS);
    expect(refused.length).toBeLessThan(RULESETS / 10);
  });
});

describe("a disagreement", () => {
  const [nft] = DIALECTS;
  if (nft === undefined) throw new Error("no dialect");
  /** Says of every packet to port 53 that it is refused. */
  const wrong: typeof nft = {
    ...nft,
    read(files) {
      const { layer, program } = nft.read(files);
      const deny = { verdict: "deny", rule: null, reason: "wrongly" } as const;
      return {
        program,
        layer: { ...layer, decide: (question, now) => (question.port === 53 ? deny : layer.decide(question, now)) },
      };
    },
  };

  it("is shown with the packet and the few lines it hangs on", async () => {
    const { disagreements } = await agree(wrong, 5, 1);
    const [first = ""] = disagreements;
    expect(first).toMatch(/^nft, seed \d+: \w+ \S+ 53:\nours deny \(wrongly\), kernel permit\n--- rules\.nft\n/);
    expect(first).not.toMatch(/ dport /);
    expect(first.split("\n").length).toBeLessThan(40);
  });
});
