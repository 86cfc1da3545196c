/** JSON as libnftables writes it: objects of one key whose meaning the key says, checked where they are taken apart. */
import { PolicySyntaxError } from "../../contract.ts";
import type { Position } from "../../packet/program.ts";
import { shown } from "../token.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Deeper than any real expression nests, shallow enough for the stack. */
const DEEPEST = 64;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** What is being read, for messages; `depth` bounds recursion. */
export class Place {
  readonly at: Position;
  readonly #depth: number;

  constructor(at: Position, depth = 0) {
    this.at = at;
    this.#depth = depth;
  }

  deeper(): Place {
    if (this.#depth >= DEEPEST) this.fail(`expected nesting no deeper than ${DEEPEST}`);
    return new Place(this.at, this.#depth + 1);
  }

  fail(problem: string): never {
    const { file, line, column } = this.at;
    throw new PolicySyntaxError(file, line, column, problem);
  }

  /** The one key of an object, and what stands under it. */
  only(value: Json | undefined, what: string): readonly [key: string, inner: Json] {
    const entries = isObject(value) ? Object.entries(value) : [];
    const [entry] = entries;
    if (entry === undefined || entries.length !== 1) return this.fail(`expected ${what}, an object of one key`);
    return entry;
  }

  object(value: Json | undefined, what: string): JsonObject {
    return isObject(value) ? value : this.fail(`expected ${what}, an object`);
  }

  list(value: Json | undefined, what: string): readonly Json[] {
    return isList(value) ? value : this.fail(`expected ${what}, a list`);
  }

  text(value: Json | undefined, what: string): string {
    // What stands in text as one word or in quotes; a line end or a quote in it could say something else there.
    if (typeof value !== "string" || !/^[^"\n\r\0]*$/.test(value)) return this.fail(`expected ${what}, a text`);
    return value;
  }

  /** A name of the kernel's objects: never empty, never more than it takes. */
  name(value: Json | undefined, what: string): string {
    const text = this.text(value, what);
    if (text === "" || text.length > 255) this.fail(`expected ${what}, not ${shown(text)}`);
    return text;
  }
}
