/**
 * Sensors write one connection into several logs, in any order of files. Here the pieces meet again, by connection id.
 *
 * What is held is bounded: when the table is full, everything in it is handed over as it stands and the run is marked
 * `join-table-full`. Nothing is lost by that, but a connection whose pieces lie apart may then count twice.
 */
import { compareNumbers, compareText } from "../../model/compare.ts";
import type { DnsAnswer } from "../../model/flow.ts";
import { type Authority, type Conversation, Joined, sameConversation } from "./joined.ts";
import type { Ledger } from "./ledger.ts";

/** Connections and answers held at once, over all runs. */
const MAX_HELD = 500_000;

interface RunJoin {
  readonly open: Map<string, Joined>;
  /** Connections whose id has been given to a new one. */
  readonly closed: Joined[];
  readonly answers: DnsAnswer[];
}

export class Join {
  private readonly runs = new Map<Ledger, RunJoin>();
  private readonly limit: number;
  private held = 0;

  constructor(limit: number = MAX_HELD) {
    this.limit = limit;
  }

  /** The connection that a record with this id belongs to. */
  connection(ledger: Ledger, id: string, authority: Authority, seen: Conversation, line: number): Joined {
    const known = this.runs.get(ledger)?.open.get(id);
    if (known === undefined) return this.open(ledger, id, authority, seen, line);
    if (authority !== "whole" || known.authority !== "whole") {
      known.see(authority, seen, line);
      return known;
    }
    if (sameConversation(known.conversation, seen)) {
      ledger.reject("duplicate-record", line);
      return known;
    }
    this.of(ledger).closed.push(known);
    return this.open(ledger, id, authority, seen, line);
  }

  answer(ledger: Ledger, answer: DnsAnswer): void {
    this.makeRoom();
    this.of(ledger).answers.push(answer);
  }

  /** Hands everything over in order of time: an answer comes before the flows that started at its time or later. */
  finish(): void {
    for (const [ledger, run] of this.runs) {
      const answers = run.answers.sort(compareAnswers);
      const connections = [...run.closed, ...run.open.values()].sort(compareConnections);
      let next = 0;
      for (const connection of connections) {
        const { firstSeen } = connection.conversation;
        for (; next < answers.length; next++) {
          const answer = answers[next];
          if (!answer || (answer.at !== null && firstSeen !== null && answer.at > firstSeen)) break;
          ledger.answer(answer);
        }
        ledger.flow(connection.flow());
      }
      for (const answer of answers.slice(next)) ledger.answer(answer);
    }
    this.runs.clear();
    this.held = 0;
  }

  private open(ledger: Ledger, id: string, authority: Authority, seen: Conversation, line: number): Joined {
    this.makeRoom();
    const joined = new Joined(ledger, id, authority, seen, line);
    this.of(ledger).open.set(id, joined);
    return joined;
  }

  private of(ledger: Ledger): RunJoin {
    let run = this.runs.get(ledger);
    if (run === undefined) this.runs.set(ledger, (run = { open: new Map(), closed: [], answers: [] }));
    return run;
  }

  private makeRoom(): void {
    if (this.held >= this.limit) {
      for (const ledger of this.runs.keys()) ledger.blindSpots.add("join-table-full");
      this.finish();
    }
    this.held++;
  }
}

/** Without a time first: it can only help what comes after it. */
function compareAnswers(a: DnsAnswer, b: DnsAnswer): number {
  return (
    compareNumbers(a.at, b.at) ||
    a.record - b.record ||
    compareText(a.name, b.name) ||
    compareText(a.chain.join(" "), b.chain.join(" ")) ||
    compareText(a.address, b.address)
  );
}

/** Without a time last: by then every answer is known. */
function compareConnections(a: Joined, b: Joined): number {
  const [from, to] = [a.conversation.firstSeen, b.conversation.firstSeen];
  if (from === null || to === null) {
    return Number(from === null) - Number(to === null) || a.line - b.line || compareText(a.id, b.id);
  }
  return from - to || a.line - b.line || compareText(a.id, b.id);
}
