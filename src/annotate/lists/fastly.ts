/** Fastly `public-ip-list`: two arrays of prefixes, no service, no region, no date. */
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, parseJson } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseFastly(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  let record = 0;
  for (const key of ["addresses", "ipv6_addresses"]) {
    for (const prefix of arrayOf(document, key, { file, path: "" })) list.add(prefix, ALL_SERVICES, null, ++record);
  }
  return list.finish("fastly", digestVersion(text), null);
}
