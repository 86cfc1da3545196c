/** Captures to flows and DNS answers: container, headers and tracking put together behind the Reader interface. */
import type { Address } from "../model/address.ts";
import { InputError } from "../model/error.ts";
import { type Reader, Rejections, type RunSink } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import type { CaptureEvents, Frame } from "./capture/frame.ts";
import { PcapFile } from "./capture/pcap.ts";
import { PcapngFile } from "./capture/pcapng.ts";
import { type CaptureFormat, refusedCapture, SNIFF_BYTES, sniffCapture } from "./capture/sniff.ts";
import type { Units } from "./capture/units.ts";
import { Decoder } from "./decode/decoder.ts";
import { Answers } from "./track/answers.ts";
import { type Dissectors, DISSECTORS } from "./track/dissectors.ts";
import { flowOf } from "./track/flow-of.ts";
import { Naming } from "./track/naming.ts";
import { type FiveTuple, FlowTrace } from "./track/trace.ts";
import { MAX_FLOWS, Tracker } from "./track/tracker.ts";

export interface CaptureReaderOptions {
  /** Flows followed at once. */
  readonly maxFlows?: number;
  readonly dissectors?: Dissectors;
  /** Flows whose packets are to be told; without, tracing costs nothing. */
  readonly trace?: readonly FiveTuple[];
}

export function createCaptureReader(sink: RunSink, options: CaptureReaderOptions = {}): Reader {
  return new CaptureReader(sink, options);
}

class CaptureReader implements Reader, CaptureEvents {
  readonly #sink: RunSink;
  readonly #rejections = new Rejections();
  readonly #answers: Answers;
  readonly #naming: Naming;
  readonly #tracker: Tracker;
  readonly #decoder: Decoder;
  #file: Units | null = null;
  /** First bytes of a file whose format they do not tell yet. */
  #head: Uint8Array = new Uint8Array(0);
  #format: CaptureFormat | null = null;
  #records = 0;
  #flows = 0;
  #firstSeen = Number.POSITIVE_INFINITY;
  #lastSeen = Number.NEGATIVE_INFINITY;
  #hasDrops = false;

  constructor(sink: RunSink, options: CaptureReaderOptions) {
    const { maxFlows = MAX_FLOWS, dissectors = DISSECTORS } = options;
    this.#sink = sink;
    this.#answers = new Answers(dissectors, sink, this.#rejections);
    const naming = new Naming(dissectors, this.#answers, this.#rejections, options.trace !== undefined);
    const retire = (row: number): void => {
      this.#flows++;
      const flow = flowOf(row, this.#tracker.table, this.#tracker.states, naming);
      sink.flow(trace ? trace.told(flow) : flow);
    };
    this.#naming = naming;
    this.#tracker = new Tracker({ maxFlows, naming, rejections: this.#rejections, retire });
    const trace = options.trace ? new FlowTrace(options.trace, this.#tracker, dissectors) : null;
    this.#decoder = new Decoder(trace ?? this.#tracker, this.#rejections);
  }

  get records(): number {
    return this.#file?.records ?? this.#records;
  }

  push(chunk: Uint8Array): void {
    if (this.#file) {
      this.#file.push(chunk);
      return;
    }
    if (this.#head.length + chunk.length >= SNIFF_BYTES) this.#open(chunk);
    else this.#head = concat(this.#head, chunk);
  }

  endOfFile(): void {
    if (!this.#file) this.#open(new Uint8Array(0));
    this.#file!.end();
    this.#records = this.#file!.records;
    this.#file = null;
  }

  finish(): void {
    if (this.#file) this.endOfFile();
    this.#decoder.finish();
    this.#tracker.finish();
    this.#sink.close({
      format: this.#format ?? "pcap",
      records: this.#records,
      flows: this.#flows,
      firstSeen: Number.isFinite(this.#firstSeen) ? this.#firstSeen : null,
      lastSeen: Number.isFinite(this.#lastSeen) ? this.#lastSeen : null,
      rejected: this.#rejections.counts,
      rejectedAt: this.#rejections.places,
      blindSpots: this.#blindSpots(),
    });
  }

  frame(frame: Frame): void {
    if (frame.at < this.#firstSeen) this.#firstSeen = frame.at;
    if (frame.at > this.#lastSeen) this.#lastSeen = frame.at;
    this.#decoder.frame(frame);
  }

  resolved(address: Address, name: Fqdn, record: number): void {
    const nobody = { chain: [], ttl: null, client: null, resolver: null, resolverPort: null, at: null };
    this.#sink.answer({ source: "pcapng-nrb", name, address, record, ...nobody });
  }

  dropped(): void {
    this.#hasDrops = true;
  }

  #open(chunk: Uint8Array): void {
    const head = this.#head;
    const start = head.length === 0 ? chunk : concat(head, chunk.subarray(0, SNIFF_BYTES));
    const format = sniffCapture(start);
    if (!format) {
      const reason =
        start.length === 0 ? "the capture is empty" : (refusedCapture(start) ?? "not a pcap or pcapng file");
      throw new InputError(`${reason} (at byte 0)`);
    }
    this.#format ??= format;
    const File = format === "pcap" ? PcapFile : PcapngFile;
    this.#file = new File(this, this.#rejections, this.#records);
    this.#head = new Uint8Array(0);
    if (head.length > 0) this.#file.push(head);
    this.#file.push(chunk);
  }

  #blindSpots(): string[] {
    const spots = {
      "flow-table-full": this.#tracker.isCrowded,
      "interface-drops": this.#hasDrops,
      "no-dns-seen": !this.#answers.seen,
      "snaplen-cut": this.#naming.cut || this.#answers.cut,
      "starts-midstream": this.#tracker.startsMidstream,
      "tcp-gaps": this.#naming.hasGaps,
    };
    return Object.entries(spots).flatMap(([spot, holds]) => (holds ? [spot] : []));
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
