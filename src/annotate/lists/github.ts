/** GitHub `meta`: one array of prefixes a service, beside keys, fingerprints and the names of each service. */
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { isObject, parseJson } from "./json.ts";
import { digestVersion } from "./digest.ts";

/** Arrays that hold no prefixes. Any other array is taken for one of a service, known today or not. */
const NOT_PREFIXES: ReadonlySet<string> = new Set(["ssh_keys"]);

export function parseGithub(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  let record = 0;
  for (const [service, value] of Object.entries(document)) {
    if (!Array.isArray(value) || NOT_PREFIXES.has(service)) continue;
    for (const prefix of value as unknown[]) list.add(prefix, service, null, ++record);
  }
  const domains = document["domains"];
  for (const [service, value] of isObject(domains) ? Object.entries(domains) : []) {
    // Some services keep exact names and patterns apart, in an object; what else is in there is no name.
    const groups = Array.isArray(value) ? [value as unknown[]] : isObject(value) ? Object.values(value) : [];
    for (const name of groups.flatMap((group) => (Array.isArray(group) ? (group as unknown[]) : []))) {
      list.addName(name, service, [], ++record);
    }
  }
  return list.finish("github", digestVersion(text), null);
}
