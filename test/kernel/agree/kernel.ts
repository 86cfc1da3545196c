/** The kernel as a function: rules and packets in, verdicts out; one namespace serves many rulesets, one after another. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Question } from "../../../src/model/policy.ts";
import { SETUP } from "../namespace.ts";

export type Probe = Pick<Question, "transport" | "port"> & { readonly address: NonNullable<Question["address"]> };

/** What the loader said where it refused the rules, else a verdict for each probe. */
export type Answer = { readonly refused: string } | { readonly verdicts: readonly string[] };

const WORDS: Readonly<Record<string, string>> = { p: "permit", d: "deny" };

/** Frames for the gateway leave at once: its address is known, and nothing waits for an answer that never comes. */
const QUIET = `
ip neigh replace 198.18.0.2 lladdr 02:00:00:00:00:02 dev out0 nud permanent
ip neigh replace 2001:db8:ffff::2 lladdr 02:00:00:00:00:02 dev out0 nud permanent
exec python3 "$HERE/batch.py"
`;

export class Kernel {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];

  /** `-r` makes a user namespace too, in which only one's own user exists; rules about others need real root. */
  constructor() {
    this.#process = spawn("unshare", ["-n", "sh", "-c", SETUP + QUIET], {
      env: { ...process.env, HERE: import.meta.dirname },
    });
    let complaint = "";
    this.#process.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#waiting.shift()?.resolve(line));
    this.#process.on("close", () => {
      for (const waiting of this.#waiting.splice(0))
        waiting.reject(new Error(`the kernel's process ended: ${complaint}`));
    });
  }

  async ask(load: string, files: Readonly<Record<string, string>>, probes: readonly Probe[]): Promise<Answer> {
    const asked = probes.map(({ transport, address, port }) => [transport, address, port]);
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ load, files, probes: asked })}\n`);
    });
    if (line.startsWith("!")) return { refused: String(JSON.parse(line.slice(1))) };
    const verdicts = (line.match(/\[\w+\]|./g) ?? []).map((mark) => WORDS[mark] ?? mark);
    return { verdicts };
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.stdin.end();
    await closed;
  }
}
