/** Who registered a name: the label below the public suffix, private suffixes (`github.io`) included. */
import { getDomain } from "tldts";
import type { Fqdn } from "../model/fqdn.ts";

/**
 * Null for single labels and for names that are public suffixes themselves. A suffix no list knows (`.internal`) counts
 * as one label, as the public suffix algorithm's default rule has it.
 */
export function registrableDomain(name: Fqdn): string | null {
  return getDomain(name, {
    allowPrivateDomains: true,
    extractHostname: false,
    detectIp: false,
    validateHostname: false,
  });
}
