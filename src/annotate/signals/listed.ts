/** Destinations that stand on one of the small lists. */
import type { Detect } from "./detect.ts";
import { DYNAMIC_DNS } from "./lists/dynamic-dns.ts";
import type { SuffixList } from "./lists/entry.ts";
import { PASTE_SITES } from "./lists/paste.ts";
import { TELEMETRY_VENDORS } from "./lists/telemetry.ts";
import { TUNNEL_SERVICES } from "./lists/tunnels.ts";
import { WEBHOOK_SITES } from "./lists/webhooks.ts";

/** The aliases count too: a customer's own name in front of a tunnel leads to the tunnel. */
function listed(list: SuffixList, reason: string): Detect {
  return ({ endpoint: { name, cnames } }) => {
    for (const at of [...(name === null ? [] : [name]), ...cnames]) {
      const entry = list.find(at);
      if (entry === null) continue;
      const alias = at === name ? "" : `${name ?? ""} is an alias of `;
      return { reason, evidence: `${alias}${at} belongs to ${entry.service}`, source: entry.source };
    }
    return null;
  };
}

export const dynamicDns: Detect = listed(
  DYNAMIC_DNS,
  "anybody gets such a name at once and points it anywhere, today here and tomorrow there",
);
export const tunnelService: Detect = listed(
  TUNNEL_SERVICES,
  "carries connections past a firewall to a machine that nobody reviewed",
);
export const pasteSite: Detect = listed(
  PASTE_SITES,
  "takes text or files from anybody and hands them to whoever has the link",
);
export const webhookSite: Detect = listed(
  WEBHOOK_SITES,
  "keeps what is sent to it, or passes it on, for whoever set it up",
);

const vendor: Detect = listed(
  TELEMETRY_VENDORS,
  "a vendor that programs report to: ask which program, what it reports, and whether it can be turned off",
);

/** Below the label that somebody owns, since a company may be called like that. */
const SAYS_SO = /(?:^|[.-]|[a-z])(telemetry|analytics|metrics|tracking|beacon)(?=$|[.-]|\d)/;

export const telemetry: Detect = (sight, scene) => {
  const known = vendor(sight, scene);
  const { name } = sight.endpoint;
  if (known !== null || name === null) return known;
  const owned = sight.facts?.owned ?? null;
  const own = owned === null || owned === name ? "" : name.slice(0, -owned.length);
  const word = SAYS_SO.exec(own)?.[1];
  if (word === undefined) return null;
  return {
    reason: "its own name says that something is reported there",
    evidence: `${name} says ${word}`,
    source: null,
  };
};
