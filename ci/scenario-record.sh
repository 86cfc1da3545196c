#!/usr/bin/env bash
# Records the scenarios whose runs are captures: real programs in network namespaces without a way out.
# `scenario-record.sh [FOLDER]` writes domain-fronting/runs and encrypted-hello/runs; all else there is written by hand.
# Needs root on Linux and: chromium curl dnsmasq iproute2 libnss3-tools nodejs openssl tcpdump.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
theme=${1:-$here/../fixtures/scenarios/what-a-rule-opens}
work=$(mktemp -d)
tag="sallyport-scenario-$$"
agent="$tag-agent" lab="$tag-lab"
sandbox=10.20.0.10 gateway=10.20.0.1 resolver=192.0.2.53 proxy=192.0.2.128

# shellcheck source-path=SCRIPTDIR source=demo-lab/processes.sh
source "$here/demo-lab/processes.sh"

# name,address: what the lab's resolver answers, and its servers carry.
hosts=(
  "proxy.corp.example,$proxy"
  "registry.bakerycorp.example,198.51.100.10"
  "docs.bakerycorp.example,198.51.100.11"
  "assets.widgetcdn.example,203.0.113.60"
  "inbox.quietpost.example,203.0.113.66"
)

finish() {
  stop_all
  for name in "$agent" "$lab"; do
    ip netns delete "$name" 2>/dev/null || true
    rm -rf "/etc/netns/$name"
  done
  rmdir /etc/netns 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

build_network() {
  local name host
  for name in "$agent" "$lab"; do
    ip netns add "$name"
    ip -n "$name" link set lo up
    # `ip netns exec` mounts these over /etc for the programs of the lab only.
    mkdir -p "/etc/netns/$name"
    printf 'nameserver %s\nsearch .\n' $resolver >"/etc/netns/$name/resolv.conf"
    printf '127.0.0.1 localhost\n' >"/etc/netns/$name/hosts"
    printf 'hosts: files dns\n' >"/etc/netns/$name/nsswitch.conf"
  done
  ip link add to-agent netns "$lab" address 02:00:5e:00:53:a1 type veth peer name eth0 netns "$agent" address 02:00:5e:00:53:a2
  # No link-local addresses: they would be drawn from the machine and fill captures with their own noise.
  ip -n "$lab" link set to-agent addrgenmode none up
  ip -n "$agent" link set eth0 addrgenmode none up
  ip -n "$lab" address add $gateway/24 dev to-agent
  # Known from the start, so that the captures hold nothing but what the programs sent.
  ip -n "$lab" neighbour add $sandbox lladdr 02:00:5e:00:53:a2 dev to-agent nud permanent
  ip -n "$agent" address add $sandbox/24 dev eth0
  ip -n "$agent" neighbour add $gateway lladdr 02:00:5e:00:53:a1 dev eth0 nud permanent
  ip -n "$agent" route add default via $gateway
  ip -n "$lab" address add $resolver dev lo
  for host in "${hosts[@]}"; do ip -n "$lab" address add "${host#*,}" dev lo; done
}

make_certificate() {
  local names
  names=$(printf 'DNS:%s,' "${hosts[@]%,*}")
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Scenario lab" \
    -addext "subjectAltName=${names%,}" -keyout "$work/server.key" -out "$work/server.pem" 2>/dev/null
}

start_servers() {
  local listen=(--no-resolv --no-hosts --no-poll --local=/#/ --bind-interfaces "--listen-address=$resolver")
  start resolver "$lab" 'started, version' dnsmasq --conf-file=/dev/null --keep-in-foreground --user=root \
    --log-facility=- "${listen[@]}" "${hosts[@]/#/--host-record=}"
  start servers "$lab" '^ready' node "$here/scenario-lab/servers.mjs" "$work/server.pem" "$work/server.key"
  start proxy "$lab" '^ready' env DEMO_STARTED_AT=2026-11-01T00:00:00.0Z node "$here/demo-lab/proxy.mjs" "$work/proxy.jsonl"
}

fetch() {
  ip netns exec "$agent" curl --silent --show-error --fail --output /dev/null --max-time 10 --cacert "$work/server.pem" "$@"
}

ordinary() {
  fetch https://registry.bakerycorp.example/
  fetch https://assets.widgetcdn.example/logo.svg
}

# What is asked for goes to inbox.quietpost.example each time, and what shows says assets.widgetcdn.example.
fronting() {
  ordinary
  fetch --connect-to assets.widgetcdn.example:443:inbox.quietpost.example:443 https://assets.widgetcdn.example/drop
  fetch --proxy http://proxy.corp.example:3128 --connect-to inbox.quietpost.example:443:assets.widgetcdn.example:443 \
    --insecure https://inbox.quietpost.example/drop
  fetch --request-target http://assets.widgetcdn.example/drop --header 'Host: inbox.quietpost.example' \
    http://assets.widgetcdn.example/drop
  # And once as nobody outside can tell: the front in DNS and in the hello, the other only in the encrypted request.
  fetch --header 'Host: inbox.quietpost.example' https://assets.widgetcdn.example/drop
}

# A browser, whose hello has random content in the place of an encrypted one, and a client that really encrypts its own.
hidden() {
  ordinary
  local quiet=(--no-sandbox --headless --disable-gpu --no-first-run --disable-background-networking --disable-component-update
    --disable-sync --disable-quic --ignore-certificate-errors --user-data-dir="$work/browser")
  ip netns exec "$agent" timeout 40 chromium "${quiet[@]}" --dump-dom https://docs.bakerycorp.example/ >/dev/null 2>&1
  local config
  config=$(node "$here/scenario-lab/ech.mjs" assets.widgetcdn.example)
  # The server does not know the key, so the client hangs up after the handshake.
  ip netns exec "$agent" timeout 10 tstclnt -D -o -Q -V tls1.3:tls1.3 -h inbox.quietpost.example -p 443 -N "$config" \
    >/dev/null 2>&1 || true
}

# record SCENARIO RUN STARTED_AT WORKLOAD
record() {
  start_capture tcpdump "$work/raw"
  "$4"
  stop_capture "$work/raw"
  mkdir -p "$theme/$1/runs"
  node "$here/demo-lab/settle.mjs" "$work/raw" "$theme/$1/runs/$2.pcap" "$3"
  rm "$work/raw"
  echo "recorded $1/runs/$2.pcap"
}

for program in chromium curl dnsmasq ip node openssl tcpdump tstclnt; do
  command -v "$program" >/dev/null || { echo "missing: $program" >&2 && exit 2; }
done
if ((EUID != 0)); then echo "namespaces need root" >&2 && exit 2; fi

build_network
make_certificate
start_servers
for scenario in domain-fronting:fronting encrypted-hello:hidden; do
  folder=${scenario%:*}
  record "$folder" run-01 2026-11-02T09:14:07.412093Z ordinary
  record "$folder" run-02 2026-11-03T09:13:41.027310Z ordinary
  record "$folder" run-03 2026-11-04T09:15:18.660457Z "${scenario#*:}"
  node "$here/demo-lab/private.mjs" "$theme/$folder/runs"
done
