/** The dnsmasq target: names into packets, through sets that a resolver fills. */
export { printResolverSets } from "./files.ts";
export { printDnsmasqIpset } from "./ipset.ts";
export { printDnsmasq } from "./print.ts";
