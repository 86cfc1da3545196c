# shellcheck shell=bash
# The lab: three network namespaces with no way out. Sourced by ../demo-record.sh.
#
#   agent (the sandbox) ---- lab (every server, the resolver, the router) ---- proxy
#
# The lab carries addresses out of published provider ranges on its loopback; nothing routes beyond it.

: "${here:?}"

tag="sallyport-demo-$$"
agent="$tag-agent" lab="$tag-lab" proxy="$tag-proxy"

lab_value() { node --input-type=module -e "import * as cast from '$here/demo-lab/cast.mjs'; console.log($1)"; }

# link NAMESPACE LAB_INTERFACE MAC_SUFFIX: an eth0 in NAMESPACE, wired to the lab; fixed addresses keep machines out of captures.
link() {
  ip link add "$2" netns "$lab" address "02:00:5e:00:53:${3}1" type veth peer name eth0 netns "$1" address "02:00:5e:00:53:${3}2"
  # No link-local addresses: they would be drawn from the machine and fill captures with their own noise.
  ip -n "$lab" link set "$2" addrgenmode none up
  ip -n "$1" link set eth0 addrgenmode none up
  ip -n "$1" link set lo up
}

build_network() {
  local name address
  for name in "$agent" "$lab" "$proxy"; do ip netns add "$name"; done
  ip -n "$lab" link set lo up
  ip netns exec "$lab" sysctl -qw net.ipv4.ip_forward=1

  link "$agent" to-agent a
  ip -n "$lab" address add "$(lab_value cast.LAB.gateway4)/24" dev to-agent
  ip -n "$lab" address add "$(lab_value cast.LAB.gateway6)/64" dev to-agent nodad
  ip -n "$agent" address add "$(lab_value cast.LAB.agent4)/24" dev eth0
  ip -n "$agent" route add default via "$(lab_value cast.LAB.gateway4)"

  link "$proxy" to-proxy b
  address=$(lab_value cast.LAB.proxy.address)
  ip -n "$lab" address add "$(lab_value cast.LAB.gateway4)/32" dev to-proxy
  ip -n "$lab" route add "$address" dev to-proxy
  ip -n "$proxy" address add "$address/32" dev eth0
  ip -n "$proxy" route add default via "$(lab_value cast.LAB.gateway4)" dev eth0 onlink

  for address in $(lab_value 'cast.labAddresses().join(" ")'); do
    ip -n "$lab" address add "$address" dev lo
  done

  # `ip netns exec` mounts these over /etc for the sandbox and the proxy only.
  for name in "$agent" "$proxy"; do
    mkdir -p "/etc/netns/$name"
    printf 'nameserver %s\nsearch .\n' "$(lab_value cast.LAB.resolver)" >"/etc/netns/$name/resolv.conf"
    printf '127.0.0.1 localhost\n' >"/etc/netns/$name/hosts"
    printf 'hosts: files dns\n' >"/etc/netns/$name/nsswitch.conf"
  done
}

# set_ipv6 true|false: a sandbox with an IPv6 address prefers it, one without never tries.
set_ipv6() {
  ip -n "$agent" -6 route flush dev eth0
  ip -n "$agent" -6 address flush dev eth0
  [[ $1 == true ]] || return 0
  ip -n "$agent" address add "$(lab_value cast.LAB.agent6)/64" dev eth0 nodad
  ip -n "$agent" -6 route add default via "$(lab_value cast.LAB.gateway6)"
}

remove_network() {
  local name
  for name in "$agent" "$lab" "$proxy"; do
    ip netns delete "$name" 2>/dev/null || true
    rm -rf "/etc/netns/$name"
  done
  rmdir /etc/netns 2>/dev/null || true
}
