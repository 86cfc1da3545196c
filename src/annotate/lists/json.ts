/** Published JSON, opened one checked step at a time: what is not of the expected shape is an InputError with its path. */
import { InputError } from "../../model/error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A place in a JSON document and the file it came from. */
export interface Place {
  readonly file: string;
  readonly path: string;
}

export function parseJson(text: string, file: string): JsonObject {
  return objectAt(parseJsonValue(text, file), { file, path: "" });
}

/** A document that need not be an object. */
export function parseJsonValue(text: string, file: string): unknown {
  try {
    // A byte order mark is not JSON, and some publishers' servers send one.
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch {
    throw new InputError(`${file}: not a JSON document`);
  }
}

export function objectAt(value: unknown, { file, path }: Place): JsonObject {
  if (isObject(value)) return value;
  throw new InputError(`${file}: ${path === "" ? "the document" : path} is not an object`);
}

export function arrayOf(object: JsonObject, key: string, { file, path }: Place): readonly unknown[] {
  const value = object[key];
  if (Array.isArray(value)) return value as unknown[];
  throw new InputError(`${file}: ${path}${key} is not an array`);
}

/** The member as text, or null when it is missing, empty or anything else. */
export function textOf(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === "string" && value !== "" ? value : null;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
