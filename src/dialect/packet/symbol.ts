/** Names that the loaders know for numbers. A name that is not here is one the analysis cannot tell, never an error. */

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  "ipv6-icmp": 58,
  "ipv6-nonxt": 59,
  comp: 108,
  sctp: 132,
  udplite: 136,
};

/** The services of /etc/services that rulesets name. */
const SERVICES: Readonly<Record<string, number>> = {
  "ftp-data": 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  time: 37,
  whois: 43,
  tacacs: 49,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  gopher: 70,
  finger: 79,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  nntp: 119,
  ntp: 123,
  "netbios-ns": 137,
  "netbios-dgm": 138,
  "netbios-ssn": 139,
  imap2: 143,
  imap: 143,
  snmp: 161,
  "snmp-trap": 162,
  bgp: 179,
  irc: 194,
  ldap: 389,
  https: 443,
  "microsoft-ds": 445,
  submissions: 465,
  isakmp: 500,
  syslog: 514,
  "dhcpv6-client": 546,
  "dhcpv6-server": 547,
  rtsp: 554,
  nntps: 563,
  submission: 587,
  ldaps: 636,
  "domain-s": 853,
  rsync: 873,
  ftps: 990,
  imaps: 993,
  pop3s: 995,
  socks: 1080,
  openvpn: 1194,
  "ms-sql-s": 1433,
  radius: 1812,
  nfs: 2049,
  "iscsi-target": 3260,
  mysql: 3306,
  "ms-wbt-server": 3389,
  "ipsec-nat-t": 4500,
  sip: 5060,
  "sip-tls": 5061,
  mdns: 5353,
  postgresql: 5432,
  amqps: 5671,
  amqp: 5672,
  x11: 6000,
  redis: 6379,
  ircd: 6667,
  "http-alt": 8080,
  git: 9418,
  hkp: 11371,
};

const ICMP: Readonly<Record<string, number>> = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  "source-quench": 4,
  redirect: 5,
  "echo-request": 8,
  "router-advertisement": 9,
  "router-solicitation": 10,
  "time-exceeded": 11,
  "parameter-problem": 12,
  "timestamp-request": 13,
  "timestamp-reply": 14,
  "info-request": 15,
  "info-reply": 16,
  "address-mask-request": 17,
  "address-mask-reply": 18,
};

const ICMPV6: Readonly<Record<string, number>> = {
  "destination-unreachable": 1,
  "packet-too-big": 2,
  "time-exceeded": 3,
  "parameter-problem": 4,
  "echo-request": 128,
  "echo-reply": 129,
  "mld-listener-query": 130,
  "mld-listener-report": 131,
  "mld-listener-done": 132,
  "mld-listener-reduction": 132,
  "nd-router-solicit": 133,
  "nd-router-advert": 134,
  "nd-neighbor-solicit": 135,
  "nd-neighbor-advert": 136,
  "nd-redirect": 137,
  "router-renumbering": 138,
  "ind-neighbor-solicit": 141,
  "ind-neighbor-advert": 142,
  "mld2-listener-report": 143,
};

const CT_STATES: Readonly<Record<string, number>> = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };

/** Families as the packet program numbers them, by what `meta nfproto` and `meta protocol` call them. */
const FAMILIES: Readonly<Record<string, number>> = { ipv4: 4, ipv6: 6, ip: 4, ip6: 6 };

const USERS: Readonly<Record<string, number>> = { root: 0 };

export type SymbolTable = "protocol" | "service" | "icmp" | "icmpv6" | "ct_state" | "family" | "user" | "none";

const TABLES: Readonly<Record<SymbolTable, Readonly<Record<string, number>>>> = {
  protocol: PROTOCOLS,
  service: SERVICES,
  icmp: ICMP,
  icmpv6: ICMPV6,
  ct_state: CT_STATES,
  family: FAMILIES,
  user: USERS,
  none: {},
};

export function symbolValue(table: SymbolTable, name: string): bigint | null {
  const value = Object.hasOwn(TABLES[table], name) ? TABLES[table][name] : undefined;
  return value === undefined ? null : BigInt(value);
}
