import { describe, expect, it } from "vitest";
import { loadIptables } from "../../src/dialect/iptables/index.ts";
import { lowerStates } from "../../src/dialect/iptables/lower.ts";
import { parseIptables } from "../../src/dialect/iptables/parse.ts";
import { State as IptablesState } from "../../src/dialect/iptables/state.ts";
import { loadNftables, parseNftables, printRuleset } from "../../src/dialect/nftables/index.ts";
import { lowerState } from "../../src/dialect/nftables/lower.ts";
import { State } from "../../src/dialect/nftables/state.ts";
import { familyOf } from "../../src/model/address.ts";
import { SECOND } from "../../src/model/instant.ts";
import type { Layer, Question } from "../../src/model/policy.ts";
import { boundaryQuestions } from "./boundary.ts";
import { kernelVerdicts, run } from "./namespace.ts";
import { iptablesRules, nftRuleset } from "./generate.ts";
import { IPTABLES, NFT } from "./rulesets.ts";

/** Between every past and future date the rulesets name, as the machine's own clock is. */
const NOW = 1_800_000_000 * SECOND;

function disagreements(layer: Layer, questions: readonly Question[], kernel: readonly string[]): string[] {
  expect(kernel).toHaveLength(questions.length);
  return questions.flatMap((question, i) => {
    const { verdict, reason } = layer.decide(question, NOW);
    if (verdict === kernel[i]) return [];
    return `${question.transport} ${question.address} ${question.port}: ours ${verdict} (${reason}), kernel ${kernel[i]}`;
  });
}

function nftDisagreements(text: string): string[] {
  const state = new State();
  state.load(parseNftables("rules.nft", text));
  const questions = boundaryQuestions(lowerState(state));
  const kernel = kernelVerdicts("nft -f rules.nft", { "rules.nft": text }, questions);
  return disagreements(loadNftables([{ path: "rules.nft", text }]), questions, kernel);
}

function iptablesDisagreements(text: string, family: 4 | 6, backend: string): string[] {
  const path = `rules.v${family}`;
  const state = new IptablesState();
  state.load(parseIptables(path, text));
  const questions = boundaryQuestions(lowerStates([{ families: [family], state }])).filter(
    ({ address }) => address !== null && familyOf(address) === family,
  );
  const tool = `${family === 4 ? "iptables" : "ip6tables"}-${backend}-restore`;
  const kernel = kernelVerdicts(`${tool} ${path}`, { [path]: text }, questions);
  return disagreements(loadIptables([{ path, text }]), questions, kernel);
}

describe("our verdicts and the kernel's, at every bound of an nftables ruleset", () => {
  it.each(Object.entries(NFT))("%s", (_, text) => {
    expect(nftDisagreements(text)).toEqual([]);
  });

  it.each(Object.entries(NFT))("printed from its tree it loads to the same: %s", (_, text) => {
    const printed = printRuleset(parseNftables("rules.nft", text));
    // No interface is up, so no counter counts anything meanwhile.
    const list = (file: string): string =>
      run("sh", ["-c", "nft -f rules.nft && nft -j list ruleset"], { "rules.nft": file }, "");
    expect(list(printed)).toBe(list(text));
  });
});

describe("our verdicts and the kernel's, at every bound of iptables rules", () => {
  const cases = Object.entries(IPTABLES).flatMap(([name, { family, rules }]) =>
    (family === "both" ? ([4, 6] as const) : [family]).flatMap((each) =>
      ["nft", "legacy"].map((backend) => ({ name, family: each, backend, rules })),
    ),
  );
  it.each(cases)("$name, IPv$family, $backend", ({ family, backend, rules }) => {
    expect(iptablesDisagreements(`*filter\n${rules}\nCOMMIT\n`, family, backend)).toEqual([]);
  });
});

describe("our verdicts and the kernel's, on random rules", () => {
  // More of them, for a longer look: the seeds count up from one.
  const count = Number(process.env["SALLYPORT_RANDOM_RULESETS"] ?? 25);
  const seeds = Array.from({ length: count }, (_, index) => index + 1);

  it.each(seeds)("nftables, seed %d", (seed) => {
    expect(nftDisagreements(nftRuleset(seed))).toEqual([]);
  });

  it.each(seeds)("iptables, seed %d", (seed) => {
    const family = seed % 2 === 0 ? 4 : 6;
    const backend = seed % 4 < 2 ? "nft" : "legacy";
    expect(iptablesDisagreements(iptablesRules(seed, family), family, backend)).toEqual([]);
  });
});
