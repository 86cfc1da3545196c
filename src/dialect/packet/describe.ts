/** What a rule's conditions say, apart from any packet: until when they hold, and which addresses they leave open. */
import type { Family } from "../../model/address.ts";
import { type Instant, SECOND } from "../../model/instant.ts";
import { widthOf } from "../../model/prefix.ts";
import { countValues, type Range } from "./box.ts";
import { CT_STATE, isLoopback, PROTOCOL } from "./packet.ts";
import type { Condition, Field } from "./program.ts";

/** Beyond what a timestamp in a rule can sensibly mean; such a bound is no expiry. */
const NEVER = 1n << 42n;

/** The one ICMP type that opens something; every other answers, reports, or keeps a link alive. */
const ECHO: Readonly<Record<Family, bigint>> = { 4: 8n, 6: 128n };

/** DHCP and DHCPv6: the client's port and the server's. */
const DHCP: readonly (readonly [sport: bigint, dport: bigint])[] = [
  [68n, 67n],
  [546n, 547n],
];

/** The first instant at which the conditions no longer hold; null when their time is not bounded or its zone not known. */
export function expiryOf(conditions: readonly Condition[]): Instant | null {
  const bounded = conditions.filter((c) => c.kind === "time").filter(({ to }) => to < NEVER);
  if (bounded.length === 0 || bounded.some(({ slack }) => slack > 0n)) return null;
  return Number(bounded.reduce((least, { to }) => (to < least ? to : least), NEVER) + 1n) * SECOND;
}

/** Whether there is an end that no instant can be given for. */
export function endsInUnknownZone(conditions: readonly Condition[]): boolean {
  return conditions.some((c) => c.kind === "time" && c.to < NEVER && c.slack > 0n);
}

/** How many addresses the conditions leave open. */
export function addressesOf(conditions: readonly Condition[]): bigint | "any" {
  let least: bigint | "any" = "any";
  for (const condition of conditions) {
    const ranges = rangesOf(condition, "daddr");
    if (ranges === null || condition.kind !== "in") continue;
    const named = countValues(ranges);
    const count = condition.negated ? (1n << BigInt(widthOf(familyOf(conditions)))) - named : named;
    if (least === "any" || count < least) least = count;
  }
  return least;
}

/** What connections are when they begin: new, and where rules say that they shall not be tracked, that. */
export type Beginning = readonly bigint[];
export const TRACKED: Beginning = [CT_STATE.new];
export const UNTRACKED: Beginning = [CT_STATE.new, CT_STATE.untracked];

/** False for what only keeps the host alive: loopback, replies, neighbour discovery, DHCP, ICMP that answers or reports. */
export function opensDestination(conditions: readonly Condition[], beginning: Beginning): boolean {
  return !conditions.some((condition) => isUpkeep(condition, beginning)) && !isDhcp(conditions);
}

function isUpkeep(condition: Condition, beginning: Beginning): boolean {
  if (condition.kind === "interface") {
    return condition.direction === "out" && !condition.negated && condition.names.every((name) => name === "lo");
  }
  if (condition.kind !== "in") return false;
  const states = rangesOf(condition, "ctState");
  if (states !== null) return beginning.every((state) => holds(states, state) === condition.negated);
  if (condition.negated) return false;
  const types = rangesOf(condition, "icmpType");
  if (types !== null) return !holds(types, ECHO[4]) && !holds(types, ECHO[6]);
  const destinations = rangesOf(condition, "daddr");
  return destinations !== null && destinations.length > 0 && destinations.every(staysOnHost);
}

function staysOnHost({ first, last }: Range): boolean {
  return (isLoopback(first, 4) && isLoopback(last, 4)) || (first === 1n && last === 1n);
}

/** A client's port to a server's port: either port alone is an opening like any other. */
function isDhcp(conditions: readonly Condition[]): boolean {
  const only = (field: Field, value: bigint): boolean =>
    conditions.some((condition) => {
      const ranges = rangesOf(condition, field);
      return ranges?.length === 1 && ranges.every(({ first, last }) => first === value && last === value);
    });
  return only("protocol", PROTOCOL.udp) && DHCP.some(([sport, dport]) => only("sport", sport) && only("dport", dport));
}

function holds(ranges: readonly Range[], value: bigint): boolean {
  return ranges.some(({ first, last }) => first <= value && value <= last);
}

/** The ranges a condition names for one field. */
function rangesOf(condition: Condition, field: Field): readonly Range[] | null {
  if (condition.kind !== "in") return null;
  const dimension = condition.fields.indexOf(field);
  return dimension < 0 ? null : condition.set.boxes.flatMap((box) => box[dimension] ?? []);
}

function familyOf(conditions: readonly Condition[]): Family {
  return conditions.some((c) => rangesOf(c, "family")?.every(({ first }) => first === 6n)) ? 6 : 4;
}
