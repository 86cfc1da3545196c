/** GitHub `meta`: one array of prefixes a service, beside keys, fingerprints and domains. */
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { parseJson } from "./json.ts";
import { digestVersion } from "./digest.ts";

/** Arrays that hold no prefixes. Any other array is taken for one of a service, known today or not. */
const NOT_PREFIXES: ReadonlySet<string> = new Set(["ssh_keys"]);

export function parseGithub(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  let record = 0;
  for (const [service, value] of Object.entries(parseJson(text, file))) {
    if (!Array.isArray(value) || NOT_PREFIXES.has(service)) continue;
    for (const prefix of value as unknown[]) list.add(prefix, service, null, ++record);
  }
  return list.finish("github", digestVersion(text), null);
}
