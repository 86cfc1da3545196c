#!/usr/bin/env bash
# Installs what the tests need, then runs every check. On a fresh Debian or Ubuntu machine this is the whole of CI.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(nftables iptables ipset iproute2 tshark tcpdump wireshark-common dnsmasq-base squid iprange openssl jq python3 shellcheck zstd)
tools=(nft iptables ipset ip tshark tcpdump dumpcap dnsmasq squid iprange openssl jq python3 shellcheck zstd)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=0
for tool in "${tools[@]}"; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$tool" >/dev/null || missing=1
done
if [ "$missing" = 1 ]; then
  echo "== installing: ${packages[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
export PATH="$PATH:/usr/sbin:/sbin"

step() { echo "== $*"; "$@"; }

if [ "${CI:-}" = true ] || [ ! -d node_modules ]; then step npm ci --no-fund --no-audit --loglevel=error; fi
step npm run --silent build
step npm run --silent typecheck
step npm run --silent lint
step npm run --silent format:check
step npm run --silent unused
step shellcheck -x ci/*.sh
step npm run --silent test
step npm run --silent test:kernel
if [ -d ../shared/corpus ]; then
  step npm run --silent test:corpus
else
  echo "== corpus tests passed over: ../shared/corpus is not here"
fi
echo "== all checks passed"
