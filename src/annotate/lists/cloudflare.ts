/** Cloudflare: `ips-v4` and `ips-v6` (one prefix a line; both may stand in one file), or the `client/v4/ips` answer. */
import { InputError } from "../../model/error.ts";
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, objectAt, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";
import { contentLines } from "./lines.ts";

export function parseCloudflare(text: string, file: string): PrefixList {
  return text.trimStart().startsWith("{") ? fromApi(text, file) : fromText(text, file);
}

function fromText(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  for (const { line, number } of contentLines(text)) list.add(line, ALL_SERVICES, null, number);
  return list.finish("cloudflare", digestVersion(text), null);
}

function fromApi(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  if (document["success"] !== true) throw new InputError(`${file}: success is not true`);
  const result = objectAt(document["result"], { file, path: "result" });
  let record = 0;
  for (const key of ["ipv4_cidrs", "ipv6_cidrs"]) {
    for (const prefix of arrayOf(result, key, { file, path: "result." }))
      list.add(prefix, ALL_SERVICES, null, ++record);
  }
  return list.finish("cloudflare", textOf(result, "etag") ?? digestVersion(text), null);
}
