/** Azure `ServiceTags_*.json`: prefixes by service tag; one prefix stands under several, AzureCloud among them. */
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, objectAt, parseJson } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseAzure(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  let record = 0;
  for (const [i, item] of arrayOf(document, "values", { file, path: "" }).entries()) {
    const tag = objectAt(item, { file, path: `values[${i}]` });
    const path = `values[${i}].properties`;
    const properties = objectAt(tag["properties"], { file, path });
    // The service is the tag as published: cutting the region off it makes `Sql.EastUS2` and `Sql.EastUS2Stage` one.
    // An empty region means every region.
    const region = properties["region"] === "" ? null : (properties["region"] ?? null);
    for (const prefix of arrayOf(properties, "addressPrefixes", { file, path: `${path}.` })) {
      list.add(prefix, tag["name"], region, ++record);
    }
  }
  const change = document["changeNumber"];
  return list.finish("azure", typeof change === "number" ? String(change) : digestVersion(text), null);
}
