#!/usr/bin/env bash
# Loads the demo's production rules into a scratch namespace and saves them with the real iptables-save:
# `firewall.sh FOLDER` writes FOLDER/rules.v4 and rules.v6, and checks that production.nft loads.
set -euo pipefail

if [[ ${2:-} != inside ]]; then exec unshare -rn bash "$0" "$1" inside; fi
here=$(cd "$(dirname "$0")" && pwd)

# both ARGUMENTS...: the same rule for either family.
both() {
  iptables "$@"
  ip6tables "$@"
}

# allow DESTINATION PROTOCOL PORT WHY [MATCH...]: in the family of the destination.
allow() {
  local tables=iptables destination=$1 protocol=$2 port=$3 why=$4
  if [[ $destination == *:* ]]; then tables=ip6tables; fi
  shift 4
  "$tables" -A OUTPUT -d "$destination" -p "$protocol" -m "$protocol" --dport "$port" "$@" \
    -m comment --comment "$why" -j ACCEPT
}

both -P OUTPUT DROP
both -A OUTPUT -o lo -m comment --comment "loopback" -j ACCEPT
both -A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment "replies" -j ACCEPT
ip6tables -A OUTPUT -p ipv6-icmp -m comment --comment "neighbour discovery" -j ACCEPT

allow 192.0.2.53/32 udp 53 "resolver; platform; SEC-100"
allow 192.0.2.123/32 udp 123 "clock; platform; SEC-100"
allow 192.0.2.128/32 tcp 3128 "egress proxy; platform; SEC-100"

allow 162.159.140.245/32 tcp 443 "model API; ai-platform; SEC-311"
allow 172.66.0.243/32 tcp 443 "model API; ai-platform; SEC-311"
allow 140.82.112.0/20 tcp 443 "GitHub; dev-tools; SEC-207"
allow 185.199.108.0/22 tcp 443 "GitHub files; dev-tools; SEC-207"
allow 2606:50c0::/32 tcp 443 "GitHub files; dev-tools; SEC-207"
allow 151.101.0.0/16 tcp 443 "Python packages on Fastly; dev-tools; SEC-212"
allow 2a04:4e42::/32 tcp 443 "Python packages on Fastly; dev-tools; SEC-212"
allow 104.16.0.0/19 tcp 443 "package pilot until December; dev-tools; SEC-340" -m time --datestop 2026-11-30T23:59:59
allow 2606:4700::/48 tcp 443 "package pilot until December; dev-tools; SEC-340" -m time --datestop 2026-11-30T23:59:59
allow 52.218.0.0/17 tcp 443 "artifact bucket, S3 eu-west-1; ai-platform; SEC-298"
allow 34.96.64.0/18 tcp 443 "evaluation sets, Cloud Storage; ai-platform; SEC-305"
allow 2600:1901::/48 tcp 443 "evaluation sets, Cloud Storage; ai-platform; SEC-305"
allow 135.130.102.0/23 tcp 443 "handbook import, once; docs; SEC-333" -m time --datestop 2026-11-19T23:59:59

allow 192.0.2.80/32 tcp 80 "metrics and logs; observability; SEC-118"
allow 2001:db8:1::80/128 tcp 80 "metrics and logs; observability; SEC-118"
allow 192.0.2.81/32 udp 8125 "statsd; observability; SEC-118"
allow 192.0.2.44/32 tcp 4317 "OpenTelemetry collector; observability; SEC-118"
allow 192.0.2.32/32 tcp 5432 "widgets database; widgets; SEC-156"
allow 198.51.100.23/32 tcp 9009 "licence server, hard-coded; widgets; SEC-161"
allow 203.0.113.40/32 tcp 8081 "old build cache; dev-tools; SEC-088"

both -A OUTPUT -m comment --comment "everything else" -j REJECT

# The save's own time stamps would differ every time; they are set to the morning the rules went live.
saved() { "$1" | sed -E 's/^(# (Generated|Completed).* on ).*/\1Mon Nov  2 07:58:12 2026/'; }
saved iptables-save >"$1/rules.v4"
saved ip6tables-save >"$1/rules.v6"

iptables-restore --test "$1/rules.v4"
ip6tables-restore --test "$1/rules.v6"
nft -c -f "$here/../../fixtures/demo/policy/production.nft"
