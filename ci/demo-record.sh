#!/usr/bin/env bash
# Records fixtures/demo afresh: real programs in network namespaces without a way out, captured by real sensors.
# `demo-record.sh [FOLDER]` writes runs/, truth.json and policy/rules.v4, rules.v6; the rest of the folder is written by hand.
# Needs root on Linux and: dnsmasq tcpdump wireshark-common tshark openssl curl iproute2 iptables nftables nodejs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
demo=${1:-$here/../fixtures/demo}
work=$(mktemp -d)

# shellcheck source-path=SCRIPTDIR source=demo-lab/network.sh
source "$here/demo-lab/network.sh"
# shellcheck source-path=SCRIPTDIR source=demo-lab/processes.sh
source "$here/demo-lab/processes.sh"

finish() {
  stop_all
  remove_network
  rm -rf "$work"
}
trap finish EXIT

# A throw-away authority and one certificate for every name; both are gone when the script ends.
make_certificate() {
  local names
  names=$(lab_value 'cast.tlsNames().map((name) => "DNS:" + name).join()')
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Demo lab authority" \
    -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=demo.lab.example" \
    -keyout "$work/server.key" -out "$work/server.csr" 2>/dev/null
  openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
    -extfile <(printf 'subjectAltName=%s' "$names") -out "$work/server.pem" 2>/dev/null
}

# record RUN FILE CAPTURE STARTED_AT IPV6
record() {
  local run=$1 file=$2 capture=$3 started_at=$4 raw=$work/$1.raw
  local log=()
  node "$here/demo-lab/dns.mjs" "$run" >"$work/dnsmasq.conf"
  start resolver "$lab" 'started, version' dnsmasq --conf-file="$work/dnsmasq.conf"
  start proxy "$proxy" '^ready' env DEMO_STARTED_AT="$started_at" \
    node "$here/demo-lab/proxy.mjs" "$work/$run.proxy.jsonl"
  set_ipv6 "$5"
  if [[ $capture == agent-log ]]; then log=("$work/runs/$file"); fi

  start_capture "$capture" "$raw"
  timeout 60 ip netns exec "$agent" env DEMO_STARTED_AT="$started_at" \
    node "$here/demo-lab/agent.mjs" "$run" "$work/ca.pem" "$work/$run.journal.json" "${log[@]}"
  stop_capture "$raw"
  stop proxy TERM
  stop resolver TERM

  case $capture in
    agent-log) ;;
    proxy-log) cp "$work/$run.proxy.jsonl" "$work/runs/$file" ;;
    *)
      node "$here/demo-lab/settle.mjs" "$raw" "$work/runs/${file%.gz}" "$started_at"
      if [[ $file == *.gz ]]; then gzip -9n "$work/runs/${file%.gz}"; fi
      ;;
  esac
  echo "recorded $file"
}

for program in dnsmasq tcpdump dumpcap tshark openssl curl ip iptables-save ip6tables-save nft unshare node; do
  command -v "$program" >/dev/null || { echo "missing: $program" >&2 && exit 2; }
done
if ((EUID != 0)); then echo "namespaces need root" >&2 && exit 2; fi

mkdir "$work/runs"
build_network
make_certificate
start servers "$lab" '^ready' node "$here/demo-lab/servers.mjs" "$work/server.pem" "$work/server.key"

node "$here/demo-lab/runs.mjs" >"$work/plan.tsv"
while IFS=$'\t' read -r -u 3 -a fields; do record "${fields[@]}"; done 3<"$work/plan.tsv"

node "$here/demo-lab/truth.mjs" "$work" >"$work/truth.json"
node "$here/demo-lab/verify.mjs" "$work/truth.json" "$work/runs"
node "$here/demo-lab/private.mjs" "$work/runs"
bash "$here/demo-lab/firewall.sh" "$work"

mkdir -p "$demo/runs" "$demo/policy"
rm -f "$demo"/runs/*
cp "$work"/runs/* "$demo/runs/"
cp "$work/truth.json" "$demo/truth.json"
cp "$work/rules.v4" "$work/rules.v6" "$demo/policy/"
