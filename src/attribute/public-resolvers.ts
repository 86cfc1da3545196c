/** Resolvers that anybody may ask over HTTPS: traffic to them can be name resolution that no capture shows. */
import type { Address } from "../model/address.ts";
import type { Transport } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";

/**
 * The large ones, by the names and addresses that their operators publish; where, is said beside each. A leading dot takes
 * every name below, where each customer has one. It cannot be complete: anybody can run a resolver, under any name.
 */
const PUBLISHED: readonly string[] = [
  // developers.google.com/speed/public-dns/docs/doh
  "dns.google dns64.dns.google dns.google.com 8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844",
  // developers.cloudflare.com/1.1.1.1 and, for gateways, developers.cloudflare.com/cloudflare-one
  "one.one.one.one cloudflare-dns.com .cloudflare-dns.com .cloudflare-gateway.com",
  "1.1.1.1 1.0.0.1 2606:4700:4700::1111 2606:4700:4700::1001",
  "1.1.1.2 1.0.0.2 2606:4700:4700::1112 2606:4700:4700::1002",
  "1.1.1.3 1.0.0.3 2606:4700:4700::1113 2606:4700:4700::1003",
  // quad9.net/service/service-addresses-and-features
  "dns.quad9.net 9.9.9.9 149.112.112.112 2620:fe::fe 2620:fe::9",
  "dns10.quad9.net 9.9.9.10 149.112.112.10 2620:fe::10 2620:fe::fe:10",
  "dns11.quad9.net 9.9.9.11 149.112.112.11 2620:fe::11 2620:fe::fe:11",
  // support.opendns.com, "Using DNS over HTTPS (DoH) with OpenDNS"
  "doh.opendns.com doh.familyshield.opendns.com dns.opendns.com doh.umbrella.com dns.umbrella.com",
  "208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123 2620:119:35::35 2620:119:53::53",
  // adguard-dns.io/en/public-dns.html
  "dns.adguard-dns.com family.adguard-dns.com unfiltered.adguard-dns.com .d.adguard-dns.com",
  "dns.adguard.com dns-family.adguard.com dns-unfiltered.adguard.com",
  "94.140.14.14 94.140.15.15 94.140.14.15 94.140.15.16 94.140.14.140 94.140.14.141",
  // nextdns.io
  "dns.nextdns.io .dns.nextdns.io 45.90.28.0 45.90.30.0",
  // mullvad.net/en/help/dns-over-https-and-dns-over-tls
  "dns.mullvad.net .dns.mullvad.net doh.mullvad.net adblock.doh.mullvad.net",
  "194.242.2.2 194.242.2.3 194.242.2.4 194.242.2.5 194.242.2.6 194.242.2.9",
  // controld.com/free-dns
  "freedns.controld.com dns.controld.com .dns.controld.com 76.76.2.0 76.76.10.0",
  // cleanbrowsing.org
  "doh.cleanbrowsing.org",
  // alidns.com
  "dns.alidns.com 223.5.5.5 223.6.6.6",
];

const RESOLVERS: ReadonlySet<string> = new Set(PUBLISHED.flatMap((line) => line.split(" ")));

const HTTPS_PORT = 443;

/** Whether a destination is where one of them offers DNS over HTTPS; what was asked of it there is encrypted. */
export function isPublicResolver(
  name: Fqdn | null,
  address: Address | null,
  port: number | null,
  transport: Transport,
): boolean {
  if (port !== HTTPS_PORT || (transport !== "tcp" && transport !== "udp")) return false;
  return (name !== null && isTheirs(name)) || (address !== null && RESOLVERS.has(address));
}

function isTheirs(name: Fqdn): boolean {
  if (RESOLVERS.has(name)) return true;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    if (RESOLVERS.has(name.slice(dot))) return true;
  }
  return false;
}
