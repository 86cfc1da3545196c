import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadNftables, parseNftables, printNftables } from "../../src/dialect/nftables/index.ts";
import { lowerState } from "../../src/dialect/nftables/lower.ts";
import { State } from "../../src/dialect/nftables/state.ts";
import { SECOND } from "../../src/model/instant.ts";
import { AT_OUTPUT, BAKERY, NOW as PROPOSED } from "../dialect/packet/bakery.ts";
import { boundaryQuestions } from "./boundary.ts";
import { nftRuleset } from "./generate.ts";
import { run } from "./namespace.ts";
import { NFT } from "./rulesets.ts";

const NOW = 1_800_000_000 * SECOND;
const CORPUS = path.join(import.meta.dirname, "../../../shared/corpus");

/** What the kernel holds once a text is loaded: as text and as JSON. */
function listings(text: string): { native: string; json: string } {
  // As root outright where that is possible: rules name users that a namespace of users does not have.
  const identity = process.getuid?.() === 0 ? [] : ["-r"];
  const script =
    "nft -f rules.nft && nft list ruleset > native && nft -j list ruleset > json && cat native && echo '#json' && cat json";
  const [native = "", json = ""] = run("sh", ["-c", script], { "rules.nft": text }, "", identity).split("#json\n");
  return { native, json };
}

/** Every verdict at every bound, of a text whose bounds are those of `from`. */
function verdicts(text: string, from: string): string[] {
  const state = new State();
  state.load(parseNftables("listed.nft", from));
  const layer = loadNftables([{ path: "listed.nft", text }]);
  return boundaryQuestions(lowerState(state)).map(
    (question) => `${question.transport} ${question.address} ${question.port} ${layer.decide(question, NOW).verdict}`,
  );
}

function expectSame(text: string): void {
  const { native, json } = listings(text);
  const [fromText, fromJson] = [native, json].map((each) => loadNftables([{ path: "listed.nft", text: each }]));
  expect(fromJson?.canonical()).toEqual(fromText?.canonical());
  expect(verdicts(json, native)).toEqual(verdicts(native, native));
  // What it includes, the test does not give us; nft found it or found that there is nothing.
  if (!text.includes("include ")) expect(verdicts(json, native)).toEqual(verdicts(text, native));
}

function corpus(): string[] {
  const table = path.join(CORPUS, "expected/FIREWALL.tsv");
  if (!existsSync(table)) return [];
  const rows = readFileSync(table, "utf8").trim().split("\n").slice(1);
  return rows.flatMap((row) => {
    const [file = "", tool = "", , loaded = ""] = row.split("\t");
    return tool === "nft" && loaded === "0" ? [file] : [];
  });
}

describe("what nft lists as JSON means what it lists as text, and what was loaded", () => {
  const told = Object.entries(NFT).filter(([, text]) => !text.includes("dormant"));

  it.each(told)("%s", (_, text) => expectSame(text));

  it("but for the flags of a table, which nft garbles: then nothing is told", () => {
    const text = "table inet off { flags dormant; chain o { type filter hook output priority 0; policy drop; }\n}\n";
    const { native, json } = listings(text);
    expect(new Set(verdicts(native, native).map((each) => each.split(" ").at(-1)))).toEqual(new Set(["permit"]));
    const garbled = !json.includes('"dormant"');
    const expected = garbled ? "unknown" : "permit";
    expect(new Set(verdicts(json, native).map((each) => each.split(" ").at(-1)))).toEqual(new Set([expected]));
  });

  it("a printed candidate", () => expectSame(printNftables(BAKERY, PROPOSED, AT_OUTPUT).text));

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("random rules, seed %d", (seed) => expectSame(nftRuleset(seed)));

  it.each(corpus())("%s", (file) => expectSame(readFileSync(path.join(CORPUS, "firewall", file), "utf8")));
});
