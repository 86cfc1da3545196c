/** Matches on bits: conntrack states and TCP flags, where nft means different things by `a,b`, `a | b` and `!= a,b`. */
import { BoxSet, point } from "../packet/box.ts";
import { CT_STATE } from "../packet/packet.ts";
import type { Condition } from "../packet/program.ts";
import { symbolValue } from "../packet/symbol.ts";
import type { Operator, Statement, Value } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";

type Match = Statement & { readonly kind: "match" };

const TCP_FLAGS: Readonly<Record<string, bigint>> = { fin: 1n, syn: 2n, rst: 4n, psh: 8n, ack: 16n, urg: 32n };

/** What the first packet of a TCP connection carries, of the flags above; ECN's two may be set or not. */
const OPENING = TCP_FLAGS["syn"] ?? 2n;

/** Null when the match is not about bits, or not in a form that is told here. */
export function flagsOf(match: Match): Condition | null {
  const { left, operator, right } = match;
  const mask = left.kind === "binary" && left.operator === "&" ? left : null;
  const selector = printValue(mask?.left ?? left);
  const text = printStatement(match);
  if (selector === "ct state" && mask === null) {
    const bits = bitsOf(right, (name) => symbolValue("ct_state", name));
    const states = bits === null ? null : statesThat(operator, bits);
    if (states === null) return null;
    const set = new BoxSet(states.map((state) => [point(state)]));
    return { kind: "in", fields: ["ctState"], set, negated: operator === "!=", elements: null, open: false, text };
  }
  if (selector !== "tcp flags") return null;
  const named = (name: string): bigint | null => TCP_FLAGS[name] ?? null;
  const wanted = bitsOf(right, named);
  const examined = mask === null ? null : bitsOf(mask.right, named);
  if (wanted === null || (mask !== null && examined === null)) return null;
  const holds = opens(operator, wanted, examined);
  return holds === null ? null : tcp(holds, text);
}

/** `a,b` holds where any of them is set; `== a,b` and `!= a,b` compare the whole with both together. */
function statesThat(operator: Operator, bits: bigint): bigint[] | null {
  if (operator === "==" || operator === "!=") return [bits];
  return operator === "implicit" ? Object.values(CT_STATE).filter((state) => (state & bits) !== 0n) : null;
}

function opens(operator: Operator, wanted: bigint, examined: bigint | null): boolean | null {
  if (operator === "implicit" && examined === null) return (OPENING & wanted) !== 0n;
  if (operator === "!" && examined === null) return (OPENING & wanted) === 0n;
  if (examined === null) return null;
  if (operator === "==" || operator === "implicit") return (OPENING & examined) === wanted;
  return operator === "!=" ? (OPENING & examined) !== wanted : null;
}

/** A TCP packet, or with `holds` false none at all. */
function tcp(holds: boolean, text: string): Condition {
  const set = new BoxSet(holds ? [[point(6n)]] : []);
  return { kind: "in", fields: ["protocol"], set, negated: false, elements: null, open: false, text };
}

/** All the bits that a list or a disjunction names. */
function bitsOf(value: Value, named: (name: string) => bigint | null): bigint | null {
  if (value.kind === "word") return named(value.text);
  if (value.kind === "binary" && value.operator === "|") return union([value.left, value.right], named);
  return value.kind === "list" ? union(value.items, named) : null;
}

function union(values: readonly Value[], named: (name: string) => bigint | null): bigint | null {
  let bits = 0n;
  for (const value of values) {
    const more = bitsOf(value, named);
    if (more === null) return null;
    bits |= more;
  }
  return bits;
}
