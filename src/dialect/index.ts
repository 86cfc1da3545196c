/** dialect: Policy <-> text. Which dialect a file is in, production as layers, a candidate as files. */
import type { Candidate, NotExpressed, Target } from "../model/candidate.ts";
import { TARGETS } from "../model/candidate.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import type { Instant } from "../model/instant.ts";
import { addressOf, rangeOf } from "../model/prefix.ts";
import type { Lint } from "../model/lint.ts";
import type { Decision, Layer, PolicyComparison } from "../model/policy.ts";
import type { Asker, PolicyFile, PrintOptions } from "./contract.ts";
import type { PacketLayer } from "./packet/layer.ts";
import { FROM_HOST, type PacketContext } from "./packet/packet.ts";
import { compareJudges } from "./packet/region/compare.ts";
import {
  decideRequest,
  fixFpl,
  fplDifferences,
  type FplLayer,
  lintFpl,
  loadFpl,
  printFpl,
  type RawRequest,
  sniffFpl,
} from "./fpl/index.ts";
import { loadIptables, printIptables, sniffIptables } from "./iptables/index.ts";
import { loadNftables, printNftables, printNftablesAudit, sniffNftables } from "./nftables/index.ts";

const SNIFF: Readonly<Record<Target, (text: string) => boolean>> = {
  iptables: sniffIptables,
  nftables: sniffNftables,
  fpl: sniffFpl,
};

type LoadAt = (files: readonly PolicyFile[], stand: PacketContext) => Layer;

const LOAD: Readonly<Record<Target, LoadAt>> = { fpl: loadFpl, nftables: loadNftables, iptables: loadIptables };

const ANYONE: Asker = { uid: null, outInterface: null };

/**
 * A packet filter is asked about the packets of the place it guards. Of a source that is more than one address, rules may say
 * different things for its parts, so no address stands for it: what depends on the source is then unknown.
 */
function standpoint({ hook, source, interface: inInterface }: PrintOptions, asker: Asker = ANYONE): PacketContext {
  const range = source === null ? null : rangeOf(source);
  const single = source !== null && range?.first === range?.last ? addressOf(source) : null;
  return { ...FROM_HOST, ...asker, hook, source: single, inInterface };
}

/** The production files of one dialect together are one layer; layers come in the order of TARGETS. */
export function layersOf(files: readonly PolicyFile[], stand: PrintOptions, asker: Asker = ANYONE): Layer[] {
  const known = files.map((file) => ({ file, dialect: dialectOf(file) }));
  return TARGETS.flatMap((target) => {
    const own = known.filter(({ dialect }) => dialect === target).map(({ file }) => file);
    // Rules of one nft or FPL file may build on another's, so their order means something; the two families' do not.
    if (target === "iptables") own.sort((a, b) => compareText(a.path, b.path));
    return own.length > 0 ? [LOAD[target](own, standpoint(stand, asker))] : [];
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

/** Where two policies of one dialect differ, over every destination there is. */
export function comparePolicies(before: Layer, after: Layer, now: Instant): PolicyComparison {
  if (isPacketPolicy(before) && isPacketPolicy(after)) return compareJudges(before.judge, after.judge, now);
  if (isRequestPolicy(before) && isRequestPolicy(after)) return fplDifferences(before, after, now);
  const note = `a policy in ${before.dialect} and one in ${after.dialect} are not compared with each other`;
  return { differences: [], successions: [], idle: { before: [], after: [] }, exact: false, notes: [note] };
}

function isPacketPolicy(layer: Layer): layer is PacketLayer {
  return layer.dialect !== "fpl";
}

export interface Linted {
  readonly found: readonly Lint[];
  /** The text with what can be mended safely, and what is found in that. */
  readonly mended: string;
  readonly left: readonly Lint[];
}

/**
 * What does not mean what it says. Each file is judged alone: a folder of FPL policies has an agent in each, and together
 * they are none that the engine would load.
 */
export function lintPolicy(file: PolicyFile, stand: PrintOptions): Linted {
  const dialect = dialectOf(file);
  // The packet dialects are held to what they load for now.
  if (dialect !== "fpl") {
    layersOf([file], stand);
    return { found: [], mended: file.text, left: [] };
  }
  const mended = fixFpl(file);
  return { found: lintFpl(file), mended, left: lintFpl({ ...file, text: mended }) };
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
      ...(options.audit === true
        ? [["candidate.audit.nft", printNftablesAudit(candidate, now, options).text] as const]
        : []),
      ["rules.v4", iptables.v4],
      ["rules.v6", iptables.v6],
      ...(iptables.sets === null ? [] : [["candidate.ipset", iptables.sets] as const]),
    ]),
    notExpressed: [...fpl.notExpressed, ...nft.notExpressed, ...iptables.notExpressed],
  };
}

/** The printed files of one dialect, read back as a layer for comparison. */
export function candidateLayer(printed: PrintedCandidate, dialect: Target, stand: PrintOptions): Layer {
  const names: Readonly<Record<Target, readonly string[]>> = {
    fpl: ["candidate.fpl"],
    nftables: ["candidate.nft"],
    iptables: ["candidate.ipset", "rules.v4", "rules.v6"],
  };
  const files = names[dialect].flatMap((path) => {
    const text = printed.files.get(path);
    return text === undefined ? [] : { path, text };
  });
  return LOAD[dialect](files, standpoint(stand));
}

export { printStages } from "./fpl/index.ts";
export { printDnsmasq } from "./dnsmasq/index.ts";
export { parseZone } from "./nftables/index.ts";
export type { Asker, PolicyFile, PrintOptions, Zone } from "./contract.ts";
