/** A policy of names against one of addresses: they meet only where a name was seen at an address. */
import { compareText } from "../model/compare.ts";
import type { Candidate, Observed } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Instant } from "../model/instant.ts";
import type { Decision, Difference, Layer, PolicyComparison, Question } from "../model/policy.ts";
import { subjectsOf } from "./subject.ts";

/** One name at one address, as it was seen. */
interface Meeting {
  readonly question: Question;
  readonly text: string;
}

const SHOWN = 3;

/**
 * Exact over what was observed, and silent on everything else: which other addresses a name has, and which other names an
 * address, neither policy says. So no answer is that they are equivalent.
 */
export function compareWhereTheyMeet(
  before: Layer,
  after: Layer,
  now: Instant,
  observed: Candidate | null,
): PolicyComparison {
  const { meetings, apart } = meetingsIn(observed);
  const groups = new Map<string, { was: Decision; is: Decision; met: Meeting[] }>();
  for (const meeting of meetings) {
    const [was, is] = [before.decide(meeting.question, now), after.decide(meeting.question, now)];
    if (was.verdict === is.verdict) continue;
    const key = [was.verdict, was.rule, is.verdict, is.rule].join(" ");
    const group = groups.get(key) ?? { was, is, met: [] };
    groups.set(key, group);
    group.met.push(meeting);
  }
  return {
    differences: [...groups.values()].map(differenceOf),
    successions: [],
    idle: { before: [], after: [] },
    exact: false,
    notes: [noteOn(before, after, meetings.length, observed), ...apart],
  };
}

function differenceOf({ was, is, met }: { was: Decision; is: Decision; met: readonly Meeting[] }): Difference {
  const [first] = met;
  const texts = met.map(({ text }) => text);
  const more = texts.length > SHOWN ? ` (+${texts.length - SHOWN} more)` : "";
  return {
    before: was,
    after: is,
    extent: `${texts.slice(0, SHOWN).join(", ")}${more}`,
    addresses: BigInt(new Set(met.map(({ question }) => question.address)).size),
    destinations: BigInt(new Set(met.map(({ question: q }) => `${q.transport} ${q.address} ${q.port}`)).size),
    witness: first?.question ?? { transport: "tcp", address: null, name: null, port: null },
  };
}

function noteOn(before: Layer, after: Layer, count: number, observed: Candidate | null): string {
  const sides = `${before.dialect} and ${after.dialect} meet only where a name was seen at an address`;
  if (observed === null) return `${sides}: without --evidence nothing is compared`;
  return `${sides}: ${count} such pairs were compared, and nothing is said of any other`;
}

function meetingsIn(observed: Candidate | null): { meetings: Meeting[]; apart: string[] } {
  const subjects = observed === null ? [] : subjectsOf(observed);
  const [usable, left] = [subjects.filter(isMeeting), subjects.filter((subject) => !isMeeting(subject))];
  const meetings = usable.flatMap(meetingsOf).sort((a, b) => compareText(a.text, b.text));
  const apart =
    left.length === 0
      ? []
      : [
          `${left.length} observed ${left.length === 1 ? "endpoint is" : "endpoints are"} no such pair: behind a proxy, without a port, or of a name that is not sure`,
        ];
  return { meetings, apart };
}

function isMeeting({ via, endpoint, evidence, access }: Observed): boolean {
  return via === null && endpoint.port !== null && !evidence.ambiguous && access.length > 0;
}

function meetingsOf({ endpoint, addresses, access }: Observed): Meeting[] {
  const { name, transport, port } = endpoint;
  return addresses.flatMap((address) =>
    access.map((how) => ({
      question: { transport, address, name, port, access: how },
      text: `${formatEndpoint(endpoint)}${name === null ? "" : ` at ${address}`}${how === "http" ? " by plain HTTP" : ""}`,
    })),
  );
}
