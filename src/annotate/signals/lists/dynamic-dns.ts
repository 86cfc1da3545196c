/** Names that anybody gets for free, at once, for any address. */
import { of, SuffixList } from "./entry.ts";

export const DYNAMIC_DNS: SuffixList = new SuffixList([
  ...of("Duck DNS", "https://www.duckdns.org/", "duckdns.org"),
  ...of(
    "No-IP",
    "https://www.noip.com/support/faq/free-dynamic-dns-domains/",
    "ddns.net hopto.org zapto.org sytes.net no-ip.org no-ip.biz no-ip.info servehttp.com serveftp.com myftp.org myvnc.com bounceme.net redirectme.net webhop.me gotdns.ch",
  ),
  ...of(
    "Dyn",
    "https://publicsuffix.org/list/ (DynDNS.com)",
    "dyndns.org dyndns.info dyndns.biz dyndns.tv homeip.net dnsalias.com dnsalias.net dynalias.com dynalias.net homelinux.com homelinux.net is-a-geek.com",
  ),
  ...of(
    "FreeDNS",
    "https://freedns.afraid.org/domain/registry/",
    "mooo.com chickenkiller.com us.to strangled.net crabdance.com ignorelist.com jumpingcrab.com",
  ),
  ...of(
    "Dynu",
    "https://www.dynu.com/",
    "dynu.net freeddns.org ddnsfree.com ddnsgeek.com accesscam.org casacam.net giize.com gleeze.com kozow.com loseyourip.com ooguy.com theworkpc.com mywire.org",
  ),
  ...of("deSEC", "https://desec.io/", "dedyn.io"),
  ...of("YDNS", "https://ydns.io/", "ydns.eu"),
  ...of("dy.fi", "https://www.dy.fi/", "dy.fi"),
  ...of("nip.io", "https://nip.io/", "nip.io"),
  ...of("sslip.io", "https://sslip.io/", "sslip.io"),
  ...of("xip.io", "https://github.com/basecamp/xip-pdns", "xip.io"),
  ...of("traefik.me", "https://traefik.me/", "traefik.me"),
  ...of("localtest.me", "https://readme.localtest.me/", "localtest.me"),
  ...of("rbndr", "https://github.com/taviso/rbndr", "rbndr.us"),
]);
