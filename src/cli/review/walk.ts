/** Puts one question after another to a person, at a terminal or through a pipe. */
import { createInterface } from "node:readline";
import { InputError } from "../../model/error.ts";
import type { OpenQuestion } from "../../model/review.ts";
import { plain } from "../../report/index.ts";
import type { Verdict } from "../../propose/index.ts";

export interface Walk {
  readonly questions: readonly OpenQuestion[];
  readonly screen: (question: OpenQuestion, number: number) => string;
  /** Takes an answer and keeps it. @throws InputError with what is missing, and then it is asked again. */
  readonly answer: (question: OpenQuestion, verdict: Verdict) => void;
  readonly print: (text: string) => void;
}

const CHOICES = "allow, deny, watch, renew, skip, quit? ";
const DECISIONS: Readonly<Record<string, Verdict["decision"]>> = {
  a: "allow",
  allow: "allow",
  d: "deny",
  deny: "deny",
  w: "watch",
  watch: "watch",
  r: "renew",
  renew: "renew",
};

/** Ends with the questions, with `quit`, and with the input. */
export async function walk({ questions, screen, answer, print }: Walk): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: process.stdin.isTTY });
  // Ctrl-C leaves everything as it was.
  lines.on("SIGINT", () => process.exit(130));
  const input = lines[Symbol.asyncIterator]();
  const ask = async (prompt: string): Promise<string | null> => {
    lines.setPrompt(prompt);
    lines.prompt();
    const { value, done } = await input.next();
    return done === true ? null : value.trim();
  };
  try {
    for (const [i, question] of questions.entries()) {
      print(`\n${screen(question, i + 1)}`);
      if (!(await settle(question, ask, answer, print))) return;
    }
  } finally {
    lines.close();
  }
}

type Ask = (prompt: string) => Promise<string | null>;

/** False when the person has had enough. */
async function settle(
  question: OpenQuestion,
  ask: Ask,
  answer: Walk["answer"],
  print: Walk["print"],
): Promise<boolean> {
  for (;;) {
    const choice = await ask(CHOICES);
    if (choice === null || choice === "q" || choice === "quit") return false;
    if (choice === "s" || choice === "skip" || choice === "") return true;
    const decision = Object.hasOwn(DECISIONS, choice) ? DECISIONS[choice] : undefined;
    if (decision === undefined) continue;
    const verdict = await reasons(question.endpoint, decision, ask);
    if (verdict === null) return false;
    try {
      answer(question, verdict);
      return true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      print(`  ${plain(error.message)}\n`);
    }
  }
}

const ENDS: Readonly<Record<Verdict["decision"], string>> = {
  allow: "the default",
  renew: "the default",
  deny: "no end",
  watch: "no end",
};

/** Null when the input ended in the middle: half an answer is none. */
async function reasons(endpoint: string, decision: Verdict["decision"], ask: Ask): Promise<Verdict | null> {
  const isRenewal = decision === "renew";
  const prompts = [
    ["why", isRenewal ? "why (empty: as before): " : decision === "allow" ? "why: " : "why (may be empty): "],
    ["owner", isRenewal ? "owner (empty: as before): " : decision === "allow" ? "owner: " : "owner (may be empty): "],
    ["ticket", isRenewal ? "ticket (empty: as before): " : "ticket (may be empty): "],
    ["expires", `until (date or duration; empty: ${ENDS[decision]}): `],
  ] as const;
  const said: { why?: string; owner?: string; ticket?: string; expires?: string } = {};
  for (const [field, prompt] of prompts) {
    const line = await ask(`  ${prompt}`);
    if (line === null) return null;
    if (line !== "") said[field] = line;
  }
  return { endpoint, decision, ...said };
}
