/** Weighs each DNS answer for a flow's address: did it name the flow, and if not, why not. */
import { compareNumbers, compareText } from "../../model/compare.ts";
import type { AnswerUse, WeighedAnswer } from "../../model/explanation.ts";
import { type DnsAnswer, type Flow, isAnswerSource } from "../../model/flow.ts";
import { formatInstant } from "../../model/instant.ts";
import type { Attribution } from "../accumulate.ts";
import { endOf, fitOf } from "../dns-table.ts";

/** Answers listed for one flow: a resolver asked every minute gives hundreds. */
const MAX_LISTED = 12;

/** What decided is listed before what did not. */
const ORDER: readonly AnswerUse[] = ["used", "outweighed", "agrees", "over", "later", "other-client"];

interface Weighed {
  readonly listed: readonly WeighedAnswer[];
  readonly leftOut: number;
}

/** `to` is all that the flow was attributed to; answers are for the one that is the flow's own address. */
export function weigh(answers: readonly DnsAnswer[], flow: Flow, to: readonly Attribution[]): Weighed {
  const own = to.find(({ via }) => via === null);
  if (own === undefined) return { listed: [], leftOut: answers.length };
  const used = usedOf(answers, flow, own);
  const weighed = answers.map((answer) => ({ answer, use: useOf(answer, flow, own, used) }));
  // Of what decides least, the latest are the nearest to the flow.
  weighed.sort(
    (a, b) =>
      ORDER.indexOf(a.use) - ORDER.indexOf(b.use) ||
      compareNumbers(b.answer.at, a.answer.at) ||
      b.answer.record - a.answer.record ||
      compareText(a.answer.name, b.answer.name),
  );
  const listed = weighed.slice(0, MAX_LISTED).map(({ answer, use }) => told(answer, use, own));
  return { listed, leftOut: weighed.length - listed.length };
}

/** Of the fitting answers that say the flow's name, the latest one before it. */
function usedOf(answers: readonly DnsAnswer[], flow: Flow, { name, nameSource }: Attribution): DnsAnswer | null {
  if (nameSource === null || !isAnswerSource(nameSource)) return null;
  const fitting = answers.filter((a) => a.name === name && a.source === nameSource && fit(a, flow) === "fits");
  return fitting.reduce<DnsAnswer | null>((a, b) => (a !== null && compareNumbers(a.at, b.at) > 0 ? a : b), null);
}

function fit(answer: DnsAnswer, flow: Flow): ReturnType<typeof fitOf> {
  const span = { client: answer.client, from: answer.at, until: endOf(answer) };
  return fitOf(span, flow.originator.address, flow.firstSeen);
}

function useOf(answer: DnsAnswer, flow: Flow, own: Attribution, used: DnsAnswer | null): AnswerUse {
  const fits = fit(answer, flow);
  if (fits !== "fits") return fits;
  if (answer === used) return "used";
  return answer.name === own.name ? "agrees" : "outweighed";
}

function told(answer: DnsAnswer, use: AnswerUse, own: Attribution): WeighedAnswer {
  const { source, name, chain, client, resolver, ttl, at, record, records = [record] } = answer;
  const end = endOf(answer);
  const until = Number.isFinite(end) ? formatInstant(end) : null;
  const why = whyOf(answer, use, own, until);
  const given = at === null ? null : formatInstant(at);
  return { source, name, chain, client, resolver, ttl, at: given, until, record, records, use, why };
}

function whyOf({ source, client }: DnsAnswer, use: AnswerUse, own: Attribution, until: string | null): string {
  switch (use) {
    case "used":
      return "gave the name";
    case "agrees":
      return "says the same name";
    case "outweighed":
      if (own.nameSource === null || !isAnswerSource(own.nameSource)) return "what the client itself said is stronger";
      return source === own.nameSource
        ? "a later answer gave another name"
        : `an answer of ${own.nameSource} is stronger`;
    case "later":
      return "came after the flow began";
    case "over":
      return `was over at ${until}`;
    case "other-client":
      return `was given to another client, ${client}`;
  }
}
