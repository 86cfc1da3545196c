/** A real Squid, given the access lists that are printed, lets through and refuses as they are read here. */
import { describe, expect, test } from "vitest";
import { convert, layersOf, type PrintOptions } from "../../src/dialect/index.ts";
import { parseAddress } from "../../src/model/address.ts";
import { parseFqdn } from "../../src/model/fqdn.ts";
import { candidateOf, NOW } from "../dialect/packet/bakery.ts";
import { AS_USER, inNamespace } from "./namespace.ts";

const STAND: PrintOptions = { hook: "output", source: null, interface: null };
const PRINTED = convert(
  "squid",
  candidateOf([
    { name: "api.flour.example", addresses: ["192.0.2.10"] },
    { name: "till.flour.example", addresses: ["192.0.2.11"], port: 8443 },
    { name: "web.flour.example", addresses: ["192.0.2.12"], port: 80, changes: { access: ["http"] } },
    { addresses: ["192.0.2.14"], port: 9000 },
  ]),
  NOW,
  STAND,
);
const BY_HAND = `acl dotted dstdomain -n .wide.example
acl exact dstdomain -n exact.example
acl bad dstdomain -n bad.wide.example
acl web port 443 8000-8010
acl later dst 10.9.2.0/24
acl block dst 198.51.100.0/24
http_access deny bad
http_access allow CONNECT dotted web
http_access allow exact !web
http_access allow CONNECT block
acl masked dst 10.9.0.0/255.255.0.0
acl span dst 10.1.0.1-10.1.0.9 10.2.0.0-10.2.3.0/24 2001:db8::1-2001:db8::9
http_access deny later
http_access allow CONNECT masked
http_access allow CONNECT span
acl later dst 10.9.1.0/24
http_access deny all
`;
const POLICIES: Readonly<Record<string, string>> = {
  printed: [...PRINTED.files.values()].join(""),
  "by hand": BY_HAND,
};

const ASKED: readonly (readonly [method: "CONNECT" | "GET", host: string, port: number])[] = [
  ...["api.flour.example", "x.api.flour.example", "till.flour.example", "192.0.2.10", "192.0.2.14"].flatMap((host) =>
    [443, 8443, 9000].map((port) => ["CONNECT", host, port] as const),
  ),
  ["GET", "web.flour.example", 80],
  ["GET", "api.flour.example", 443],
  ["CONNECT", "web.flour.example", 80],
  ...[
    "wide.example",
    "a.wide.example",
    "a.b.wide.example",
    "bad.wide.example",
    "x.bad.wide.example",
    "notwide.example",
  ].map((host) => ["CONNECT", host, 443] as const),
  ...[442, 443, 7999, 8000, 8010, 8011].map((port) => ["CONNECT", "wide.example", port] as const),
  ["GET", "exact.example", 80],
  ["GET", "exact.example", 8000],
  ["CONNECT", "exact.example", 80],
  ["GET", "x.exact.example", 80],
  ["CONNECT", "198.51.100.7", 22],
  ["GET", "198.51.100.7", 80],
  ["CONNECT", "198.51.101.7", 22],
  ...["10.9.0.7", "10.9.255.7", "10.10.0.7", "10.9.1.7", "10.9.2.7"].map((host) => ["CONNECT", host, 22] as const),
  ...["10.1.0.1", "10.1.0.0", "10.1.0.9", "10.1.0.10", "10.2.0.7", "10.2.3.255", "10.2.4.0"].map(
    (host) => ["CONNECT", host, 22] as const,
  ),
  ...["2001:db8::1", "2001:db8::9", "2001:db8::a"].map((host) => ["CONNECT", host, 22] as const),
];

/** Nothing leaves the namespace: every name is one of the hosts file, and there is no resolver behind it. */
const SETTINGS = `
http_port 127.0.0.1:3128
pid_filename none
cache_log /dev/null
access_log none
hosts_file hosts
dns_nameservers 127.0.0.1
dns_timeout 1 second
connect_timeout 1 second
forward_max_tries 1
`;

describe.each(Object.keys(POLICIES))("the policy %s", (which) => {
  test("is what Squid makes of it", () => {
    const policy = POLICIES[which] ?? "";
    const names = new Set(ASKED.map(([, host]) => host).filter((host) => parseAddress(host) === null));
    const files = {
      "squid.conf": `${policy}\n${SETTINGS}`,
      hosts: [...names].map((name) => `203.0.113.1 ${name}\n`).join(""),
    };
    const said = JSON.parse(
      inNamespace('exec python3 "$HERE/squid.py"', files, JSON.stringify(ASKED), AS_USER),
    ) as number[];
    const [layer] = layersOf([{ path: "squid.conf", text: policy }], STAND);
    const read = ASKED.map(([method, host, port]) => {
      const address = parseAddress(host);
      const name = address === null ? parseFqdn(host) : null;
      const access = method === "CONNECT" ? "connect" : "http";
      // A name leads to the one address of the hosts file.
      const asked = { transport: "tcp", address: address ?? parseAddress("203.0.113.1"), name, port, access } as const;
      return `${method} ${host} ${port} ${layer?.decide(asked, NOW).verdict}`;
    });
    const found = ASKED.map(
      ([method, host, port], i) => `${method} ${host} ${port} ${said[i] === 403 ? "deny" : "permit"}`,
    );
    expect(read).toEqual(found);
  }, 120_000);
});
