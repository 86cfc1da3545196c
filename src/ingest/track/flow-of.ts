/** A row of the flow table, once it is over, as the flow the later stages know. */
import { sortedUnique } from "../../model/compare.ts";
import type { Flow, FlowState, Outcome, Transport } from "../../model/flow.ts";
import { PROTOCOL } from "../decode/packet.ts";
import { BIT, type FlowStates } from "./flow-state.ts";
import type { FlowTable } from "./flow-table.ts";
import type { Naming } from "./naming.ts";
import type { FlowNames } from "./notes.ts";

const NO_FLAGS: readonly string[] = [];

export function flowOf(row: number, table: FlowTable, states: FlowStates, naming: Naming): Flow {
  const { protocol, portA, portB, a, b } = table.key(row);
  const bits = states.bits[row]!;
  const transport = transportOf(protocol);
  const hasPorts = transport !== "icmp" && transport !== "icmpv6";
  const endpointA = { address: a, port: hasPorts ? portA : null };
  const endpointB = { address: b, port: hasPorts ? portB : null };
  const byB = (bits & BIT.originatorB) !== 0;
  const responder = byB ? endpointA : endpointB;
  const side = byB ? 1 : 0;
  const state = stateOf(bits);
  const names = naming.close(row, responder.port ?? 0);
  const flags = flagsOf(bits, names, responder.port);
  return {
    transport,
    originator: byB ? endpointB : endpointA,
    responder,
    state,
    outcome: outcomeOf(transport, state, bits),
    connections: 1,
    firstSeen: known(states.firstSeen[row]!),
    lastSeen: known(states.lastSeen[row]!),
    bytesOut: states.traffic[4 * row + side]!,
    bytesIn: states.traffic[4 * row + 1 - side]!,
    packetsOut: states.traffic[4 * row + 2 + side]!,
    packetsIn: states.traffic[4 * row + 3 - side]!,
    claims: names.claims,
    literals: names.literals,
    tunnels: names.tunnels,
    workload: null,
    tool: null,
    process: null,
    flags,
  };
}

function transportOf(protocol: number): Transport {
  switch (protocol) {
    case PROTOCOL.tcp:
      return "tcp";
    case PROTOCOL.udp:
      return "udp";
    case PROTOCOL.sctp:
      return "sctp";
    case PROTOCOL.icmp:
      return "icmp";
    default:
      return "icmpv6";
  }
}

function stateOf(bits: number): FlowState {
  if ((bits & BIT.midstream) !== 0) return "midstream";
  // A reply proves that an earlier refusal was not the last word.
  if ((bits & BIT.rejected) !== 0 && (bits & BIT.established) === 0) return "rejected";
  if ((bits & BIT.reset) !== 0) return "reset";
  return (bits & BIT.established) !== 0 ? "established" : "attempted";
}

/** Datagrams need no answer to have got through, so only a refusal makes them fail. */
function outcomeOf(transport: Transport, state: FlowState, bits: number): Outcome {
  if (state === "rejected") return "failed";
  if (state === "midstream" || (transport !== "tcp" && transport !== "sctp")) return "allowed";
  return (bits & BIT.established) !== 0 ? "allowed" : "failed";
}

function flagsOf(bits: number, { flags: said, claims }: FlowNames, port: number | null): readonly string[] {
  const isNoted = (bits & (BIT.dns | BIT.midstream | BIT.upkeep | BIT.lateHello)) !== 0;
  if (!isNoted && said.length === 0) return NO_FLAGS;
  const flags = new Set(said);
  // Without a name it may have been the second hello of a handshake, whose first one had none either.
  if ((bits & BIT.lateHello) !== 0 && claims.length > 0) flags.add("late-hello");
  if ((bits & BIT.dns) !== 0) flags.add(port === 53 ? "dns" : "dns-port");
  if ((bits & BIT.midstream) !== 0) flags.add("midstream");
  if ((bits & BIT.upkeep) !== 0) flags.add("neighbour-discovery");
  return sortedUnique(flags);
}

function known(at: number): number | null {
  return Number.isNaN(at) ? null : at;
}
