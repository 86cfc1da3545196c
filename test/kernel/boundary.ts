/** Destinations at and just beyond every bound that a program names, where an off-by-one would show. */
import { type Address, fromBigInt, parseAddress } from "../../src/model/address.ts";
import type { Question } from "../../src/model/policy.ts";
import type { Field, Program } from "../../src/dialect/packet/program.ts";

const SOMEWHERE: readonly string[] = ["192.0.2.1", "203.0.113.7", "127.0.0.1", "2001:db8::1", "2001:db8:1::9", "::1"];
const PORTS: readonly bigint[] = [53n, 443n, 9999n];
const TRANSPORTS = ["tcp", "udp", "sctp"] as const;

export function boundaryQuestions(program: Program): Question[] {
  const addresses = new Set(SOMEWHERE.flatMap((text) => parseAddress(text) ?? []));
  for (const [family, value] of bounds(program, "daddr")) {
    if (family !== 6 && value < 1n << 32n) addresses.add(fromBigInt(value, 4));
    if (family !== 4 && value < 1n << 128n) addresses.add(fromBigInt(value, 6));
  }
  const named = bounds(program, "dport").map(([, value]) => value);
  const ports = [...new Set([...PORTS, ...named])].filter((port) => port > 0n && port < 65_536n).map(Number);
  const questions: Question[] = [];
  for (const address of [...addresses].filter(isSendable).slice(0, 200)) {
    for (const transport of TRANSPORTS) {
      for (const port of ports.slice(0, 40)) questions.push({ transport, address, name: null, port });
    }
    questions.push({ transport: address.includes(":") ? "icmpv6" : "icmp", address, name: null, port: null });
  }
  return questions;
}

/** Every bound of a field and its neighbours, with the family the rule asks for (0 for either). */
function bounds(program: Program, field: Field): [family: number, value: bigint][] {
  const found: [number, bigint][] = [];
  for (const { conditions } of [...program.chains.values()].flatMap(({ rules }) => rules)) {
    const only = conditions.find((c) => c.kind === "in" && c.fields[0] === "family" && !c.negated);
    const family = only?.kind === "in" ? Number(only.set.boxes[0]?.[0]?.first ?? 0n) : 0;
    for (const condition of conditions) {
      const dimension = condition.kind === "in" ? condition.fields.indexOf(field) : -1;
      if (condition.kind !== "in" || dimension < 0) continue;
      for (const box of condition.set.boxes) {
        const range = box[dimension];
        if (range === undefined) continue;
        const around = [range.first - 1n, range.first, range.last, range.last + 1n];
        found.push(...around.filter((value) => value >= 0n).map((value): [number, bigint] => [family, value]));
      }
    }
  }
  return found;
}

/** A socket takes it without more ado: no broadcast, no zone, no address of the namespace itself. */
export function isSendable(address: Address): boolean {
  if (address.includes(":")) return /^(2|3|::1$|fd)/.test(address) && !address.startsWith("2001:db8:ffff:");
  const [first = 0] = address.split(".").map(Number);
  return first > 0 && first < 224 && !address.startsWith("198.18.0.") && address !== "127.255.255.255";
}
