/** dialect: Policy <-> text. Which dialect a file is in, production as layers, a candidate as files. */
import type { Candidate, CoreTarget, ListTarget, NotExpressed, Target } from "../model/candidate.ts";
import { LIST_TARGETS, TARGETS } from "../model/candidate.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Instant } from "../model/instant.ts";
import { rangeOf } from "../model/prefix.ts";
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
import { compareLists } from "./lists/compare.ts";
import { LIST_DIALECTS } from "./lists/dialects.ts";
import { type ListLayer, loadList } from "./lists/layer.ts";
import { type PrintedList, printList } from "./lists/print.ts";
import { loadIptables, printIptables, sniffIptables } from "./iptables/index.ts";
import { loadNftables, printNftables, printNftablesAudit, sniffNftables } from "./nftables/index.ts";

const SNIFF: Readonly<Record<CoreTarget, (text: string) => boolean>> = {
  iptables: sniffIptables,
  nftables: sniffNftables,
  fpl: sniffFpl,
};

type LoadAt = (files: readonly PolicyFile[], stand: PacketContext) => Layer;

const LOAD: Readonly<Record<CoreTarget, LoadAt>> = { fpl: loadFpl, nftables: loadNftables, iptables: loadIptables };

const isListTarget = (target: Target): target is ListTarget => (LIST_TARGETS as readonly Target[]).includes(target);

const sniffs = (target: Target, text: string): boolean =>
  isListTarget(target) ? LIST_DIALECTS[target].sniff(text) : SNIFF[target](text);

function load(target: Target, files: readonly PolicyFile[], stand: PacketContext): Layer {
  return isListTarget(target) ? loadList(LIST_DIALECTS[target].reader, files) : LOAD[target](files, stand);
}

const ANYONE: Asker = { uid: null, outInterface: null };

/** A packet filter is asked about the packets of the place it guards. */
function standpoint({ hook, source, interface: inInterface }: PrintOptions, asker: Asker = ANYONE): PacketContext {
  return { ...FROM_HOST, ...asker, hook, source: source === null ? null : rangeOf(source), inInterface };
}

/** The production files of one dialect together are one layer; layers come in the order of TARGETS. */
export function layersOf(files: readonly PolicyFile[], stand: PrintOptions, asker: Asker = ANYONE): Layer[] {
  const known = files.map((file) => ({ file, dialect: dialectOf(file) }));
  return TARGETS.flatMap((target) => {
    const own = known.filter(({ dialect }) => dialect === target).map(({ file }) => file);
    // Rules of one nft or FPL file may build on another's, so their order means something; the two families' do not.
    if (target === "iptables") own.sort((a, b) => compareText(a.path, b.path));
    return own.length > 0 ? [load(target, own, standpoint(stand, asker))] : [];
  });
}

/** By content; the grammars share no first words, so the order of asking does not matter. */
function dialectOf(file: PolicyFile): Target {
  // An FPL file without a statement is a policy too (it denies), and only its name can say so.
  const nameless = file.path.endsWith(".fpl") ? "fpl" : undefined;
  const dialect = TARGETS.find((target) => sniffs(target, file.text)) ?? nameless;
  if (dialect === undefined)
    throw new InputError(
      `${file.path}: not a policy in FPL, nftables or iptables-save form, nor in ${LIST_TARGETS.join(", ")}`,
    );
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
  if (isListPolicy(before) && isListPolicy(after)) return compareLists(before, after);
  const note = `a policy in ${before.dialect} and one in ${after.dialect} are not compared with each other`;
  return { differences: [], successions: [], idle: { before: [], after: [] }, exact: false, notes: [note] };
}

function isPacketPolicy(layer: Layer): layer is PacketLayer {
  return layer.dialect === "nftables" || layer.dialect === "iptables";
}

function isListPolicy(layer: Layer): layer is ListLayer {
  return isListTarget(layer.dialect);
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

const CORE_FILES: Readonly<Record<CoreTarget, readonly string[]>> = {
  fpl: ["candidate.fpl"],
  nftables: ["candidate.nft"],
  iptables: ["candidate.ipset", "rules.v4", "rules.v6"],
};

/** The candidate for one target alone: what it cannot say, and what it can only say wider. */
export interface Converted {
  readonly files: ReadonlyMap<string, string>;
  readonly left: readonly string[];
  readonly widened: readonly string[];
}

export function convert(target: Target, candidate: Candidate, now: Instant, options: PrintOptions): Converted {
  const say = ({ rule, endpoint, reason }: NotExpressed): string => `${rule} ${formatEndpoint(endpoint)}: ${reason}`;
  if (isListTarget(target)) {
    const { file, text, notExpressed, widened } = printFor(target, candidate, now);
    return { files: new Map([[file, text]]), left: notExpressed.map(say), widened };
  }
  const printed = printCandidate(candidate, now, options);
  const files = CORE_FILES[target].flatMap((name) => {
    const text = printed.files.get(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  const left = printed.notExpressed.filter((each) => each.target === target).map(say);
  return { files: new Map(files), left, widened: [] };
}

/** The candidate for one more target, and the name of its file. */
export function printFor(
  target: ListTarget,
  candidate: Candidate,
  now: Instant,
): PrintedList & { readonly file: string } {
  const { printer } = LIST_DIALECTS[target];
  return { ...printList(printer, candidate, now), file: printer.file };
}

/** The candidate as printed for one dialect, read back as a layer for comparison. */
export function candidateLayer(
  candidate: Candidate,
  printed: PrintedCandidate,
  dialect: Target,
  now: Instant,
  stand: PrintOptions,
): Layer {
  if (isListTarget(dialect)) {
    const { file, text } = printFor(dialect, candidate, now);
    return load(dialect, [{ path: file, text }], standpoint(stand));
  }
  const files = CORE_FILES[dialect].flatMap((path) => {
    const text = printed.files.get(path);
    return text === undefined ? [] : { path, text };
  });
  return load(dialect, files, standpoint(stand));
}

export { printStages } from "./fpl/index.ts";
export { printResolverSets } from "./dnsmasq/index.ts";
export { parseZone } from "./nftables/index.ts";
export type { Asker, PolicyFile, PrintOptions, Zone } from "./contract.ts";
