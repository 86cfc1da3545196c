/** Datadog `ip-ranges`: an object a service, with its prefixes of both families, some of them told by location too. */
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, isObject, type JsonObject, objectAt, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";

const FAMILIES = ["prefixes_ipv4", "prefixes_ipv6"] as const;

export function parseDatadog(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  let record = 0;
  for (const [service, value] of Object.entries(document)) {
    // Beside the services stand `version` and `modified`.
    if (!isObject(value)) continue;
    for (const family of FAMILIES) {
      for (const prefix of arrayOf(value, family, { file, path: `${service}.` })) {
        list.add(prefix, service, null, ++record);
      }
      for (const [location, prefixes] of locationsOf(value, `${family}_by_location`, file, service)) {
        for (const prefix of prefixes) list.add(prefix, service, location, ++record);
      }
    }
  }
  const { version } = document;
  const stated = textOf(document, "modified") ?? (typeof version === "number" ? String(version) : null);
  // When it was modified is told without a zone.
  return list.finish("datadog", stated ?? digestVersion(text), null);
}

function locationsOf(service: JsonObject, key: string, file: string, name: string): [string, readonly unknown[]][] {
  if (service[key] === undefined) return [];
  const path = `${name}.${key}`;
  const locations = objectAt(service[key], { file, path });
  return Object.keys(locations).map((location) => [location, arrayOf(locations, location, { file, path: `${path}.` })]);
}
