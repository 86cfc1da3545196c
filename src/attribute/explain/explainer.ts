/** The second reading of one run: the flows that are meant, with the evidence for and against each name. */
import type { Address } from "../../model/address.ts";
import { compareText } from "../../model/compare.ts";
import { EXPLANATION_SCHEMA, type FlowExplanation, type Said } from "../../model/explanation.ts";
import type { DnsAnswer, Flow, RunFacts, RunSink } from "../../model/flow.ts";
import { formatInstant, type Instant } from "../../model/instant.ts";
import type { Attribution } from "../accumulate.ts";
import { weigh } from "./answers.ts";
import { isAbout, type Question } from "./question.ts";
import { type Found, MAX_EXPLAINED } from "./search.ts";
import { verdictsOf } from "./verdict.ts";
import { watched } from "./watch.ts";

/** Answers kept for one address, and for all together. */
const MAX_FOR_ADDRESS = 4096;
const MAX_ANSWERS = 100_000;

interface Met {
  readonly question: Question;
  readonly flow: Flow;
  readonly to: readonly Attribution[];
}

export class Explainer {
  readonly sink: RunSink;
  readonly #run: string;
  readonly #source: string;
  readonly #questions: readonly Question[];
  readonly #met: Met[] = [];
  readonly #answers = new Map<Address, { readonly kept: DnsAnswer[]; missed: number }>();
  #kept = 0;
  #unit: FlowExplanation["unit"] = "line";

  constructor(run: string, source: string, questions: readonly Question[], found: Found) {
    this.#run = run;
    this.#source = source;
    this.#questions = questions;
    this.sink = watched(run, source, {
      flow: (flow, to) => this.#flow(flow, to),
      answer: (answer) => {
        if (found.addresses.has(answer.address)) this.#answer(answer);
      },
      close: (facts) => this.#close(facts),
    });
  }

  /** Once the run is read; in the order of their first packets or lines. */
  explanations(): FlowExplanation[] {
    return this.#met.map((met) => this.#explain(met)).sort(byTime);
  }

  #flow(flow: Flow, to: readonly Attribution[]): void {
    for (const question of this.#questions) {
      if (!isAbout(question, flow, to)) continue;
      const explained = this.#met.filter((met) => met.question === question).length;
      if (explained < MAX_EXPLAINED) this.#met.push({ question, flow, to });
    }
  }

  #answer(answer: DnsAnswer): void {
    const known = this.#answers.get(answer.address) ?? { kept: [], missed: 0 };
    this.#answers.set(answer.address, known);
    if (known.kept.length >= MAX_FOR_ADDRESS || this.#kept >= MAX_ANSWERS) known.missed++;
    else {
      this.#kept++;
      known.kept.push(answer);
    }
  }

  #close({ format }: RunFacts): void {
    if (format === "pcap" || format === "pcapng") this.#unit = "packet";
  }

  #explain({ question, flow, to }: Met): FlowExplanation {
    const { transport, originator, responder, state, outcome, connections, packets, flags } = flow;
    const known = responder.address === null ? undefined : this.#answers.get(responder.address);
    const { listed, leftOut } = weigh(known?.kept ?? [], flow, to);
    const unit = packets ? "packet" : this.#unit;
    const said = saidOn(flow);
    return {
      _schema: EXPLANATION_SCHEMA,
      kind: "flow",
      question: question.text,
      run: this.#run,
      source: this.#source,
      unit,
      transport,
      client: originator,
      server: responder,
      state,
      outcome,
      connections,
      firstSeen: written(flow.firstSeen),
      lastSeen: written(flow.lastSeen),
      workload: flow.workload,
      tool: flow.tool,
      process: flow.process,
      packets: packets ? { count: packets.count, first: packets.first, last: packets.last } : null,
      opening: packets?.opening ?? [],
      spoke: said.length === 0 && packets?.said.length === 0 ? packets.spoke : null,
      hello: packets?.said ?? [],
      said,
      flags: flags.filter((flag) => flag !== "dns"),
      answers: listed,
      answersLeftOut: leftOut + (known?.missed ?? 0),
      verdicts: verdictsOf(flow, to, { unit, said, answers: listed }),
    };
  }
}

/** What the client asked of proxies, then what it said of itself. */
function saidOn({ claims, literals, tunnels, packets }: Flow): Said[] {
  // What was said first is told with as few packets as it takes; of later requests on the connection, all that hold them.
  const first = packets?.whole ? [...packets.asked, ...packets.said] : [];
  const recordsOf = (claim: { record: number; records?: readonly number[] }, whole: readonly number[] = []) =>
    first.includes(claim.record) && whole.length > 0 ? whole : (claim.records ?? [claim.record]);
  return [
    ...tunnels.map((tunnel) => {
      const { kind, name, address, port } = tunnel;
      return { source: kind, name, address, port, records: recordsOf(tunnel, packets?.asked) };
    }),
    ...claims.map((claim) => {
      const { source, name } = claim;
      return { source, name, address: null, port: null, records: recordsOf(claim, packets?.said) };
    }),
    ...literals.map((literal) => {
      const { address } = literal;
      return {
        source: "literal" as const,
        name: null,
        address,
        port: null,
        records: recordsOf(literal, packets?.said),
      };
    }),
  ];
}

function byTime(a: FlowExplanation, b: FlowExplanation): number {
  return (a.packets?.first ?? 0) - (b.packets?.first ?? 0) || compareText(a.firstSeen ?? "", b.firstSeen ?? "");
}

function written(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
