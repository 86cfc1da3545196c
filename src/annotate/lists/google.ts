/** Google `cloud.json` (service and region stated) and `goog.json` (neither: all of Google). */
import { type Instant, SECOND } from "../../model/instant.ts";
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, isObject, type JsonObject, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseGoogle(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  for (const [i, item] of arrayOf(document, "prefixes", { file, path: "" }).entries()) {
    if (!isObject(item)) list.reject("not-an-object", i + 1);
    else {
      const prefix = item["ipv4Prefix"] ?? item["ipv6Prefix"];
      list.add(prefix, item["service"] ?? ALL_SERVICES, item["scope"] ?? null, i + 1);
    }
  }
  return list.finish("google", textOf(document, "creationTime") ?? digestVersion(text), publishedAt(document));
}

/** From syncToken, milliseconds since 1970: `creationTime` is local time (Pacific) written without its zone. */
function publishedAt(document: JsonObject): Instant | null {
  const token = textOf(document, "syncToken") ?? "";
  return /^\d{13}$/.test(token) ? (Number(token) / 1000) * SECOND : null;
}
