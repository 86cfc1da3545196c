/** The loaders that rules are given to: nft, and iptables on either of its backends. */
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
import { parseIpset } from "../../../src/dialect/iptables/ipset/parse.ts";
import { IpSets } from "../../../src/dialect/iptables/ipset/state.ts";
import { lowerStates } from "../../../src/dialect/iptables/lower.ts";
import { parseIptables } from "../../../src/dialect/iptables/parse.ts";
import { State as IptablesState } from "../../../src/dialect/iptables/state.ts";
import { loadNftables, parseNftables } from "../../../src/dialect/nftables/index.ts";
import { lowerState } from "../../../src/dialect/nftables/lower.ts";
import { State } from "../../../src/dialect/nftables/state.ts";
import { FROM_HOST, type PacketContext } from "../../../src/dialect/packet/packet.ts";
import type { Dialect } from "./agree.ts";
import { iptablesRuleset } from "./iptables.ts";
import { nftRuleset } from "./nft.ts";

/** Who sends the probes, and which way those leave that do not stay. */
const PROBER: PacketContext = { ...FROM_HOST, uid: 0, outInterface: "out0" };

const nft: Dialect = {
  name: "nft",
  families: [4, 6],
  ruleset: nftRuleset,
  read(files) {
    const text = files["rules.nft"] ?? "";
    const state = new State();
    state.load(parseNftables("rules.nft", text));
    return { layer: loadNftables([{ path: "rules.nft", text }], PROBER), program: lowerState(state) };
  },
  load: () => "nft flush ruleset\nnft -f rules.nft",
};

function iptables(backend: "nft" | "legacy"): Dialect {
  return {
    name: `iptables-${backend}`,
    families: [4, 6],
    ruleset: iptablesRuleset,
    read(files) {
      const paths = ["rules.v4", "rules.v6"] as const;
      const states = paths.map((path) => {
        const state = new IptablesState();
        state.load(parseIptables(path, files[path] ?? ""));
        return { families: [path === "rules.v4" ? (4 as const) : (6 as const)], state };
      });
      const given = ["sets.ipset", ...paths].map((path) => ({ path, text: files[path] ?? "" }));
      const sets = new IpSets();
      sets.load(parseIpset("sets.ipset", files["sets.ipset"] ?? ""));
      return {
        layer: loadIptables(
          given.filter(({ text }) => text.trim() !== ""),
          PROBER,
        ),
        program: lowerStates(states, sets),
      };
    },
    // The kernel lets go of sets some moments after the rules and the lists that held them are gone.
    load: () => `
printf '*raw\\nCOMMIT\\n*mangle\\nCOMMIT\\n*filter\\nCOMMIT\\n' > none
iptables-${backend}-restore none
ip6tables-${backend}-restore none
tries=0
ipset flush
until ipset destroy 2>/dev/null; do tries=$((tries + 1)); test $tries -lt 200; sleep 0.01; done
ipset restore < sets.ipset
iptables-${backend}-restore rules.v4
ip6tables-${backend}-restore rules.v6`,
  };
}

export const DIALECTS: readonly Dialect[] = [nft, iptables("nft"), iptables("legacy")];
