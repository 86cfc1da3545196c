/** Reading fields out of one parsed JSON record, none of which can be trusted to have the type its name promises. */

export type JsonObject = { readonly [key: string]: unknown };

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The object on a line, or null when the line is no JSON object. Bytes that are no UTF-8 become U+FFFD. */
export function parseObject(bytes: Uint8Array, start: number, end: number): JsonObject | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes.subarray(start, end)));
    return asObject(value);
  } catch {
    return null;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/**
 * The value at a dotted path. Exporters flatten differently, so `a.b` is looked for as a key of its own first, then as
 * `b` inside `a`; only own properties count (`__proto__` in a log is somebody's joke).
 */
export function field(record: JsonObject, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const inner = Object.hasOwn(record, path.slice(0, dot)) ? asObject(record[path.slice(0, dot)]) : null;
    if (inner) {
      const found = field(inner, path.slice(dot + 1));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function object(record: JsonObject, path: string): JsonObject | null {
  return asObject(field(record, path));
}

/** A string that says something: logs write `-` and the empty string for "nothing". */
export function text(record: JsonObject, path: string): string | null {
  const value = field(record, path);
  return typeof value === "string" && value !== "" && value !== "-" ? value : null;
}

/** A finite number; digits in a string count too, since 64-bit counters are often written so. */
export function number(record: JsonObject, path: string): number | null {
  const value = field(record, path);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^-?\d{1,16}(\.\d{1,12})?$/.test(value) ? Number(value) : null;
}

export function list(record: JsonObject, path: string): readonly unknown[] {
  const value = field(record, path);
  return Array.isArray(value) ? value : [];
}

/** What a run field says: text or a number; anything else names no run. */
export function runName(record: JsonObject, path: string | null): string | null {
  const value = path === null ? null : field(record, path);
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" && value !== "-" ? value : null;
}
