/** Reads saved evidence back piece by piece: that of many runs is longer than one text can be. */
import { InputError } from "../model/error.ts";
import { type EndpointKey, endpointKey, type Evidence, type Incidence } from "../model/evidence.ts";
import type { RunRecord } from "../model/observation.ts";
import { Cutter, ITEM, PART, type Piece } from "./cutter.ts";
import { Merger } from "./merger.ts";
import { CellPacker } from "./packed.ts";
import { accept } from "./read.ts";
import { documentSchema, endpointSchema, incidenceSchema, runSchema } from "./schema.ts";

/**
 * The sums are derived anew: they are written for readers who need not.
 * @throws InputError with the path inside the document for anything that is not evidence.
 */
export function readEvidence(merger: Merger, chunks: Iterable<string>, file: string): void {
  const reader = new EvidenceReader(merger, file);
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
}

/** All of it at once, for those who ask of each endpoint again and again. */
export function parseEvidence(chunks: Iterable<string>, file: string): Evidence {
  const merger = new Merger();
  readEvidence(merger, chunks, file);
  return merger.evidence();
}

class EvidenceReader {
  readonly #merger: Merger;
  readonly #file: string;
  readonly #cutter: Cutter;
  readonly #runs = new Map<string, RunRecord>();
  readonly #cells = new Map<string, CellPacker>();
  readonly #endpoints = new Set<string>();
  /** Of the endpoint whose own fields are yet to come. */
  #parts: Incidence[] = [];

  constructor(merger: Merger, file: string) {
    this.#merger = merger;
    this.#file = file;
    this.#cutter = new Cutter(file, (piece) => this.#take(piece));
  }

  push(chunk: string): void {
    this.#cutter.push(chunk);
  }

  end(): void {
    const document = accept(documentSchema, parsed(this.#cutter.end(), this.#file), this.#file);
    if (document.runs.length !== this.#runs.size) this.#refuse("runs", "not all of them are objects");
    if (document.endpoints.length !== this.#endpoints.size) this.#refuse("endpoints", "not all of them are objects");
    for (const run of this.#cells.keys()) {
      if (!this.#runs.has(run)) this.#refuse("endpoints", `${run} saw one of them, and is not among the runs`);
    }
    for (const [id, record] of this.#runs) {
      this.#merger.addCells(record, (this.#cells.get(id) ?? new CellPacker()).done());
      this.#cells.delete(id);
    }
  }

  #take({ depth, list, text }: Piece): void {
    if (depth === PART && list === "endpoints") {
      const path = `endpoints.${this.#endpoints.size}.incidence.${this.#parts.length}`;
      this.#parts.push(accept(incidenceSchema, parsed(text, this.#file), this.#file, path));
    } else if (depth === ITEM && list === "endpoints") this.#endpoint(text);
    else if (depth === ITEM && list === "runs") this.#run(text);
    else this.#refuse(list, "nothing of evidence");
  }

  #run(text: string): void {
    const path = `runs.${this.#runs.size}`;
    const record = accept(runSchema, parsed(text, this.#file), this.#file, path);
    if (this.#runs.has(record.run)) this.#refuse(path, `${record.run} stands there twice`);
    this.#runs.set(record.run, record);
  }

  #endpoint(text: string): void {
    const path = `endpoints.${this.#endpoints.size}`;
    const { incidence, ...rest } = accept(endpointSchema, parsed(text, this.#file), this.#file, path);
    if (incidence.length !== this.#parts.length) this.#refuse(`${path}.incidence`, "not all of it are objects");
    const key: EndpointKey = keyOf(rest);
    const id = endpointKey(key);
    if (this.#endpoints.has(id)) this.#refuse(path, "stands there twice");
    this.#endpoints.add(id);
    const number = this.#merger.numberOf(key);
    const seenBy = new Set<string>();
    for (const cell of this.#parts) {
      if (seenBy.has(cell.run)) this.#refuse(`${path}.incidence`, `${cell.run} stands there twice`);
      seenBy.add(cell.run);
      let cells = this.#cells.get(cell.run);
      if (cells === undefined) this.#cells.set(cell.run, (cells = new CellPacker()));
      this.#merger.pack(cells, number, cell);
    }
    this.#parts = [];
  }

  #refuse(path: string, why: string): never {
    throw new InputError(`${this.#file}: ${path}: ${why}`);
  }
}

function keyOf({ name, address, transport, port, via }: EndpointKey): EndpointKey {
  return { name, address, transport, port, via };
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${file}: not JSON: the file is cut short or was edited`);
  }
}
