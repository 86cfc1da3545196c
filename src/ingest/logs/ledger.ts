/** What one run has handed over so far: its counts, its span in time, and why records could not be used. */
import { type DnsAnswer, type Flow, Rejections, type RunSink } from "../../model/flow.ts";
import type { Instant } from "../../model/instant.ts";

export class Ledger {
  readonly blindSpots: Set<string> = new Set();
  private readonly sink: RunSink;
  private readonly rejections = new Rejections();
  private records = 0;
  private flows = 0;
  private answers = 0;
  private firstSeen: Instant | null = null;
  private lastSeen: Instant | null = null;

  constructor(sink: RunSink) {
    this.sink = sink;
  }

  /** Counts a line that was read for this run, whether or not it can be used. */
  record(): void {
    this.records++;
  }

  /** Counts why a record, or a part of one, could not be used. */
  reject(reason: string, line: number): void {
    this.rejections.add(reason, line);
  }

  flow(flow: Flow): void {
    this.flows += flow.connections;
    this.span(flow.firstSeen, flow.lastSeen);
    this.sink.flow(flow);
  }

  answer(answer: DnsAnswer): void {
    this.answers++;
    this.span(answer.at, answer.at);
    this.sink.answer(answer);
  }

  /** Takes over lines that were counted before it was known which run they belong to. */
  absorb(unread: Rejections): void {
    for (const [reason, count] of unread.counts) {
      this.records += count;
      const places = unread.places.get(reason) ?? [];
      for (const place of places) this.rejections.add(reason, place);
      const rest = count - places.length;
      if (rest > 0) this.rejections.add(reason, places.at(-1) ?? 0, rest);
    }
  }

  close(format: string): void {
    if (this.answers === 0) this.blindSpots.add("no-dns-seen");
    this.sink.close({
      format,
      records: this.records,
      flows: this.flows,
      firstSeen: this.firstSeen,
      lastSeen: this.lastSeen,
      rejected: this.rejections.counts,
      rejectedAt: this.rejections.places,
      blindSpots: [...this.blindSpots].sort(),
    });
  }

  private span(first: Instant | null, last: Instant | null): void {
    if (first !== null) this.firstSeen = Math.min(this.firstSeen ?? first, first);
    if (last !== null) this.lastSeen = Math.max(this.lastSeen ?? last, last);
  }
}
