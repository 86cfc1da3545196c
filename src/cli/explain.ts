/** Answers questions about the names of flows by reading each run twice: to find the flows, then to note their packets. */
import { statSync } from "node:fs";
import { Explainer, type Found, Inquiry, parseQuestion, search } from "../attribute/explain/index.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { type Explained, EXPLANATION_SCHEMA, type FlowExplanation } from "../model/explanation.ts";
import type { RunSink } from "../model/flow.ts";
import { explanationJson, explanationText } from "../report/index.ts";
import { type ObserveOptions, readRun } from "./observe.ts";
import { withoutRepeats } from "./repeats.ts";
import type { RunSource } from "./sources.ts";

export interface ExplainOptions extends Omit<ObserveOptions, "digest"> {
  readonly json: boolean;
  readonly notice: (text: string) => void;
}

/** The answers to all questions, as text or JSON Lines. */
export async function explanations(
  asked: readonly string[],
  sources: readonly RunSource[],
  options: ExplainOptions,
): Promise<string> {
  const questions = asked.map(parseQuestion);
  // A question asked twice, in whatever spelling, is answered once.
  const inquiries = [...new Map(questions.map((question) => [question.text, new Inquiry(question)])).values()];
  const runs = new Set<string>();
  const joined = new Set<string>();
  const flows: FlowExplanation[] = [];
  for (const source of await withoutRepeats(sources, options.notice)) {
    const found = await find(source, inquiries, runs, options);
    if (source.files.length > 1) joined.add(source.run);
    if ([...found.values()].some((each) => each.flows.length > 0)) {
      flows.push(...(await explainRun(source, inquiries, found, options)));
    }
  }
  const print = options.json ? explanationJson : explanationText;
  return inquiries
    .map((inquiry) => print(answerTo(inquiry, flows, runs.size), { joined }))
    .join(options.json ? "" : "\n");
}

function answerTo({ question, flows: met, near }: Inquiry, all: readonly FlowExplanation[], runs: number): Explained {
  const flows = all.filter((flow) => flow.question === question.text);
  const nearMisses = met === 0 ? near.told() : [];
  const counts = { runs, flows: met, explained: flows.length };
  return {
    flows,
    summary: { _schema: EXPLANATION_SCHEMA, kind: "question", question: question.text, ...counts, nearMisses },
  };
}

/** What the first reading found in each run of the source. */
async function find(
  source: RunSource,
  inquiries: readonly Inquiry[],
  runs: Set<string>,
  options: ExplainOptions,
): Promise<Map<string, Found>> {
  for (const file of source.files) demandReadableTwice(file.path);
  const found = new Map<string, Found>();
  const sinks = new Map<string, RunSink>();
  const sinkFor = (run: string): RunSink => {
    const of: Found = { flows: [], addresses: new Set() };
    found.set(run, of);
    runs.add(run);
    return search(run, inquiries, of);
  };
  const cut = (reason: string): void => options.notice(`${source.label}: ${reason}`);
  await readRun(source, {
    runField: options.runField,
    digest: null,
    sinkFor: perRun(source, sinks, sinkFor, options),
    cut,
    watch: null,
  });
  return found;
}

async function explainRun(
  source: RunSource,
  inquiries: readonly Inquiry[],
  found: ReadonlyMap<string, Found>,
  options: ExplainOptions,
): Promise<FlowExplanation[]> {
  const questions = inquiries.map(({ question }) => question);
  const explainers = new Map<string, Explainer>();
  const sinkFor = (run: string): RunSink => {
    const of = found.get(run) ?? { flows: [], addresses: new Set() };
    const explainer = new Explainer(run, source.label, questions, of);
    explainers.set(run, explainer);
    return explainer.sink;
  };
  const trace = [...found.values()].flatMap(({ flows }) => flows);
  const sinks = perRun(source, new Map(), sinkFor, options);
  const reading = { runField: options.runField, digest: null, sinkFor: sinks, cut: () => {}, watch: null, trace };
  await readRun(source, reading);
  return [...explainers].sort(([a], [b]) => compareText(a, b)).flatMap(([, explainer]) => explainer.explanations());
}

/** One sink a run, whichever of the source's readers asks for it. */
function perRun(
  source: RunSource,
  sinks: Map<string, RunSink>,
  create: (run: string) => RunSink,
  { runId }: ExplainOptions,
): (run: string | null) => RunSink {
  return (run) => {
    const id = runId === null ? (run ?? source.run) : source.run;
    const known = sinks.get(id) ?? create(id);
    sinks.set(id, known);
    return known;
  };
}

/** A pipe is empty after the first reading. */
function demandReadableTwice(path: string | null): void {
  if (path !== null && statSync(path).isFile()) return;
  throw new InputError(`${path ?? "standard input"}: an explanation reads its input twice: save it to a file first`);
}
