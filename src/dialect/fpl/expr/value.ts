/** What a condition computes with: known values, and values that nobody can know before the request is made. */
import type { Instant } from "../../../model/instant.ts";
import { printFloat64 } from "../go-number.ts";
import type { TypeKind } from "./type.ts";

export interface Unknown {
  readonly kind: "unknown";
  readonly type: TypeKind;
  /** Whether computing it may fail, which the engine answers with a denial. */
  readonly mayFail: boolean;
}

export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | { readonly kind: "time"; readonly at: Instant }
  | { readonly kind: "duration"; readonly micros: number }
  | Unknown;

/** What a condition is asked about. */
export interface Scope {
  readonly tool: string;
  readonly args: ReadonlyMap<string, Value>;
  readonly vars: ReadonlyMap<string, Value>;
  readonly now: Instant;
}

/** The engine stops here with EXPR_RUNTIME_ERROR and denies. */
export class ExprFailure extends Error {}

export const unknown = (type: TypeKind, mayFail = false): Unknown => ({ kind: "unknown", type, mayFail });

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isMap = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map;

export function isUnknown(value: Value): value is Unknown {
  return typeOfValue(value) === "unknown";
}

export type ValueKind = "nil" | "bool" | "number" | "string" | "list" | "map" | "time" | "duration" | "unknown";

export function typeOfValue(value: Value): ValueKind {
  if (value === null) return "nil";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "number";
  if (typeof value === "string") return "string";
  if (isList(value)) return "list";
  if (value instanceof Map) return "map";
  return "kind" in value ? value.kind : "map";
}

/** The kind a value has or, when unknown, is known to have; null when nothing is known of it. */
export function kindOf(value: Value): Exclude<ValueKind, "unknown"> | null {
  const kind = typeOfValue(value);
  if (kind !== "unknown") return kind;
  const { type } = value as Unknown;
  if (type === "int" || type === "float") return "number";
  return type === "any" || type === "function" || type === "location" ? null : type;
}

const MAX_DEPTH = 32;

/** A JSON value as the engine sees it. What is nested deeper than anybody means is left unknown. */
export function fromJson(json: unknown, depth = 0): Value {
  if (depth > MAX_DEPTH) return unknown("any", true);
  if (json === null || json === undefined) return null;
  if (typeof json === "boolean" || typeof json === "number" || typeof json === "string") return json;
  if (Array.isArray(json)) return json.map((item) => fromJson(item, depth + 1));
  if (typeof json !== "object") return unknown("any", true);
  return new Map(Object.entries(json).map(([key, value]) => [key, fromJson(value, depth + 1)]));
}

/** Go's `%v`; null where it is not known. A number is one of JSON's, which Go reads as a float. */
export function printed(value: Value): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return printFloat64(value);
  if (value === null) return "<nil>";
  if (isList(value)) return joined("", value.map(printed));
  if (!isMap(value)) return null;
  const entries = [...value].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return joined("map", entries.map(printedEntry));
}

function printedEntry([key, value]: readonly [string, Value]): string | null {
  const shown = printed(value);
  return shown === null ? null : `${key}:${shown}`;
}

const joined = (before: string, items: readonly (string | null)[]): string | null =>
  items.includes(null) ? null : `${before}[${items.join(" ")}]`;
