/** Microsoft 365 `endpoints`: sets of names, prefixes and ports by service area (Exchange, Skype and so on). */
import { InputError } from "../../model/error.ts";
import { parsePorts } from "../published-name.ts";
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, isObject, type JsonObject, parseJsonValue } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseMicrosoft365(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const sets = parseJsonValue(text, file);
  if (!Array.isArray(sets)) throw new InputError(`${file}: the document is not an array`);
  for (const [i, set] of (sets as unknown[]).entries()) {
    if (!isObject(set)) {
      list.reject("not-an-object", i + 1);
      continue;
    }
    const ports = portsOf(set);
    if (ports === null) list.reject("bad-ports", i + 1);
    const place = { file, path: `[${i}].` };
    for (const name of set["urls"] === undefined ? [] : arrayOf(set, "urls", place)) {
      list.addName(name, set["serviceArea"], ports ?? [], i + 1);
    }
    for (const prefix of set["ips"] === undefined ? [] : arrayOf(set, "ips", place)) {
      list.add(prefix, set["serviceArea"], null, i + 1);
    }
  }
  return list.finish("microsoft365", digestVersion(text), null);
}

/** Null where they are told and cannot be read. */
function portsOf(set: JsonObject): string[] | null {
  const ports: string[] = [];
  for (const transport of ["tcp", "udp"] as const) {
    const told = set[`${transport}Ports`];
    if (told === undefined || told === "") continue;
    const parsed = typeof told === "string" ? parsePorts(transport, told) : null;
    if (parsed === null) return null;
    ports.push(parsed);
  }
  return ports;
}
