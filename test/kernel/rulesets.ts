/** Handwritten policies, each about one thing that a firewall can say; the kernel is asked what each of them means. */

export const NFT: Readonly<Record<string, string>> = {
  "the catch-all of a map is not for what another element sent on and got back": `table inet t {
    chain c { tcp dport 53 drop; }
    chain o { type filter hook output priority 0; tcp dport vmap { 1-442 : jump c, 443 : continue, * : drop }
  }
}`,
  "before connections are tracked none is new": `table inet t {
    chain early { type filter hook output priority -300; policy accept; ct state new tcp dport 443 drop; ct state invalid tcp dport 53 drop; }
    chain late { type filter hook output priority -150; policy accept; ct state new tcp dport 80 drop; }
}`,
  "no ACK is what a first packet carries": `table inet t { chain o { type filter hook output priority 0; tcp flags ! ack tcp dport 443 drop; tcp flags ! syn tcp dport 53 drop; }
}`,
  "a dormant table judges nothing": `table inet off { flags dormant; chain o { type filter hook output priority 0; policy drop; }
}
table inet on { chain o { type filter hook output priority 0; tcp dport 22 drop; }
}`,
  "the catch-all of a port map is for its transport": `table inet t { chain o { type filter hook output priority 0; policy drop;
    udp dport vmap { 53 : drop, * : accept }
  }
}`,
  "the catch-all of an address map is for its family": `table inet t { map m { type ipv4_addr : verdict; flags interval; elements = { 10.0.0.0/8 : drop, * : accept }
}
    chain o { type filter hook output priority 0; policy drop; ip daddr vmap @m
  }
}`,
  "a table without a chain at the hook": `table inet t { chain input { type filter hook input priority 0; policy drop; }
}`,
  "policy drop and one port": `table inet t { chain o { type filter hook output priority 0; policy drop; tcp dport 443 accept; }
}`,
  "an answer in one family refuses that family": `table inet t { chain o { type filter hook output priority 0;
    tcp dport 443 reject with icmp type host-unreachable; udp dport 53 reject with icmpv6 no-route; tcp dport 9999 reject with tcp reset; }
}`,
  "a reset refuses only TCP": `table inet t { chain o { type filter hook output priority 0; reject with tcp reset; }
}`,
  "flags as nft lists them": `table inet t { chain o { type filter hook output priority 0; policy drop;
    tcp flags ! fin,rst tcp dport 443 accept; tcp flags & (syn | ack) == syn tcp dport 53 accept; tcp flags & (syn|ack) == ack accept; }
}`,
  "the direction of a connection": `table inet t { chain o { type filter hook output priority 0; policy drop;
    ct direction reply accept; ct direction original tcp dport 443 accept; }
}`,
  "variables in a chain": `define web = 443
table inet t { chain o { type filter hook output priority 0; policy drop; define dns = { 53, 5353 }
    tcp dport $web accept; udp dport $dns accept; }
}`,
  "elements that stay in a set with timeouts": `table inet t { set s { type ipv4_addr; flags timeout; elements = { 192.0.2.1 timeout 0s, 192.0.2.2 }
}
    chain o { type filter hook output priority 0; policy drop; ip daddr { 192.0.2.1, 192.0.2.2 } ip daddr @s accept; }
}`,
  "a port range": `table inet t { chain o { type filter hook output priority 0; policy drop; tcp dport 440-450 accept; }
}`,
  "ports set apart by negation": `table inet t { chain o { type filter hook output priority 0; udp dport != { 53, 123 } drop; }
}`,
  "a prefix of each family": `table inet t { chain o { type filter hook output priority 0; policy drop;
    ip daddr 192.0.2.0/25 accept; ip6 daddr 2001:db8::/64 accept; }
}`,
  "a prefix with host bits set": `table ip t { chain o { type filter hook output priority 0; policy drop; ip daddr 192.0.2.77/28 accept; }
}`,
  "a negated address holds only in its family": `table inet t { chain o { type filter hook output priority 0; ip daddr != 192.0.2.0/24 drop; }
}`,
  "an interval set": `table inet t { chain o { type filter hook output priority 0; policy drop;
    ip daddr { 192.0.2.4-192.0.2.9, 203.0.113.0/29, 10.0.0.0/8 } accept; }
}`,
  "a named interval set": `table inet t { set good { type ipv4_addr; flags interval; elements = { 192.0.2.0/30, 203.0.113.7 }
}
    chain o { type filter hook output priority 0; policy drop; ip daddr @good tcp dport { 80, 443 } accept; }
}`,
  "a set merged by the kernel": `table inet t { set good { type ipv4_addr; flags interval; auto-merge; elements = { 192.0.2.0/24, 192.0.2.9, 192.0.2.8/29 }
}
    chain o { type filter hook output priority 0; policy drop; ip daddr @good accept; }
}`,
  "a negated named set": `table ip6 t { set bad { type ipv6_addr; elements = { 2001:db8::1, 2001:db8::2 }
}
    chain o { type filter hook output priority 0; ip6 daddr != @bad reject; }
}`,
  "an empty set": `table inet t { set none { type ipv4_addr; }
chain o { type filter hook output priority 0; ip daddr @none drop; ip daddr != @none tcp dport 80 drop; }
}`,
  "a concatenation": `table inet t { chain o { type filter hook output priority 0; policy drop;
    ip daddr . tcp dport { 192.0.2.1 . 443, 192.0.2.1 . 80, 203.0.113.7 . 53 } accept; }
}`,
  "a concatenation of intervals": `table inet t { set s { type ipv4_addr . inet_proto . inet_service; flags interval;
      elements = { 192.0.2.0/26 . tcp . 80-443, 203.0.113.7 . udp . 53 }
}
    chain o { type filter hook output priority 0; policy drop; ip daddr . meta l4proto . th dport @s accept; }
}`,
  "a typeof set": `table inet t { set s { typeof ip6 daddr . udp dport; elements = { 2001:db8::1 . 53 }
}
    chain o { type filter hook output priority 0; policy drop; ip6 daddr . udp dport @s accept; }
}`,
  "jump comes back, goto does not": `table inet t {
    chain web { tcp dport 443 accept; tcp dport 80 return; }
    chain end { tcp dport 53 accept; }
    chain o { type filter hook output priority 0; policy drop; tcp dport { 443, 80 } jump web; tcp dport 80 accept; udp dport 1-9999 goto end; udp dport 53 accept; }
}`,
  "goto inside a jump returns to the first caller": `table inet t {
    chain inner { tcp dport 80 drop; }
    chain middle { goto inner; tcp dport 443 drop; }
    chain o { type filter hook output priority 0; jump middle; tcp dport 9999 drop; }
}`,
  "return in a base chain is its policy": `table inet t { chain o { type filter hook output priority 0; policy drop; tcp dport 443 return; accept; }
}`,
  "a chain written in place": `table inet t { chain o { type filter hook output priority 0; policy drop; ip daddr 192.0.2.0/24 jump { tcp dport 443 accept; udp dport 53 accept;
}
 tcp dport 9999 accept; }
}`,
  "a verdict map": `table inet t { chain a { ip daddr 192.0.2.1 accept; }
    chain o { type filter hook output priority 0; policy drop; tcp dport vmap { 443 : accept, 80-90 : jump a, 53 : drop }; tcp dport 53 accept; tcp dport 81 accept; }
}`,
  "a named verdict map": `table inet t { map m { type inet_service : verdict; elements = { 443 : accept, 53 : drop }
}
    chain o { type filter hook output priority 0; tcp dport vmap @m; tcp dport 443 drop; udp dport vmap @m; }
}`,
  "a verdict map over the family": `table inet t { chain v4 { tcp dport 443 accept; }
chain v6 { udp dport 53 accept; }
    chain o { type filter hook output priority 0; policy drop; meta nfproto vmap { ipv4 : jump v4, ipv6 : goto v6 }; }
}`,
  "accept ends only its own chain": `table inet a { chain o { type filter hook output priority -10; tcp dport { 443, 80 } accept; drop; }
}
    table inet b { chain o { type filter hook output priority 10; policy drop; tcp dport { 443, 53 } accept; }
}`,
  "a later hook drops too": `table inet t { chain o { type filter hook output priority 0; accept; }
chain p { type filter hook postrouting priority 0; ip daddr 192.0.2.1 drop; }
}`,
  "one family only": `table ip t { chain o { type filter hook output priority 0; policy drop; tcp dport 443 accept; }
}`,
  "loopback and replies": `table inet t { chain o { type filter hook output priority 0; policy drop; oifname "lo" accept; ct state established,related accept; tcp dport 443 ct state new accept; }
}`,
  "loopback by index, negated": `table inet t { chain o { type filter hook output priority 0; oif != "lo" tcp dport 443 drop; oifname != { "lo" } udp dport 53 drop; }
}`,
  "the input interface at the output hook": `table inet t { chain o { type filter hook output priority 0; iifname "lo" drop; iifname != "lo" tcp dport 443 drop; }
}`,
  "conntrack states as a set and as a map": `table inet t { chain o { type filter hook output priority 0; policy drop; ct state { established, related } accept; ct state vmap { invalid : drop, established : accept }; ct state != invalid tcp dport 443 accept; ct state != new,established tcp dport 80 accept; }
}`,
  "new TCP connections by their flags": `table inet t { chain o { type filter hook output priority 0; tcp flags & (fin|syn|rst|ack) != syn drop; tcp flags syn tcp dport 443 drop; tcp flags ack,rst drop; tcp flags & (syn|ack) == syn|ack drop; tcp flags & syn == syn tcp dport 80 drop;
}
}`,
  "conntrack states as bits": `table inet t { chain o { type filter hook output priority 0; policy drop; ct state != established,related tcp dport 443 accept; ct state == new udp dport 53 accept; ct state established | new tcp dport 80 accept; ct state new,related sctp dport 53 accept;
}
}`,
  "bits of addresses and ports": `table inet t { chain o { type filter hook output priority 0; policy drop;
    ip daddr & 255.255.0.255 == 192.0.0.1 accept; ip6 daddr & ffff:ffff:: == 2001:db8:: tcp dport & 0xfffe == 442 accept; ip daddr & 255.255.255.0 != 192.0.2.0 udp dport 53 accept; }
}`,
  "families and interfaces by number": `table inet t { chain o { type filter hook output priority 0; policy drop;
    meta nfproto 2 tcp dport 443 accept; meta nfproto 10 udp dport 53 accept; meta protocol 0x86dd tcp dport 80 accept; oif 1 accept; }
}`,
  "a span of time left out, and times without meta": `table inet t { chain o { type filter hook output priority 0; policy drop;
    meta time != 1000000000-1100000000 tcp dport 443 accept; time < 1900000000 udp dport 53 accept; hour 0-86399 day 0-6 tcp dport 80 accept; meta priority set 1:2 tcp dport 22 accept; }
}`,
  "elements taken out of a set of pairs": `table inet t { set s { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 443, 192.0.2.1 . 53 }
}
    chain o { type filter hook output priority 0; policy drop; ip daddr . tcp dport @s accept; }
}
delete element inet t s { 192.0.2.0-192.0.2.255 . https }`,
  "protocols by name and number": `table inet t { chain o { type filter hook output priority 0; policy drop; meta l4proto { udp, 132 } accept; ip protocol tcp tcp dport 443 accept; ip6 nexthdr tcp tcp dport 53 accept; }
}`,
  "any transport's port": `table inet t { chain o { type filter hook output priority 0; policy drop; meta l4proto { tcp, udp } th dport 53 accept; }
}`,
  "comparisons of ports": `table inet t { chain o { type filter hook output priority 0; policy drop; tcp dport < 80 accept; tcp dport >= 9999 accept; udp dport > 53 udp dport <= 443 accept; }
}`,
  "time that is over and time that is not": `table inet t { chain o { type filter hook output priority 0; policy drop; meta time < 1000000000 tcp dport 443 accept; meta time < 4000000000 tcp dport 53 accept; }
}`,
  variables: `define web = { 80, 443 }
define hosts = { 192.0.2.1, 192.0.2.8/29 }
table inet t { chain o { type filter hook output priority 0; policy drop; ip daddr { $hosts, 203.0.113.7 } tcp dport $web accept; }
}`,
  commands: `add table inet t
add chain inet t o { type filter hook output priority 0; policy accept; }
add rule inet t o tcp dport 443 accept
insert rule inet t o tcp dport 443 drop
add rule inet t o index 1 udp dport 53 drop
add set inet t bad { type ipv4_addr; }
add element inet t bad { 192.0.2.1, 203.0.113.7 }
delete element inet t bad { 203.0.113.7 }
add rule inet t o ip daddr @bad drop`,
  "rules flushed and made again": `table inet t { chain o { type filter hook output priority 0; policy drop; accept; }
}
flush chain inet t o
table inet t { chain o { tcp dport 443 accept; }
}`,
  "icmp by type": `table inet t { chain o { type filter hook output priority 0; policy drop; icmp type echo-request ip daddr 192.0.2.1 accept; icmpv6 type { echo-request, nd-neighbor-solicit } accept; }
}`,
  "a counter, a log and a comment on the way": `table inet t { chain o { type filter hook output priority 0; counter log prefix "out " tcp dport 443 counter drop comment "no web"; }
}`,
};

/** Rules after `*filter` with the built-in chains declared; tried in every backend. */
export const IPTABLES: Readonly<Record<string, { readonly family: 4 | 6 | "both"; readonly rules: string }>> = {
  "a table met a second time starts from nothing": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -p tcp -j ACCEPT\nCOMMIT\n*filter\n:OUTPUT DROP [0:0]\n-A OUTPUT -p udp -j ACCEPT`,
  },
  "policy drop and one port": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT`,
  },
  "a port range and an open end": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -p tcp --dport 50:60 -j ACCEPT\n-A OUTPUT -p udp --dport 9999: -j ACCEPT`,
  },
  "multiport, plain and negated": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -p tcp -m multiport --dports 53,80:90,443 -j ACCEPT\n-A OUTPUT -p udp -m multiport ! --dports 53,443 -j ACCEPT`,
  },
  prefixes: {
    family: 4,
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -d 192.0.2.0/26 -j ACCEPT\n-A OUTPUT -d 203.0.113.0/255.255.255.248 -p udp -j ACCEPT\n-A OUTPUT -d 10.1.2.3 -j ACCEPT`,
  },
  "prefixes of IPv6": {
    family: 6,
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -d 2001:db8::/64 -j ACCEPT\n-A OUTPUT -d 2001:db8:1::9/128 -p udp -j ACCEPT`,
  },
  "several destinations": {
    family: 4,
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -d 192.0.2.1,203.0.113.0/29 -p tcp --dport 443 -j ACCEPT`,
  },
  "a negated destination": {
    family: 4,
    rules: `-A OUTPUT ! -d 192.0.2.0/24 -p tcp -j DROP\n-A OUTPUT -p udp ! --dport 53 -j REJECT`,
  },
  everywhere: { family: 4, rules: `-A OUTPUT -d 0.0.0.0/0 -p tcp --dport 443 -j DROP` },
  "a range of addresses": {
    family: 4,
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -m iprange --dst-range 192.0.2.4-192.0.2.9 -j ACCEPT\n-A OUTPUT -p udp -m iprange ! --dst-range 192.0.2.0-203.0.113.6 -j ACCEPT`,
  },
  "jump and return": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n:web - [0:0]\n-A OUTPUT -p tcp -j web\n-A OUTPUT -p tcp --dport 80 -j ACCEPT\n-A web -p tcp --dport 443 -j ACCEPT\n-A web -p tcp --dport 80 -j RETURN\n-A web -p tcp --dport 53 -j DROP`,
  },
  goto: {
    family: "both",
    rules: `:a - [0:0]\n:b - [0:0]\n-A OUTPUT -j a\n-A OUTPUT -p tcp --dport 9999 -j DROP\n-A a -g b\n-A a -p tcp --dport 443 -j DROP\n-A b -p tcp --dport 53 -j DROP`,
  },
  "inserted rules": {
    family: "both",
    rules: `-A OUTPUT -p tcp --dport 443 -j ACCEPT\n-I OUTPUT -p tcp --dport 443 -j DROP\n-I OUTPUT 2 -p udp --dport 53 -j DROP\n-A OUTPUT -p udp --dport 53 -j ACCEPT`,
  },
  "loopback and replies": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A OUTPUT -p tcp -m state --state NEW -m tcp --dport 443 -j ACCEPT\n-A OUTPUT ! -o lo -p udp -m conntrack ! --ctstate INVALID,ESTABLISHED -j ACCEPT`,
  },
  "new TCP connections by their flags": {
    family: "both",
    rules: `-A OUTPUT -p tcp --syn --dport 443 -j DROP\n-A OUTPUT -p tcp ! --syn -j DROP\n-A OUTPUT -p tcp --tcp-flags FIN,SYN,RST,ACK SYN --dport 53 -j DROP\n-A OUTPUT -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP`,
  },
  "time that is over and time that is not": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -p tcp --dport 443 -m time --datestop 2020-01-01T00:00:00 -j ACCEPT\n-A OUTPUT -p tcp --dport 53 -m time --datestop 2037-12-31T23:59:59 -j ACCEPT\n-A OUTPUT -p udp -m time --datestart 2037-01-01 -j ACCEPT`,
  },
  "a log and a mark on the way": {
    family: "both",
    rules: `-A OUTPUT -p tcp --dport 443 -j LOG --log-prefix "out: "\n-A OUTPUT -p tcp --dport 443 -m comment --comment "no \\"web\\"" -j DROP`,
  },
  "icmp by type": {
    family: 4,
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -d 192.0.2.1 -p icmp -m icmp --icmp-type echo-request -j ACCEPT\n-A OUTPUT -p icmp --icmp-type 3/4 -j ACCEPT`,
  },
  "icmpv6 by type": {
    family: 6,
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -d 2001:db8::1 -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT\n-A OUTPUT -p ipv6-icmp --icmpv6-type neighbour-solicitation -j ACCEPT`,
  },
  "protocols by name and number": {
    family: "both",
    rules: `:OUTPUT DROP [0:0]\n-A OUTPUT -p udp -j ACCEPT\n-A OUTPUT -p 132 -j ACCEPT\n-A OUTPUT ! -p udp -j ACCEPT`,
  },
};
