/** Vultr's geofeed as JSON: `subnets` with the region each is said to be in, and when the list was updated. */
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, isObject, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseVultr(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  for (const [i, item] of arrayOf(document, "subnets", { file, path: "" }).entries()) {
    if (!isObject(item)) list.reject("not-an-object", i + 1);
    else list.add(item["ip_prefix"], ALL_SERVICES, textOf(item, "region") ?? textOf(item, "alpha2code"), i + 1);
  }
  return list.finish("vultr", textOf(document, "updated") ?? digestVersion(text), null);
}
