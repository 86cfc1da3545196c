/** The loaders that rules are given to: nft, and iptables on either of its backends. */
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
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
      const given = paths.map((path) => ({ path, text: files[path] ?? "" }));
      return { layer: loadIptables(given, PROBER), program: lowerStates(states) };
    },
    load: () => `iptables-${backend}-restore rules.v4\nip6tables-${backend}-restore rules.v6`,
  };
}

export const DIALECTS: readonly Dialect[] = [nft, iptables("nft"), iptables("legacy")];
