/** The runs of one input: its own, and those that a field of its records names. Each sink is closed exactly once. */
import { at, InputError } from "../../model/error.ts";
import { Rejections, type RunSink } from "../../model/flow.ts";
import { safeLabel } from "../../model/label.ts";
import { Ledger } from "./ledger.ts";

/** A field with more values than this is no run id. */
const MAX_RUNS = 10_000;

export class Runs {
  readonly source: string;
  private readonly format: string;
  private readonly sinkFor: (run: string | null) => RunSink;
  private readonly named = new Map<string, Ledger>();
  private readonly unread = new Rejections();
  /** By the name as written: most lines name a run that the line before named. */
  private readonly spelled = new Map<string, Ledger>();
  private own: Ledger | null = null;

  constructor(format: string, source: string, sinkFor: (run: string | null) => RunSink) {
    this.format = format;
    this.source = source;
    this.sinkFor = sinkFor;
  }

  /** The run that a record names; a record that names none belongs to the file's own. */
  of(name: string | null, line: number): Ledger {
    if (name === null) return (this.own ??= new Ledger(this.sinkFor(null)));
    let ledger = this.spelled.get(name);
    if (ledger === undefined) {
      ledger = this.labelled(safeLabel(name), line);
      // Names too long for a label share one, so that only this table could grow without end.
      if (this.spelled.size < MAX_RUNS) this.spelled.set(name, ledger);
    }
    return ledger;
  }

  /** A line that could not be read, so that nobody knows its run. */
  reject(reason: string, line: number): void {
    this.unread.add(reason, line);
  }

  /**
   * Unreadable lines are counted in the file's own run. Where every record names its run they go to the first of those:
   * a run of its own, with nothing in it, would falsify "seen in n of N runs".
   */
  close(): void {
    const [first] = this.named.values();
    const home = this.own ?? first ?? this.of(null, 0);
    home.absorb(this.unread);
    for (const ledger of this.ledgers()) ledger.close(this.format);
  }

  private labelled(label: string, line: number): Ledger {
    const known = this.named.get(label);
    if (known !== undefined) return known;
    if (this.named.size >= MAX_RUNS) {
      throw new InputError(`${at(this.source, line)}: more than ${MAX_RUNS} different runs: this field is no run id`);
    }
    const ledger = new Ledger(this.sinkFor(label));
    this.named.set(label, ledger);
    return ledger;
  }

  private *ledgers(): Iterable<Ledger> {
    if (this.own) yield this.own;
    yield* this.named.values();
  }
}
