/** The slow and general way to a record's fields: JSON.parse, which takes nesting, escapes and every alias. */
import { asObject, type JsonObject, parseObject, runName } from "../json.ts";
import { ALIASES, type Fields, setField, SLOTS } from "./fields.ts";

interface Meaning {
  readonly slot: number;
  readonly rank: number;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.values(ALIASES).flatMap((aliases, slot) => aliases.map((alias, rank) => [alias, { slot, rank }] as const)),
);

/** The objects that an alias leads into, `destination` for `destination.ip`; all others are passed over. */
const PARENTS: ReadonlySet<string> = new Set(
  [...MEANINGS.keys()].flatMap((alias) => {
    const parts = alias.split(".");
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
  }),
);

const OUTCOME = SLOTS.indexOf("outcome");

/** What a record says of one slot, and how telling the alias was that said it. */
interface Candidate {
  readonly rank: number;
  readonly value: string | number;
}

/** False when the line is no JSON object. */
export function parseRecord(bytes: Uint8Array, start: number, end: number, runField: string, fields: Fields): boolean {
  const record = parseObject(bytes, start, end);
  if (record === null) return false;
  fields.clear();
  const best: (Candidate | undefined)[] = Array.from({ length: SLOTS.length });
  collect(record, "", best, fields);
  for (const [slot, name] of SLOTS.entries()) {
    const candidate = best[slot];
    if (candidate !== undefined) setField(fields, name, candidate.value);
  }
  const run = runName(record, runField);
  if (run !== null) setField(fields, "run", run);
  return true;
}

function collect(record: JsonObject, parent: string, best: (Candidate | undefined)[], fields: Fields): void {
  for (const key of Object.keys(record)) {
    const path = parent + key;
    const inner = PARENTS.has(path) ? asObject(record[key]) : null;
    if (inner !== null) {
      collect(inner, `${path}.`, best, fields);
      continue;
    }
    const meaning = MEANINGS.get(path);
    const value = meaning === undefined ? null : scalar(record[key]);
    if (meaning === undefined || value === null) continue;
    const { slot, rank } = meaning;
    const known = best[slot];
    // Outcomes are summed up, not ranked.
    if (slot === OUTCOME) setField(fields, "outcome", value);
    else if (known === undefined || rank < known.rank) best[slot] = { rank, value };
  }
}

/** A value that says something: nesting says nothing by itself, and logs write `-` and the empty string for nothing. */
function scalar(value: unknown): string | number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" && value !== "-" ? value : null;
}
