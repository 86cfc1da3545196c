/** Any list of prefixes in CSV, JSON or lines, read by a map that says where prefix, service and region stand. */
import { InputError } from "../../model/error.ts";
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { csvFields } from "./csv.ts";
import { digestVersion } from "./digest.ts";
import { isObject, type JsonObject, parseJsonValue } from "./json.ts";
import { contentLines } from "./lines.ts";

/** Columns are told by the name in the first line, or by number from 1; members of JSON objects by their key. */
export interface KeyMap {
  readonly format: "csv" | "json" | "text";
  /** JSON: the way to the list, keys separated by dots, `*` for every member; the document itself if empty. */
  readonly items: string;
  /** Null where the items are the prefixes themselves. */
  readonly prefix: string | null;
  readonly service: string | null;
  readonly region: string | null;
}

export function parseCustom(provider: string, map: KeyMap, text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  if (map.format === "csv") readCsv(list, map, text, file);
  else if (map.format === "json") readJson(list, map, text, file);
  else for (const { line, number } of contentLines(text)) list.add(line.split(/\s/, 1)[0], ALL_SERVICES, null, number);
  return list.finish(provider, digestVersion(text), null);
}

function readCsv(list: ListBuilder, map: KeyMap, text: string, file: string): void {
  const told = [map.prefix ?? "1", map.service, map.region];
  const named = told.some((column) => column !== null && !/^\d+$/.test(column));
  let header: readonly string[] | null = null;
  for (const { line, number } of contentLines(text)) {
    const fields = csvFields(line);
    if (fields === null) {
      list.reject("not-csv", number);
      continue;
    }
    if (named && header === null) {
      header = fields.map((field, i) => (i === 0 ? field.replace(/^\uFEFF/, "") : field).trim());
      const missing = told.find((column) => column !== null && !/^\d+$/.test(column) && !header?.includes(column));
      if (missing !== undefined) throw new InputError(`${file}:${number}: no column ${missing}`);
      continue;
    }
    const names = header;
    const at = (column: string | null): string | null => {
      if (column === null) return null;
      const index = /^\d+$/.test(column) ? Number(column) - 1 : (names?.indexOf(column) ?? -1);
      return fields[index]?.trim() ?? "";
    };
    // An empty field says nothing of service or region, as a geofeed's may be.
    list.add(at(map.prefix ?? "1"), at(map.service) || ALL_SERVICES, at(map.region) || null, number);
  }
}

function readJson(list: ListBuilder, map: KeyMap, text: string, file: string): void {
  const steps = map.items === "" ? [] : map.items.split(".");
  let record = 0;
  for (const item of itemsAt(parseJsonValue(text, file), steps, "", file)) {
    record++;
    if (map.prefix === null) list.add(item, ALL_SERVICES, null, record);
    else if (!isObject(item)) list.reject("not-an-object", record);
    else addItem(list, map, map.prefix, item, record);
  }
}

/** One item may hold several prefixes, as Azure's tags do. */
function addItem(list: ListBuilder, map: KeyMap, key: string, item: JsonObject, record: number): void {
  const service = map.service === null ? ALL_SERVICES : item[map.service];
  const region = map.region === null ? null : (item[map.region] ?? null);
  const value = item[key];
  for (const prefix of Array.isArray(value) ? (value as unknown[]) : [value]) list.add(prefix, service, region, record);
}

/** @throws InputError naming the step that leads nowhere. */
function itemsAt(value: unknown, steps: readonly string[], path: string, file: string): readonly unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (Array.isArray(value)) return value as unknown[];
    throw new InputError(`${file}: ${path === "" ? "the document" : path} is not an array`);
  }
  const inside = `${path === "" ? "" : `${path}.`}${step}`;
  if (step !== "*") {
    if (isObject(value) && Object.hasOwn(value, step)) return itemsAt(value[step], rest, inside, file);
    throw new InputError(`${file}: there is no ${inside}`);
  }
  if (typeof value !== "object" || value === null) throw new InputError(`${file}: there is no ${inside}`);
  // Beside lists a document has versions and dates; what is no list is none of `*`.
  const members: unknown[] = Object.values(value);
  return members
    .filter((member) => typeof member === "object" && member !== null)
    .flatMap((member) => itemsAt(member, rest, inside, file));
}
