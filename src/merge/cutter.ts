/**
 * Cuts a JSON text of any length into pieces that can be parsed one by one: each object of a list of the document, and each
 * object of a list of one of those. Where a piece was cut out a 0 stands in what was around it, so that the pieces and what is
 * left parse if and only if the whole would.
 */
import { InputError } from "../model/error.ts";

/** How many brackets are open where a piece starts: in a list of the document, in a list of one of its objects. */
export const ITEM = 2;
export const PART = 4;

/** Deeper than anything of ours. */
const MAX_DEPTH = 16;
/** Longer than any piece of ours: an object without what was cut out of it. */
const MAX_PIECE = 64 << 20;
const HOLE = " 0 ";
/** A key before what it is of. */
const KEY = /"([^"\\]{1,40})"\s*:\s*$/;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

export interface Piece {
  readonly depth: typeof ITEM | typeof PART;
  readonly text: string;
  /** Of the document, what the list is called that it stands in. */
  readonly list: string;
}

export class Cutter {
  readonly #file: string;
  readonly #take: (piece: Piece) => void;
  /** The document, and in it the piece and its part that are open, each without what was cut out. */
  readonly #open: string[] = [""];
  #depth = 0;
  #list = "";
  #isInString = false;
  #isEscaped = false;

  constructor(file: string, take: (piece: Piece) => void) {
    this.#file = file;
    this.#take = take;
  }

  push(text: string): void {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) this.#isInString = false;
      } else if (code === QUOTE) this.#isInString = true;
      else if (code === OPEN_OBJECT || code === OPEN_LIST) {
        if (this.#depth === 1 || this.#isPiece(code)) {
          this.#keep(text.slice(from, i));
          from = i;
          if (this.#depth === 1) this.#list = KEY.exec((this.#open[0] ?? "").slice(-200))?.[1] ?? "";
          else this.#open.push("");
        }
        if (++this.#depth > MAX_DEPTH) throw new InputError(`${this.#file}: more than ${MAX_DEPTH} brackets deep`);
      } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
        this.#depth--;
        const depth = this.#open.length === 3 ? PART : ITEM;
        if (this.#open.length > 1 && this.#depth === depth) {
          this.#keep(text.slice(from, i + 1));
          from = i + 1;
          this.#take({ depth, text: this.#open.pop() ?? "", list: this.#list });
          this.#keep(HOLE);
        }
      }
    }
    this.#keep(text.slice(from));
  }

  /** What is left of the document. */
  end(): string {
    return this.#open.join("");
  }

  #isPiece(code: number): boolean {
    return code === OPEN_OBJECT && this.#depth === this.#open.length * 2 && this.#open.length < 3;
  }

  #keep(text: string): void {
    const last = this.#open.length - 1;
    const piece = (this.#open[last] ?? "") + text;
    if (piece.length > MAX_PIECE) throw new InputError(`${this.#file}: an object of more than ${MAX_PIECE} characters`);
    this.#open[last] = piece;
  }
}
