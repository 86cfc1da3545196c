/** The publishers whose lists can be read, each with the parser of its format. */
import type { PrefixList } from "../prefix-list.ts";
import { parseAtlassian } from "./atlassian.ts";
import { parseAws } from "./aws.ts";
import { parseAzure } from "./azure.ts";
import { parseCloudflare } from "./cloudflare.ts";
import { parseDatadog } from "./datadog.ts";
import { parseFastly } from "./fastly.ts";
import { parseDigitalocean, parseLinode } from "./geofeed.ts";
import { parseGithub } from "./github.ts";
import { parseGoogle } from "./google.ts";
import { parseMicrosoft365 } from "./microsoft365.ts";
import { parseOracle } from "./oracle.ts";
import { parseVultr } from "./vultr.ts";

/** @throws InputError with file and place when the text is no list of this publisher. */
export type ParseList = (text: string, file: string) => PrefixList;

export const LIST_PARSERS: ReadonlyMap<string, ParseList> = new Map([
  ["atlassian", parseAtlassian],
  ["aws", parseAws],
  ["azure", parseAzure],
  ["cloudflare", parseCloudflare],
  ["datadog", parseDatadog],
  ["digitalocean", parseDigitalocean],
  ["fastly", parseFastly],
  ["github", parseGithub],
  ["google", parseGoogle],
  ["linode", parseLinode],
  ["microsoft365", parseMicrosoft365],
  ["oracle", parseOracle],
  ["vultr", parseVultr],
]);
