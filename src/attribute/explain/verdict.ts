/** The verdict on a flow's name, in one sentence. */
import { sortedUnique } from "../../model/compare.ts";
import type { FlowExplanation, Said, Verdict, WeighedAnswer } from "../../model/explanation.ts";
import { type Flow, isAnswerSource } from "../../model/flow.ts";
import type { Attribution } from "../accumulate.ts";
import { GRACE_SECONDS } from "../dns-table.ts";

interface Grounds {
  readonly unit: FlowExplanation["unit"];
  readonly said: readonly Said[];
  readonly answers: readonly WeighedAnswer[];
}

/** One for each thing the flow was attributed to. */
export function verdictsOf(flow: Flow, to: readonly Attribution[], grounds: Grounds): Verdict[] {
  return to.map((each) => {
    const { name, nameSource, address, port, via, flags } = each;
    const sentence = via === null ? ownSentence(flow, each, grounds) : askedSentence(each, grounds);
    return { name, nameSource, address, port, via, flags: sortedUnique(flags), sentence };
  });
}

/** What was asked of a proxy. */
function askedSentence({ name, nameSource, address, port, via }: Attribution, { unit, said }: Grounds): string {
  const asked = said.find((each) => each.source === via?.kind && each.port === port);
  const inner = said.find((each) => each.source === nameSource && each !== asked);
  const what = `${asked?.name ?? address}:${port}`;
  const request = `the proxy was asked for ${what} by ${via?.kind}${place(unit, asked?.records ?? [])}`;
  if (inner === undefined || name === null || asked?.name === name) return request;
  return `${request}; named ${name} by ${nameSource} inside${place(unit, inner.records)}`;
}

function ownSentence(flow: Flow, own: Attribution, grounds: Grounds): string {
  const { name, nameSource, flags } = own;
  const { unit, said, answers } = grounds;
  const proxy = flags.includes("proxy") ? "the proxy itself is " : "";
  if (name === null) return `${proxy}${proxy === "" ? "no name" : "without a name"}: ${missing(flow, own, grounds)}`;
  if (nameSource !== null && isAnswerSource(nameSource)) {
    const used = answers.find(({ use }) => use === "used");
    const rivals = answers.filter(({ use, source }) => use === "outweighed" && source === nameSource);
    const sentence = `${proxy}named ${name} by ${nameSource}${used ? answerPlace(used, unit) : ""}`;
    if (!flags.includes("ambiguous")) return sentence;
    return `ambiguous: ${sentence}, and ${list(rivals, unit) || "another name"} was as valid`;
  }
  const spoken = said.find((each) => each.source === nameSource && each.name === name);
  const others = answers.filter(({ use }) => use === "outweighed");
  const sentence = `${proxy}named ${name} by ${nameSource}${place(unit, spoken?.records ?? [])}`;
  return others.length === 0 ? sentence : `${sentence}, although DNS gave this address to ${list(others, unit)}`;
}

function answerPlace({ source, ttl, records, chain }: WeighedAnswer, unit: Grounds["unit"]): string {
  if (source === "pcapng-nrb") return " (a name resolution block of the capture)";
  const aliases = chain.length > 0 ? `, through ${chain.join(", ")}` : "";
  return ` (${numbered(unit, records)}${ttl === null ? "" : `, TTL ${ttl} s + ${GRACE_SECONDS} s grace`}${aliases})`;
}

/** Why there is no name: what the client did not say, and then what no resolver did. */
function missing(flow: Flow, own: Attribution, { unit, answers }: Grounds): string {
  return `${own.flags.includes("proxy") ? "" : `${silence(flow, unit)}, and `}${noAnswer(answers)}`;
}

function silence({ transport, state, bytesOut, flags, packets, claims }: Flow, unit: Grounds["unit"]): string {
  if (unit === "line") return "the log gives none";
  if (flags.includes("dns")) return "DNS names nothing of its own server";
  if (state === "attempted" && transport === "tcp") return "nobody answered, so the client said nothing";
  if (state === "rejected") return "the connection was refused, so the client said nothing";
  const hello = place(unit, packets?.said ?? []);
  if (flags.includes("hello-cut")) return `the client's hello${hello} is not whole in the capture`;
  if (claims.some(({ doubted }) => doubted))
    return `what the client said${hello} names several hosts where one may stand`;
  if (flags.includes("invalid-name")) return `the client's hello${hello} holds a name that is no host name`;
  if (flags.includes("sni-ip")) return `the client's hello${hello} holds an address as server name`;
  if (hello !== "") return `the client's hello${hello} holds no name`;
  if (state === "midstream") return "no hello or request was seen (midstream: the opening is not in the capture)";
  if (bytesOut === 0) return "the client sent nothing";
  const first = packets?.spoke ? place(unit, [packets.spoke]) : "";
  return `what the client said first${first} is no hello or request that names a host`;
}

function noAnswer(answers: readonly WeighedAnswer[]): string {
  if (answers.length === 0) return "no DNS answer gave its address";
  const uses = sortedUnique(answers.map(({ use }) => REASONS[use]));
  return `no DNS answer for its address fits: ${uses.join(", ")}`;
}

const REASONS: Readonly<Record<WeighedAnswer["use"], string>> = {
  used: "used",
  agrees: "agreeing",
  outweighed: "outweighed",
  "other-client": "given to another client",
  later: "given after the flow began",
  over: "over before it began",
};

function list(answers: readonly WeighedAnswer[], unit: Grounds["unit"]): string {
  const places = new Map<string, number>();
  for (const { name, record } of answers) if (!places.has(name)) places.set(name, record);
  return [...places].map(([name, record]) => `${name} (${unit} ${record})`).join(", ");
}

/** ` (packets 4, 5)` */
function place(unit: Grounds["unit"], records: readonly number[]): string {
  if (records.length === 0) return "";
  return ` (${numbered(unit, records)})`;
}

function numbered(unit: Grounds["unit"], records: readonly number[]): string {
  return `${unit}${records.length === 1 ? "" : "s"} ${records.join(", ")}`;
}
