/** Which names the hosts of a link may speak for: what clients ask of mDNS, LLMNR and NetBIOS, and nothing else. */
import type { LinkSource } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";

/**
 * Clients ask mDNS for `.local` (RFC 6762 §3), and the others for single labels. A neighbour who answers for a name of the
 * world is believed by no client, and must not be by us.
 */
export function isLinkName(name: Fqdn, source: LinkSource): boolean {
  return source === "mdns" ? name.endsWith(".local") : !name.includes(".");
}
