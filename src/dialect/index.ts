/** dialect: Policy <-> text. Which dialect a file is in, production as layers, a candidate as files. */
import type { Candidate, NotExpressed, Target } from "../model/candidate.ts";
import { TARGETS } from "../model/candidate.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import type { Instant } from "../model/instant.ts";
import { addressOf, rangeOf } from "../model/prefix.ts";
import type { Decision, Layer } from "../model/policy.ts";
import type { PolicyFile, PrintOptions } from "./contract.ts";
import { FROM_HOST, type PacketContext } from "./packet/packet.ts";
import { decideRequest, type FplLayer, loadFpl, printFpl, type RawRequest, sniffFpl } from "./fpl/index.ts";
import { loadIptables, printIptables, sniffIptables } from "./iptables/index.ts";
import { loadNftables, printNftables, sniffNftables } from "./nftables/index.ts";

const SNIFF: Readonly<Record<Target, (text: string) => boolean>> = {
  iptables: sniffIptables,
  nftables: sniffNftables,
  fpl: sniffFpl,
};

type LoadAt = (files: readonly PolicyFile[], stand: PacketContext) => Layer;

const LOAD: Readonly<Record<Target, LoadAt>> = { fpl: loadFpl, nftables: loadNftables, iptables: loadIptables };

/**
 * A packet filter is asked about the packets of the place it guards. Of a source that is more than one address, rules may say
 * different things for its parts, so no address stands for it: what depends on the source is then unknown.
 */
function standpoint({ hook, source, interface: inInterface }: PrintOptions): PacketContext {
  const range = source === null ? null : rangeOf(source);
  const single = source !== null && range?.first === range?.last ? addressOf(source) : null;
  return { ...FROM_HOST, hook, source: single, inInterface };
}

/** The production files of one dialect together are one layer; layers come in the order of TARGETS. */
export function layersOf(files: readonly PolicyFile[], stand: PrintOptions): Layer[] {
  const known = files.map((file) => ({ file, dialect: dialectOf(file) }));
  return TARGETS.flatMap((target) => {
    const own = known.filter(({ dialect }) => dialect === target).map(({ file }) => file);
    // Rules of one nft or FPL file may build on another's, so their order means something; the two families' do not.
    if (target === "iptables") own.sort((a, b) => compareText(a.path, b.path));
    return own.length > 0 ? [LOAD[target](own, standpoint(stand))] : [];
  });
}

/** By content; the grammars share no first words, so the order of asking does not matter. */
function dialectOf(file: PolicyFile): Target {
  // An FPL file without a statement is a policy too (it denies), and only its name can say so.
  const nameless = file.path.endsWith(".fpl") ? "fpl" : undefined;
  const dialect = TARGETS.find((target) => SNIFF[target](file.text)) ?? nameless;
  if (dialect === undefined) throw new InputError(`${file.path}: not a policy in FPL, nftables or iptables-save form`);
  return dialect;
}

/** A tool call as a request policy gets it; null when the layer is none. */
export function decideRaw(layer: Layer, request: RawRequest, now: Instant): Decision | null {
  if (!isRequestPolicy(layer)) return null;
  const { verdict, rule, reason } = decideRequest(layer, request, now);
  return { verdict, rule, reason };
}

function isRequestPolicy(layer: Layer): layer is FplLayer {
  return layer.dialect === "fpl";
}

export interface PrintedCandidate {
  /** File name to text. */
  readonly files: ReadonlyMap<string, string>;
  readonly notExpressed: readonly NotExpressed[];
}

/** The candidate in every dialect. */
export function printCandidate(candidate: Candidate, now: Instant, options: PrintOptions): PrintedCandidate {
  const fpl = printFpl(candidate, now, options);
  const nft = printNftables(candidate, now, options);
  const iptables = printIptables(candidate, now, options);
  return {
    files: new Map([
      ["candidate.fpl", fpl.text],
      ["candidate.nft", nft.text],
      ["rules.v4", iptables.v4],
      ["rules.v6", iptables.v6],
    ]),
    notExpressed: [...fpl.notExpressed, ...nft.notExpressed, ...iptables.notExpressed],
  };
}

/** The printed files of one dialect, read back as a layer for comparison. */
export function candidateLayer(printed: PrintedCandidate, dialect: Target, stand: PrintOptions): Layer {
  const names: Readonly<Record<Target, readonly string[]>> = {
    fpl: ["candidate.fpl"],
    nftables: ["candidate.nft"],
    iptables: ["rules.v4", "rules.v6"],
  };
  const files = names[dialect].map((path) => ({ path, text: printed.files.get(path) ?? "" }));
  return LOAD[dialect](files, standpoint(stand));
}

export { printDnsmasq } from "./dnsmasq/index.ts";
export type { PolicyFile, PrintOptions } from "./contract.ts";
