/** Rules approved with one version of a published list, held against today's: whose their addresses have become. */
import type { AddressTags, ListVersion, PrefixIndex, PrefixTag } from "../model/annotation.ts";
import type { Candidate, CandidateRule } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import { finding } from "./finding.ts";
import { movedRanges } from "./moved-ranges.ts";

export interface Approved {
  readonly candidate: Candidate;
  /** Today's lists. */
  readonly published: PrefixIndex;
}

/** Addresses told of one rule; a service that moved as a whole moves all of them. */
const TOLD = 3;

interface MovedList {
  readonly before: ListVersion;
  readonly after: ListVersion;
}

/** Lists of the same name with another digest. One that nobody has today says nothing of today. */
export function movedLists(before: readonly ListVersion[], after: readonly ListVersion[]): MovedList[] {
  return before.flatMap((one) => {
    const now = after.find(({ list }) => list === one.list);
    return now === undefined || now.digest === one.digest ? [] : [{ before: one, after: now }];
  });
}

export function movedPrefixes({ candidate, published }: Approved): Finding[] {
  const lists = movedLists(candidate.prefixes ?? [], published.lists ?? []);
  if (lists.length === 0) return [];
  return candidate.rules.flatMap((rule) => {
    const moves = rule.tags.flatMap((tagged) => lists.flatMap((list) => moveOf(tagged, list, published)));
    const ranges = movedRanges(rule, (provider) => lists.some(({ before }) => before.list === provider), published);
    return moves.length + ranges.length === 0 ? [] : [moved(rule, moves, ranges)];
  });
}

interface Move {
  readonly address: AddressTags["address"];
  readonly statement: string;
}

function moveOf({ address, tags }: AddressTags, { before, after }: MovedList, published: PrefixIndex): Move[] {
  const old = owners(tags, before.list);
  const now = owners(published.lookup(address), before.list);
  const lost = old.filter((owner) => !now.includes(owner));
  const gained = now.filter((owner) => !old.includes(owner));
  if (lost.length + gained.length === 0) return [];
  const said = [
    ...(lost.length > 0 ? [`no longer ${lost.join(", ")}`] : []),
    ...(gained.length > 0 ? [`${lost.length > 0 ? "now" : "now also"} ${gained.join(", ")}`] : []),
    ...(now.length === 0 ? [`in no prefix of ${before.list} now`] : []),
  ].join(", ");
  return [{ address, statement: `${address} is ${said} (approved with ${before.version}, now ${after.version})` }];
}

/** `aws S3 eu-west-1`, narrowest first: a prefix that was split or joined is whose it was. */
function owners(tags: readonly PrefixTag[], list: string): string[] {
  const of = tags.filter(({ provider }) => provider === list);
  return [...new Set(of.map(({ provider, service, region }) => [provider, service, region ?? ""].join(" ").trim()))];
}

function moved(rule: CandidateRule, moves: readonly Move[], ranges: readonly Move[]): Finding {
  const { transport, port } = rule.endpoint;
  const more = moves.length - TOLD;
  const told = moves.slice(0, TOLD).map(({ statement }) => statement);
  const rest = more > 0 ? [`and ${more} more of its addresses`] : [];
  return finding({
    kind: "prefix-moved",
    layer: null,
    about: formatEndpoint(rule.endpoint),
    subject: { ...rule, decision: rule.review === "approved" ? "allow" : null },
    witness: { transport, address: (moves[0] ?? ranges[0])?.address ?? null, port },
    statement: [...told, ...rest, ...ranges.map(({ statement }) => statement)].join("; "),
    reason: rule.reason,
  });
}
