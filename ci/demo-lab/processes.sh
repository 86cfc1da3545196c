# shellcheck shell=bash
# Starting, awaiting and stopping the programs of the lab, by process id. Sourced by ../demo-record.sh.

: "${work:?}" "${agent:?}"

declare -A pids=()

# start NAME NAMESPACE READY_PATTERN COMMAND...: returns once the program has printed what it prints when it is ready.
start() {
  local name=$1 namespace=$2 ready=$3 tries
  shift 3
  : >"$work/$name.log"
  ip netns exec "$namespace" "$@" >"$work/$name.log" 2>&1 &
  pids[$name]=$!
  for ((tries = 0; tries < 200; tries++)); do
    if grep -q "$ready" "$work/$name.log"; then return; fi
    kill -0 "${pids[$name]}" 2>/dev/null || break
    sleep 0.05
  done
  echo "$name did not become ready:" >&2
  cat "$work/$name.log" >&2
  return 1
}

# stop NAME SIGNAL
stop() {
  local pid=${pids[$1]}
  unset "pids[$1]"
  kill "-$2" "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

stop_all() {
  local name
  for name in "${!pids[@]}"; do stop "$name" TERM; done
}

# start_capture KIND FILE: in the sandbox, as near to the agent as a sensor can stand.
start_capture() {
  local interface=eth0
  [[ $1 == *-any ]] && interface=any
  case $1 in
    tcpdump*)
      local precision=micro
      [[ $1 == *-nano ]] && precision=nano
      start capture "$agent" 'listening on' \
        tcpdump -Z root -i "$interface" -n -U --immediate-mode --time-stamp-precision="$precision" -w "$2"
      ;;
    dumpcap*) start capture "$agent" '^File:' dumpcap -i "$interface" -w "$2" ;;
    *) return 0 ;;
  esac
}

# A capture is whole when it has stopped growing; whether every conversation in it is, verify.mjs says afterwards.
stop_capture() {
  [[ -n ${pids[capture]:-} ]] || return 0
  local size=-1
  while [[ $(stat -c %s "$1" 2>/dev/null || echo 0) != "$size" ]]; do
    size=$(stat -c %s "$1" 2>/dev/null || echo 0)
    sleep 0.4
  done
  stop capture INT
}
