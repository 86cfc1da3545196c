/** The dnsmasq target: names into packets, through sets that a resolver fills. */
export { printDnsmasq } from "./print.ts";
