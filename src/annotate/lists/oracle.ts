/** Oracle `public_ip_ranges.json`: by region, each prefix with tags (OCI, OSN, OBJECT_STORAGE) that are its services. */
import { ListBuilder, type PrefixList } from "../prefix-list.ts";
import { arrayOf, objectAt, parseJson, textOf } from "./json.ts";
import { digestVersion } from "./digest.ts";

export function parseOracle(text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  const document = parseJson(text, file);
  let record = 0;
  for (const [i, item] of arrayOf(document, "regions", { file, path: "" }).entries()) {
    const region = objectAt(item, { file, path: `regions[${i}]` });
    for (const [j, member] of arrayOf(region, "cidrs", { file, path: `regions[${i}].` }).entries()) {
      const path = `regions[${i}].cidrs[${j}]`;
      const range = objectAt(member, { file, path });
      record++;
      for (const tag of arrayOf(range, "tags", { file, path: `${path}.` })) {
        list.add(range["cidr"], tag, region["region"] ?? null, record);
      }
    }
  }
  // The timestamp has no zone, so it names a version but no instant.
  return list.finish("oracle", textOf(document, "last_updated_timestamp") ?? digestVersion(text), null);
}
