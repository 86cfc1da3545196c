/** What `diff` says of two policies, tried on the kernel: under one it lets the packet go, under the other it does not. */
import { describe, expect, it } from "vitest";
import { comparePolicies } from "../../src/dialect/index.ts";
import { loadIptables } from "../../src/dialect/iptables/index.ts";
import { loadNftables } from "../../src/dialect/nftables/index.ts";
import type { PacketLayer } from "../../src/dialect/packet/layer.ts";
import { familyOf } from "../../src/model/address.ts";
import { SECOND } from "../../src/model/instant.ts";
import type { Decision, Question } from "../../src/model/policy.ts";
import { boundaryQuestions, isSendable } from "./boundary.ts";
import { edited, iptablesRules, nftRuleset } from "./generate.ts";
import { kernelVerdicts } from "./namespace.ts";

const NOW = 1_800_000_000 * SECOND;

const COUNT = Number(process.env["SALLYPORT_RANDOM_RULESETS"] ?? 10);
const SEEDS = Array.from({ length: COUNT }, (_, index) => index + 1);

interface Version {
  readonly layer: PacketLayer;
  /** The kernel's answers under this version. */
  readonly ask: (questions: readonly Question[]) => string[];
}

const pair = (before: Decision, after: Decision): string =>
  [before, after].map(({ verdict, rule, reason }) => `${verdict} ${rule ?? reason}`).join(" > ");

/** Everything about two versions that the kernel does not confirm. */
function disagreements(before: Version, after: Version, isAsked: (question: Question) => boolean): string[] {
  const { differences, exact } = comparePolicies(before.layer, after.layer, NOW);
  const found: string[] = exact ? [] : ["not exact"];

  const shown = differences.filter(({ witness }) => isAsked(witness));
  const around = [before, after].flatMap(({ layer }) => boundaryQuestions(layer.judge.program)).filter(isAsked);
  const questions = [...shown.map(({ witness }) => witness), ...around];
  const [was, is] = [before.ask(questions), after.ask(questions)];
  // Where the kernel sees a difference at any bound of either policy, there is one among ours.
  const told = new Set(differences.map((difference) => pair(difference.before, difference.after)));
  for (const [i, question] of questions.entries()) {
    const asked = `${question.transport} ${question.address} ${question.port}`;
    const difference = shown[i];
    if (difference !== undefined) {
      const expected = [difference.before.verdict, difference.after.verdict];
      if (was[i] !== expected[0] || is[i] !== expected[1]) found.push(`witness ${asked}: kernel ${was[i]} > ${is[i]}`);
    } else if (was[i] !== is[i]) {
      const said = pair(before.layer.decide(question, NOW), after.layer.decide(question, NOW));
      if (!told.has(said)) found.push(`${asked}: not told: ${said}`);
    }
  }
  return found;
}

function nft(text: string): Version {
  return {
    layer: loadNftables([{ path: "rules.nft", text }]),
    ask: (questions) => kernelVerdicts("nft -f rules.nft", { "rules.nft": text }, questions),
  };
}

function iptables(text: string, family: 4 | 6, backend: string): Version {
  const path = `rules.v${family}`;
  const tool = `${family === 4 ? "iptables" : "ip6tables"}-${backend}-restore`;
  return {
    layer: loadIptables([{ path, text }]),
    ask: (questions) => kernelVerdicts(`${tool} ${path}`, { [path]: text }, questions),
  };
}

const sendable = ({ address }: Question): boolean => address !== null && isSendable(address);

describe("the kernel confirms every difference and every silence between two versions", () => {
  it.each(SEEDS)("nftables, seed %d, edited", (seed) => {
    const text = nftRuleset(seed);
    expect(disagreements(nft(text), nft(edited(text, seed)), sendable)).toEqual([]);
  });

  it.each(SEEDS)("nftables, seed %d, against another", (seed) => {
    expect(disagreements(nft(nftRuleset(seed)), nft(nftRuleset(seed + 50_000)), sendable)).toEqual([]);
  });

  it.each(SEEDS)("iptables, seed %d, edited", (seed) => {
    const family = seed % 2 === 0 ? 4 : 6;
    const backend = seed % 4 < 2 ? "nft" : "legacy";
    const text = iptablesRules(seed, family);
    const [before, after] = [text, edited(text, seed)].map((rules) => iptables(rules, family, backend));
    if (before === undefined || after === undefined) throw new Error("two versions");
    const isAsked = (question: Question): boolean =>
      sendable(question) && question.address !== null && familyOf(question.address) === family;
    expect(disagreements(before, after, isAsked)).toEqual([]);
  });
});
