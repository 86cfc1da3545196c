/** The types expr-lang checks a condition with: what is not known before a request comes is `any`. */

export type Type =
  | { readonly kind: "any" | "nil" | "bool" | "int" | "float" | "string" | "time" | "duration" | "location" | "map" }
  | { readonly kind: "list"; readonly item: Type }
  | { readonly kind: "function" };

export type TypeKind = Type["kind"];

export const ANY: Type = { kind: "any" };
export const BOOL: Type = { kind: "bool" };
export const INT: Type = { kind: "int" };
export const FLOAT: Type = { kind: "float" };
export const STRING: Type = { kind: "string" };
export const TIME: Type = { kind: "time" };
export const DURATION: Type = { kind: "duration" };
export const MAP: Type = { kind: "map" };
export const LIST: Type = { kind: "list", item: ANY };

export const isNumber = (type: Type): boolean => type.kind === "int" || type.kind === "float";

/** One of the two is unknown, and the other is unknown too or of one of these kinds. */
export function mayBe(a: Type, b: Type, kinds: readonly TypeKind[]): boolean {
  const fits = (type: Type): boolean => type.kind === "any" || kinds.includes(type.kind);
  return (a.kind === "any" || b.kind === "any") && fits(a) && fits(b);
}

export function comparable(a: Type, b: Type): boolean {
  if ([a, b].some(({ kind }) => kind === "any" || kind === "nil")) return true;
  return a.kind === b.kind || (isNumber(a) && isNumber(b));
}

export const typeName = (type: Type): string => (type.kind === "list" ? `list of ${typeName(type.item)}` : type.kind);
