/** The line that tells somebody at a terminal how far a long read has come. */
import type { Tally } from "./tally.ts";
import { type Reading, readingText } from "./reading-text.ts";

/** Reads that are over sooner say nothing. */
const PATIENCE_MS = 1000;
const REFRESH_MS = 250;
/** To the beginning of the line, then erase it (ECMA-48 EL). */
const ERASE = "\r\u001B[K";
const USUAL_COLUMNS = 80;

/** The terminal's end of standard error. */
export interface Terminal {
  readonly columns: number;
  write(text: string): unknown;
}

interface Read {
  readonly tally: Tally;
  readonly total: number | null;
  readonly started: number;
  readonly timer: NodeJS.Timeout;
}

export class Progress {
  readonly #terminal: Terminal;
  #read: Read | null = null;
  #due = 0;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** `total` is what there is to read, in stored bytes; null where a pipe does not tell. */
  begin(tally: Tally, total: number | null): void {
    const started = performance.now();
    this.#due = started + PATIENCE_MS;
    // For when the main thread waits; while it reads, its reads call tick.
    const timer = setInterval(() => this.tick(), REFRESH_MS).unref();
    this.#read = { tally, total, started, timer };
  }

  /** Draws the line anew once it is due. */
  tick(): void {
    const now = performance.now();
    if (this.#read === null || now < this.#due) return;
    this.#due = now + REFRESH_MS;
    const { tally, total, started } = this.#read;
    const { runs, done } = tally;
    const reading: Reading = { ...tally.totals(), total, runs, done, seconds: (now - started) / 1000 };
    // A terminal that does not tell its width says 0. The last column stays free, because filling it can wrap the line.
    const columns = this.#terminal.columns || USUAL_COLUMNS;
    this.#terminal.write(ERASE + readingText(reading, columns - 1));
    this.#isShown = true;
  }

  /** Makes room for other text; the line comes back when it is next due. */
  erase(): void {
    if (this.#isShown) this.#terminal.write(ERASE);
    this.#isShown = false;
  }

  end(): void {
    clearInterval(this.#read?.timer);
    this.#read = null;
    this.erase();
  }
}
