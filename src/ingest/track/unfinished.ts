/** What is kept of flows whose first client bytes did not tell all; with a bound on what all of them hold together. */
import type { Rejections } from "../../model/flow.ts";
import type { StreamVerdict } from "../dissect/verdict.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Origins } from "./origins.ts";
import type { Questions } from "./questions.ts";
import { Requests } from "./requests.ts";

/** Bytes of unfinished streams held for all flows together; beyond it the oldest one is given up. */
const MAX_HELD = 32 * 1024 * 1024;
/** After so many looks at a growing stream, it must have grown by a quarter to be looked at again: one byte a segment is an attack. */
const FREE_LOOKS = 64;

/** One of them. */
export class Unfinished {
  /** Client bytes of which the first ones did not suffice. */
  stream: ByteStream | null = null;
  /** The requests of its connection, once one was read behind which others may come. */
  requests: Requests | null = null;
  /** Claims, literals and tunnels, as text, where more may come. */
  kept: Set<string> | null = null;
  /** DNS over TCP: the server's bytes. */
  answers: ByteStream | null = null;
  /** DNS on an unusual port: what the client asked. */
  questions: Questions | null = null;
  /** Where the bytes of `stream` or `answers` came from, if anybody asked. */
  origins: Origins | null = null;
  quic: { add(datagram: Uint8Array): StreamVerdict; end(): StreamVerdict } | null = null;
  looks = 0;
  /** Length of the stream when it was last looked at. */
  judged = 0;
  record = 0;
  givenUp = false;
  /** The snap length cut a segment of it. */
  cut = false;

  connection(): Requests {
    return (this.requests ??= new Requests());
  }

  isWorthALook(length: number): boolean {
    return length > this.judged && (this.looks < FREE_LOOKS || length >= this.judged * 1.25);
  }
}

/** All of them, by row. */
export class UnfinishedFlows {
  readonly #flows: (Unfinished | undefined)[] = [];
  /** Bytes held by row, in the order in which they are given up. */
  readonly #held = new Map<number, number>();
  #total = 0;
  readonly #rejections: Rejections;
  /** Told of each flow some of whose requests will not be read. */
  readonly #lost: (row: number) => void;

  constructor(rejections: Rejections, lost: (row: number) => void) {
    this.#rejections = rejections;
    this.#lost = lost;
  }

  get(row: number): Unfinished | undefined {
    return this.#flows[row];
  }

  of(row: number): Unfinished {
    return (this.#flows[row] ??= new Unfinished());
  }

  /** Frees what was held for a flow that wants no more. */
  settle(row: number): void {
    const flow = this.#flows[row];
    if (!flow) return;
    if (flow.requests) flow.requests.behind = null;
    this.release(row);
    flow.stream = null;
    flow.answers = null;
    flow.origins = null;
    flow.questions = null;
    flow.quic = null;
  }

  remove(row: number): void {
    this.#flows[row] = undefined;
    this.release(row);
  }

  /** `bytes` are what is held for the flow from now on, beside what its requests hold. */
  account(row: number, bytes: number): void {
    const held = bytes + (this.#flows[row]?.requests?.held ?? 0);
    this.#total += held - (this.#held.get(row) ?? 0);
    this.#held.set(row, held);
    while (this.#total > MAX_HELD) {
      const [oldest] = this.#held.keys();
      if (oldest === undefined) return;
      const flow = this.of(oldest);
      flow.givenUp = true;
      if (flow.requests) this.#lost(oldest);
      this.#rejections.add("stream-memory", flow.record);
      this.settle(oldest);
    }
  }

  /** Nothing is held for the flow any more but what its requests hold. */
  release(row: number): void {
    if (this.#flows[row]?.requests?.behind) {
      this.account(row, 0);
      return;
    }
    this.#total -= this.#held.get(row) ?? 0;
    this.#held.delete(row);
  }
}
