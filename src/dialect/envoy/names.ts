/** Protobuf's JSON takes each field in two spellings. */
import type { Field } from "../lists/field.ts";

function camelOf(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function eitherOf(field: Field, name: string): Field {
  if (!field.isMap) return field.get(name);
  const camel = field.get(camelOf(name));
  return camel.isMissing ? field.get(name) : camel;
}

/** The keys that are set, each in its spelling with underscores. */
export function setKeys(field: Field): string[] {
  return field.keysBeside([]).map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}
