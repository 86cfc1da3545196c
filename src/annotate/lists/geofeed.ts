/** RFC 8805 geofeeds (DigitalOcean, Linode): prefix, country, region, city, postcode; the region is where it is said to be. */
import { ALL_SERVICES, ListBuilder, type PrefixList } from "../prefix-list.ts";
import { digestVersion } from "./digest.ts";
import { contentLines } from "./lines.ts";

export function parseDigitalocean(text: string, file: string): PrefixList {
  return parseGeofeed("digitalocean", text, file);
}

export function parseLinode(text: string, file: string): PrefixList {
  return parseGeofeed("linode", text, file);
}

function parseGeofeed(provider: string, text: string, file: string): PrefixList {
  const list = new ListBuilder(file, text);
  for (const { line, number } of contentLines(text)) {
    const [prefix, country, region] = line.split(",", 3).map((field) => field.trim());
    list.add(prefix, ALL_SERVICES, region || country || null, number);
  }
  // Linode's comment has a time without a zone: a version, and no instant (RFC 8805 has neither).
  const modified = /^# Last modified: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\s*$/m.exec(text.slice(0, 1000))?.[1];
  return list.finish(provider, modified?.replace(" ", "T") ?? digestVersion(text), null);
}
