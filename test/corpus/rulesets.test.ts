import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadIptables, parseIptables, printRules, sniffIptables } from "../../src/dialect/iptables/index.ts";
import { loadNftables, parseNftables, printRuleset, sniffNftables } from "../../src/dialect/nftables/index.ts";
import type { PacketLayer } from "../../src/dialect/packet/layer.ts";
import { parseNftablesJson } from "../../src/dialect/nftables/json/document.ts";
import { InputError } from "../../src/model/error.ts";

const CORPUS = path.join(import.meta.dirname, "../../../shared/corpus");

interface Ruleset {
  readonly file: string;
  readonly tool: string;
  readonly loads: boolean;
}

/** Refused by the real loader when it runs, over something a parser cannot see or need not mind. */
const PARSES_ALTHOUGH_REFUSED =
  /priority expression|No such file|File not found|Could not process|User does not|only be|only specify|mapping is only|unexpected junk|host\/network|Invalid MAC/;

function rulesets(): (Ruleset & { readonly error: string })[] {
  const table = path.join(CORPUS, "expected/FIREWALL.tsv");
  if (!existsSync(table)) return [];
  const rows = readFileSync(table, "utf8").trim().split("\n").slice(1);
  return rows.map((row) => {
    const [file = "", tool = "", , loaded = "", error = ""] = row.split("\t");
    return { file, tool, loads: loaded === "0", error };
  });
}

const read = (file: string): string => readFileSync(path.join(CORPUS, "firewall", file), "utf8");
const isIptables = ({ tool }: Ruleset): boolean => tool === "iptables" || tool === "ip6tables";

const NFT = "nft -f /dev/stdin && nft -j list ruleset";
const onBackend = (tool: string, backend: string): string => `${tool}-${backend}-restore && ${tool}-${backend}-save`;

/** What the kernel holds after the real tool loaded the text, without what differs between any two loads. */
function listing(script: string, text: string): string {
  // As root outright where that is possible: rules name users that a namespace of users does not have.
  const own = process.getuid?.() === 0 ? "-n" : "-rn";
  const listed = execFileSync("unshare", [own, "sh", "-c", script], { input: text, encoding: "utf8", stdio: "pipe" });
  return listed
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/"expires": \d+/g, "")
    .replaceAll(/, "handle": \d+/g, "");
}

describe.skipIf(rulesets().length === 0)("rulesets of other people", () => {
  const all = rulesets();
  const nft = all.filter(({ tool, loads }) => tool === "nft" && loads);
  const iptables = all.filter((each) => isIptables(each) && each.loads);

  it("are there in numbers", () => {
    expect([nft.length, iptables.length]).toEqual([38, 22]);
  });

  it.each(nft)("nft: $file is recognised, and printed from its tree loads to the same", ({ file }) => {
    const text = read(file);
    expect(sniffNftables(text)).toBe(true);
    expect(listing(NFT, printRuleset(parseNftables(file, text)))).toBe(listing(NFT, text));
  });

  /** Listings of nft 1.0.6 that are not read back, and why. */
  const NOT_FROM_JSON: ReadonlyMap<string, string> = new Map([
    ["nft-rs/setmap.nft", "a map within a translation is kept, not read"],
    [
      "nft/daveman1010221_nixos__hosts_precisionws_nftables.nft",
      "nft lists a range of ICMP types by a name that it does not read",
    ],
    [
      "nft/daveman1010221_nixos__hosts_whitey_nftables.nft",
      "nft lists a range of ICMP types by a name that it does not read",
    ],
    [
      "openwrt/02_zones__03_masq_src_dest_restrictions.nft",
      "a set of one range is listed as one and loads as the range",
    ],
    [
      "nft/netfilter-sample-ruleset-dump.nft",
      "the same is loaded, with maps listed behind the chains that they jump to",
    ],
    ["openwrt/05_ipsets__01_declaration.nft", "nft writes JSON that is none"],
  ]);

  it.each(nft.filter(({ file }) => !NOT_FROM_JSON.has(file)))(
    "nft: $file listed as JSON, and printed from the tree of that, loads to the same",
    ({ file }) => {
      const listed = listing(NFT, read(file));
      const printed = printRuleset(parseNftablesJson("listing.json", listed));
      expect(listing(NFT, printed)).toBe(listed);
    },
  );

  it.each(iptables)("iptables: $file is recognised, and printed from its tree loads to the same", ({ file, tool }) => {
    const text = read(file);
    expect(sniffIptables(text)).toBe(true);
    for (const script of [onBackend(tool, "nft"), onBackend(tool, "legacy")]) {
      expect(listing(script, printRules(parseIptables(file, text)))).toBe(listing(script, text));
    }
  });

  it.each(all.filter(({ tool }) => ["nft", "iptables", "ip6tables"].includes(tool)))(
    "$file lowers to a policy, or is refused with a place",
    (ruleset) => {
      const { file, loads, error } = ruleset;
      const load = isIptables(ruleset) ? loadIptables : loadNftables;
      const name = ruleset.tool === "ip6tables" && loads ? `${file}.v6` : file;
      try {
        const layer = load([{ path: name, text: read(file) }]);
        expect(new Set(layer.rules.map(({ place }) => place)).size).toBe(layer.rules.length);
        if (!loads) expect(error).toMatch(PARSES_ALTHOUGH_REFUSED);
      } catch (problem) {
        expect(problem).toBeInstanceOf(InputError);
        expect(loads).toBe(false);
      }
    },
  );

  it("limit the analysis in no more statements than these", () => {
    const texts = [...nft, ...iptables].flatMap((each) => layerOf(each).notModelled.map(({ text }) => text));
    return expect(counted(texts)).toMatchFileSnapshot("not-modelled.tsv");
  });

  it("have no more than these kept without a meaning, in any chain, whether or not new connections get there", () => {
    const texts = [...nft, ...iptables].flatMap((each) => opaqueIn(layerOf(each)));
    return expect(counted(texts)).toMatchFileSnapshot("opaque.tsv");
  });
});

function layerOf(ruleset: Ruleset): PacketLayer {
  const load = isIptables(ruleset) ? loadIptables : loadNftables;
  const name = ruleset.tool === "ip6tables" ? `${ruleset.file}.v6` : ruleset.file;
  return load([{ path: name, text: read(ruleset.file) }]);
}

function opaqueIn({ judge }: PacketLayer): string[] {
  const rules = [...judge.program.chains.values()].flatMap((chain) => chain.rules);
  return rules.flatMap(({ conditions, action }) =>
    [...conditions, action].flatMap((each) => (each.kind === "opaque" ? each.text : [])),
  );
}

/** One a line with how often it stands there, names and numbers apart. */
function counted(texts: readonly string[]): string {
  const count = new Map<string, number>();
  for (const text of texts) {
    const key = text.replaceAll(/"[^"]*"|\d[\d.:/]*/g, "_");
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  const lines = [...count].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, times]) => `${times}\t${text}`);
  return `${lines.join("\n")}\n`;
}
