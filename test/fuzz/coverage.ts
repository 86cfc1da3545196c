/** Which bytes of the sources have run, as V8 counts blocks: an input that reaches new ones is worth mutating further. */
import { type Profiler, Session } from "node:inspector";

const WATCHED = /\/src\/(?:ingest|attribute)\//;

export class Coverage {
  readonly #session = new Session();
  /** By script, the source positions that have run. */
  readonly #covered = new Map<string, Uint8Array>();
  /** What the last call of {@link grew} found new. */
  #fresh: { readonly covered: Uint8Array; readonly at: number }[] = [];
  /** Source positions that have run, in all scripts. */
  reached = 0;

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Whether something ran since the last call that never ran before. */
  grew(): boolean {
    this.#fresh = [];
    // Posts to the own isolate are answered before they return.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error) throw error;
      for (const script of answer.result) if (WATCHED.test(script.url)) this.#add(script);
    });
    return this.#fresh.length > 0;
  }

  /** Takes the last growth back, so that running its inputs again, one by one, shows which of them it came from. */
  forget(): void {
    for (const { covered, at } of this.#fresh) covered[at] = 0;
    this.reached -= this.#fresh.length;
  }

  #add({ url, functions }: Profiler.ScriptCoverage): void {
    const end = Math.max(...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
    const known = this.#covered.get(url) ?? new Uint8Array(0);
    const covered = known.length >= end ? known : new Uint8Array(end);
    if (covered !== known) covered.set(known);
    this.#covered.set(url, covered);
    const now = new Uint8Array(end);
    // Outer ranges come before those inside them, which have the last word.
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
    for (let i = 0; i < end; i++) {
      if (now[i] === 0 || covered[i] === 1) continue;
      covered[i] = 1;
      this.reached++;
      this.#fresh.push({ covered, at: i });
    }
  }
}
