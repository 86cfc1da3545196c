/** Resolvers that anybody may ask over HTTPS: traffic to them can be name resolution that no capture shows. */
import type { Address } from "../model/address.ts";
import type { Transport } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";

/**
 * Those that anybody may use and many do: names and addresses as their operators publish them, each line held against one
 * of the sources named before it. A leading dot takes every name below, where each customer has one. It cannot be
 * complete: anybody can run a resolver, under any name. "Chromium" is its table of providers
 * (net/dns/public/doh_provider_entry.cc), "AdGuard" the list of known providers in its knowledge base
 * (adguard-dns.io/kb/general/dns-providers), "curl" the list in curl's wiki (github.com/curl/curl/wiki/DNS-over-HTTPS).
 */
export const PUBLISHED: readonly string[] = [
  // Google: developers.google.com/speed/public-dns/docs/doh; Chromium
  "dns.google dns64.dns.google dns.google.com 8888.google 8.8.8.8 8.8.4.4",
  "2001:4860:4860::8888 2001:4860:4860::8844 2001:4860:4860::64 2001:4860:4860::6464",
  // Cloudflare, whose names below cloudflare-dns.com are one for each browser: developers.cloudflare.com/1.1.1.1 and, for
  // gateways, developers.cloudflare.com/cloudflare-one; Chromium, AdGuard, curl, Mozilla's default (network.trr.uri)
  "one.one.one.one cloudflare-dns.com .cloudflare-dns.com dns.cloudflare.com .cloudflare-gateway.com",
  "1.1.1.1 1.0.0.1 2606:4700:4700::1111 2606:4700:4700::1001",
  "1.1.1.2 1.0.0.2 2606:4700:4700::1112 2606:4700:4700::1002",
  "1.1.1.3 1.0.0.3 2606:4700:4700::1113 2606:4700:4700::1003",
  // Quad9: quad9.net/service/service-addresses-and-features; Chromium, AdGuard, curl
  "dns.quad9.net dns9.quad9.net 9.9.9.9 149.112.112.112 2620:fe::fe 2620:fe::9",
  "dns10.quad9.net 9.9.9.10 149.112.112.10 2620:fe::10 2620:fe::fe:10",
  "dns11.quad9.net 9.9.9.11 149.112.112.11 2620:fe::11 2620:fe::fe:11",
  // Cisco: "Configure DNS over HTTPS with Umbrella" (cisco.com, document 224705); Chromium, AdGuard, curl
  "doh.opendns.com doh.familyshield.opendns.com doh.sandbox.opendns.com doh.umbrella.com",
  "208.67.222.222 208.67.220.220 2620:119:35::35 2620:119:53::53 208.67.222.2 208.67.220.2 2620:0:ccc::2 2620:0:ccd::2",
  "208.67.222.123 208.67.220.123 2620:119:35::123 2620:119:53::123",
  // AdGuard, each customer of which has a name below d.adguard-dns.com: adguard-dns.io/en/public-dns.html; AdGuard, curl
  "dns.adguard-dns.com family.adguard-dns.com unfiltered.adguard-dns.com .d.adguard-dns.com",
  "dns.adguard.com dns-family.adguard.com dns-unfiltered.adguard.com",
  "94.140.14.14 94.140.15.15 2a10:50c0::ad1:ff 2a10:50c0::ad2:ff",
  "94.140.14.15 94.140.15.16 2a10:50c0::bad1:ff 2a10:50c0::bad2:ff",
  "94.140.14.140 94.140.14.141 2a10:50c0::1:ff 2a10:50c0::2:ff",
  // NextDNS, one of Mozilla's: nextdns.io; Chromium, AdGuard, curl
  "dns.nextdns.io .dns.nextdns.io 45.90.28.0 45.90.30.0",
  // Mullvad: mullvad.net/en/help/dns-over-https-and-dns-over-tls, with the names of before 2022; AdGuard
  "dns.mullvad.net .dns.mullvad.net doh.mullvad.net adblock.doh.mullvad.net",
  "194.242.2.2 194.242.2.3 194.242.2.4 194.242.2.5 194.242.2.6 194.242.2.9",
  // Control D: controld.com/free-dns; AdGuard, curl
  "freedns.controld.com .freedns.controld.com dns.controld.com .dns.controld.com",
  "76.76.2.0 76.76.10.0 2606:1a40:: 2606:1a40:1:: 76.76.2.1 76.76.2.2 76.76.2.3 76.76.2.11",
  // CleanBrowsing: cleanbrowsing.org; Chromium, AdGuard, curl
  "doh.cleanbrowsing.org 185.228.168.9 185.228.169.9 2a0d:2a00:1::2 2a0d:2a00:2::2",
  "185.228.168.10 185.228.169.11 2a0d:2a00:1::1 2a0d:2a00:2::1",
  "185.228.168.168 185.228.169.168 2a0d:2a00:1:: 2a0d:2a00:2::",
  // DNS.SB: dns.sb; Chromium, AdGuard, curl
  "doh.dns.sb 185.222.222.222 45.11.45.11 2a09:: 2a11::",
  // DNS4EU: joindns4.eu; Chromium
  "protective.joindns4.eu 86.54.11.1 86.54.11.201 2a13:1001::86:54:11:1 2a13:1001::86:54:11:201",
  "child.joindns4.eu noads.joindns4.eu child-noads.joindns4.eu unfiltered.joindns4.eu",
  // CIRA, one of Mozilla's: cira.ca/cybersecurity-services/canadianshield; AdGuard, curl
  ".canadianshield.cira.ca 149.112.121.10 149.112.122.10 2620:10a:80bb::10 2620:10a:80bc::10",
  "149.112.121.20 149.112.122.20 2620:10a:80bb::20 2620:10a:80bc::20",
  "149.112.121.30 149.112.122.30 2620:10a:80bb::30 2620:10a:80bc::30",
  // CZ.NIC: nic.cz/odvr; Chromium, AdGuard, curl
  "odvr.nic.cz 193.17.47.1 185.43.135.1 2001:148f:ffff::1 2001:148f:fffe::1",
  // Wikimedia: meta.wikimedia.org/wiki/Wikimedia_DNS; AdGuard
  "wikimedia-dns.org 185.71.138.138 2001:67c:930::1",
  // Hurricane Electric; AdGuard
  "ordns.he.net 74.82.42.42 2001:470:20::2",
  // Digitale Gesellschaft: digitale-gesellschaft.ch/dns; AdGuard, curl
  "dns.digitale-gesellschaft.ch 185.95.218.42 2a05:fc84::42",
  // Ali: alidns.com; Tencent: dnspod.cn; 360; AdGuard
  "dns.alidns.com 223.5.5.5 223.6.6.6 2400:3200::1 2400:3200:baba::1",
  "dns.pub doh.pub .doh.pub doh.360.cn",
  // Providers of access, for their own customers: Comcast (one of Mozilla's), Cox, Charter, IIJ; Chromium
  "doh.xfinity.com doh.cox.net doh-01.spectrum.com doh-02.spectrum.com public.dns.iij.jp",
  // Smaller ones, by name only; AdGuard, curl
  "dns.yandex.net dns.surfsharkdns.com basic.rethinkdns.com max.rethinkdns.com sky.rethinkdns.com doh.applied-privacy.net",
  "doh.libredns.gr dns.switch.ch doh.ffmuc.net dnsforge.de dns.twnic.tw dns.aa.net.uk doh.powerdns.org doh.42l.fr",
  "ada.openbld.net ric.openbld.net dns.comss.one anycast.uncensoreddns.org dns1.dnsfilter.com dns2.dnsfilter.com",
];

const RESOLVERS: ReadonlySet<string> = new Set(PUBLISHED.flatMap((line) => line.split(" ")));

/** Zones: whatever name stands before them. */
const ZONES: readonly string[] = [...RESOLVERS].filter((name) => name.startsWith("."));

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
  return RESOLVERS.has(name) || ZONES.some((zone) => name.endsWith(zone));
}
