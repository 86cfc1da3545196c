/** Atlassian `ip-ranges`: each prefix with the products and regions it serves; it may serve several of both. */
import { SECOND } from "../../model/instant.ts";
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, isObject, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseAtlassian(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  for (const [i, item] of arrayOf(document, "items", { file, path: "" }).entries()) {
    if (!isObject(item)) {
      list.reject("not-an-object", i + 1);
      continue;
    }
    // `direction` is left aside: a prefix is theirs whichever side begins to talk.
    const place = { file, path: `items[${i}].` };
    const products = arrayOf(item, "product", place);
    const regions = arrayOf(item, "region", place);
    for (const product of products.length > 0 ? products : [ALL_SERVICES]) {
      for (const region of regions.length > 0 ? regions : [null]) list.add(item["cidr"], product, region, i + 1);
    }
  }
  // The creation date has no zone; the token is the same moment in seconds since 1970.
  const token = document["syncToken"];
  const isTime = typeof token === "number" && Number.isSafeInteger(token) && token > 0 && token < 1e10;
  const version = textOf(document, "creationDate") ?? (isTime ? String(token) : digestVersion(text));
  return list.finish("atlassian", version, isTime ? token * SECOND : null);
}
