/** AWS `ip-ranges.json`: every prefix under AMAZON, and again under the service that uses it. */
import { parseInstant } from "../../model/instant.ts";
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, isObject, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseAws(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  let record = 0;
  for (const [array, key] of [
    ["prefixes", "ip_prefix"],
    ["ipv6_prefixes", "ipv6_prefix"],
  ] as const) {
    for (const item of arrayOf(document, array, { file, path: "" })) {
      record++;
      if (!isObject(item)) list.reject("not-an-object", record);
      else list.add(item[key], item["service"], item["region"] ?? null, record);
    }
  }
  const createDate = textOf(document, "createDate");
  return list.finish("aws", createDate ?? digestVersion(text), createDate === null ? null : publishedAt(createDate));
}

/** `2025-07-24-20-23-14`, in UTC as AWS documents it (and as the list's own syncToken confirms). */
function publishedAt(createDate: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)$/.exec(createDate);
  return match && parseInstant(`${match[1]}T${match[2]}:${match[3]}:${match[4]}Z`);
}
