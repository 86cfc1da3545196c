/** `sallyport review`: a person, or a bot for one, decides what nobody has decided. */
import { basename } from "node:path";
import { InputError } from "../../model/error.ts";
import { DAY, type Instant, parseDuration } from "../../model/instant.ts";
import { formatEndpoint } from "../../model/evidence.ts";
import type { OpenQuestion } from "../../model/review.ts";
import {
  AllowlistEditor,
  Decisions,
  ENDPOINT_FORM,
  openQuestions,
  parseEndpoint,
  parseVerdicts,
  questionOn,
  type Reviewers,
  type Ruling,
  type Verdict,
} from "../../propose/index.ts";
import { reviewJson, reviewList, reviewScreen } from "../../report/index.ts";
import type { Candidate, Observed } from "../../model/candidate.ts";
import type { Command, ExitCode } from "../command.ts";
import { readArtefact } from "../artefacts.ts";
import { readText } from "../files.ts";
import { SEAL_OPTIONS, sealsOf } from "../keys.ts";
import { type Arguments, flag, list, nowOf, printOptionsOf, STAND_OPTIONS, text } from "../options.ts";
import { maxTtlOf, TTL_OPTIONS } from "../reviewed.ts";
import { allowlistText, approvedIn, type Desk, heldLedger, judge, write } from "../review/desk.ts";
import { narrowestRules } from "../review/narrowest.ts";
import { walk } from "../review/walk.ts";
import { whoDecides } from "../review/who.ts";

const DEFAULT_LIFETIME: number = 90 * DAY;
const DEFAULT_USED_WITHIN = "30d";

/** No endpoint is longer, and what is shown of one that is none need not be. */
const MAX_SHOWN = 400;

export const reviewCommand: Command = {
  usage: "review <candidate>",
  describe: "decide what nobody has decided: at the terminal, by options, or from JSON",
  options: {
    ...STAND_OPTIONS,
    ...TTL_OPTIONS,
    ...SEAL_OPTIONS,
    allowlist: { type: "string", requiresArg: true, demandOption: true, describe: "the reviewers' file to write into" },
    workload: { type: "string", requiresArg: true, describe: "ask only about what this workload used" },
    list: { type: "boolean", describe: "only print what is undecided" },
    decide: { type: "string", array: true, requiresArg: true, describe: "ENDPOINT=allow, =deny or =watch (repeat)" },
    renew: { type: "string", array: true, requiresArg: true, describe: "renew the allow on this endpoint (repeat)" },
    decisions: { type: "string", requiresArg: true, describe: "decisions as JSON, from a file or -" },
    why: { type: "string", requiresArg: true, describe: "with --decide: why; an allow needs it" },
    owner: { type: "string", requiresArg: true, describe: "with --decide: who answers for it; an allow needs one" },
    ticket: { type: "string", requiresArg: true, describe: "with --decide: where it was discussed" },
    expires: {
      type: "string",
      requiresArg: true,
      describe: "with --decide or --renew: a date, or a duration such as 90d",
    },
    by: { type: "string", requiresArg: true, describe: "who decides; git's user.email or the login if not given" },
    ledger: { type: "string", requiresArg: true, describe: "add a record of each decision to this ledger" },
    "used-within": {
      type: "string",
      requiresArg: true,
      describe: "renew only what was used in this time, e.g. 30d (the default)",
    },
  },
  async run(args, context): Promise<ExitCode> {
    const { print, notice } = context;
    const path = text(args, "candidate") ?? "";
    const read = readArtefact(path);
    if (read?.kind !== "candidate") throw new InputError(`${path}: not a candidate; propose writes one`);
    const { candidate } = read;
    const now = nowOf(args);
    const desk = deskOf(args, now);
    const reviewers = reviewersOf(desk);
    const workload = text(args, "workload");
    const open = openQuestions(candidate, reviewers).filter(({ seen }) => workload === null || isOf(seen, workload));
    if (flag(args, "list")) {
      print(flag(args, "json") ? reviewJson(open, candidate) : reviewList(open, candidate));
      return 0;
    }
    if (desk.ledger !== null) heldLedger(desk.ledger);
    const verdicts = verdictsOf(args);
    const rulings =
      verdicts === null
        ? await askAll(open, desk, candidate, args, print)
        : verdicts.map((verdict) => judge(desk, found(candidate, reviewers, verdict.endpoint), verdict));
    refuseTwice(rulings);
    write(desk, rulings);
    for (const { act } of rulings) notice(`${act.action === "renew" ? "renewed" : act.decision}: ${act.endpoint}`);
    return 0;
  },
};

function isOf(seen: readonly Observed[], workload: string): boolean {
  return seen.some(({ workloads }) => workloads?.includes(workload));
}

function deskOf(args: Arguments, now: Instant): Desk {
  const allowlist = text(args, "allowlist") ?? "";
  const duration = (name: string, fallback: string): number => {
    const given = text(args, name) ?? fallback;
    const parsed = parseDuration(given);
    if (parsed === null) throw new InputError(`--${name}: expected a duration such as ${fallback}, not ${given}`);
    return parsed;
  };
  return {
    allowlist,
    editor: new AllowlistEditor(allowlistText(allowlist), basename(allowlist)),
    ledger: text(args, "ledger"),
    seals: sealsOf(args),
    environment: text(args, "environment"),
    bench: {
      now,
      by: flag(args, "list") ? "nobody" : whoDecides(text(args, "by")),
      file: basename(allowlist),
      maxTtl: maxTtlOf(args),
      lifetime: DEFAULT_LIFETIME,
      usedWithin: duration("used-within", DEFAULT_USED_WITHIN),
    },
  };
}

function reviewersOf({ editor, environment, bench }: Desk): Reviewers {
  return new Decisions(editor.allowlist, { now: bench.now, maxTtl: bench.maxTtl, environment });
}

/** Null where a person is to be asked. */
function verdictsOf(args: Arguments): Verdict[] | null {
  const [why, owner, ticket, expires] = ["why", "owner", "ticket", "expires"].map(
    (name) => text(args, name) ?? undefined,
  );
  const said = { why, owner, ticket, expires };
  const decided = list(args, "decide").map((word) => {
    const [, endpoint, decision] = /^(.+)=(allow|deny|watch)$/.exec(word) ?? [];
    if (endpoint === undefined) {
      throw new InputError(`--decide: expected ENDPOINT=allow, =deny or =watch, not ${word.slice(0, MAX_SHOWN)}`);
    }
    return { endpoint, decision, ...said };
  });
  const renewed = list(args, "renew").map((endpoint) => ({ endpoint, decision: "renew", ...said }));
  const file = text(args, "decisions");
  const fromFile = file === null ? [] : parseVerdicts(jsonOf(file), file);
  const all = [...parseVerdicts([...decided, ...renewed], "--decide"), ...fromFile];
  return all.length === 0 && file === null ? null : all;
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readText(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: not JSON`);
  }
}

function found(candidate: Candidate, reviewers: Reviewers, endpoint: string): OpenQuestion {
  const parsed = parseEndpoint(endpoint);
  // ICMP has no port, and is asked about by the text of the candidate.
  const question = questionOn(candidate, reviewers, parsed === null ? endpoint : formatEndpoint(parsed));
  if (question !== null) return question;
  if (parsed === null) throw new InputError(`${endpoint.slice(0, MAX_SHOWN)}: ${ENDPOINT_FORM}`);
  throw new InputError(`${endpoint}: no run used it; what is only declared is written by hand, with intent: true`);
}

async function askAll(
  questions: readonly OpenQuestion[],
  desk: Desk,
  candidate: Candidate,
  args: Arguments,
  print: (text: string) => void,
): Promise<Ruling[]> {
  const options = printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface"));
  const { now, lifetime } = desk.bench;
  const rulings: Ruling[] = [];
  if (questions.length === 0) print(reviewList(questions, candidate));
  await walk({
    questions,
    print,
    screen: (question, number) => {
      const rules = narrowestRules(candidate, question, now + lifetime, now, options);
      return reviewScreen({
        question,
        rules,
        number,
        of: questions.length,
        candidate,
        was: approvedIn(desk.ledger, question.was),
      });
    },
    answer: (question, verdict) => {
      const [checked] = parseVerdicts([verdict], "answer");
      if (checked) rulings.push(judge(desk, question, checked));
    },
  });
  return rulings;
}

function refuseTwice(rulings: readonly Ruling[]): void {
  const seen = new Set<string>();
  for (const { entry } of rulings) {
    if (seen.has(entry.endpoint)) throw new InputError(`${entry.endpoint}: is decided twice`);
    seen.add(entry.endpoint);
  }
}
