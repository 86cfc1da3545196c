/** An FPL policy as the engine holds it once loaded: a default, variables, and rules in the order they are asked. */
import { at } from "../../model/error.ts";
import type { Expr } from "./expr/node.ts";
import type { Glob } from "./glob.ts";

/** `shadow` is recorded and let through; it can only be written inside `rules {}`. */
export type Effect = "permit" | "deny" | "defer" | "shadow";

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A selector as written, normalised where the engine does not care, and what it takes. */
export interface Selector {
  readonly text: string;
  readonly matches: Glob;
}

export interface Rule {
  readonly place: Place;
  /** The engine's number for it: `fpl-<index>`. */
  readonly index: number;
  readonly effect: Effect;
  readonly strict: boolean;
  readonly tool: Selector;
  readonly host: Selector | null;
  readonly port: Ports | null;
  readonly method: Selector | null;
  readonly path: Selector | null;
  readonly query: ReadonlyMap<string, Selector>;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, Selector>;
  /** As the engine keeps it; empty for a rule without a condition. */
  readonly when: string;
  readonly condition: Expr | null;
  readonly notify: string;
  readonly reason: string;
}

export interface Ports {
  readonly text: string;
  /** Inclusive. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

export interface Policy {
  readonly agent: string | null;
  readonly defaultEffect: "permit" | "deny" | "halt" | "shadow";
  readonly vars: ReadonlyMap<string, string>;
  readonly rules: readonly Rule[];
}

/** `file:line`. */
export const placeOf = (rule: Rule): string => at(rule.place.file, rule.place.line);
