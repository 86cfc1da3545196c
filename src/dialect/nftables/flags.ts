/** Matches on bits: conntrack states and TCP flags, where nft means different things by `a,b`, `a | b` and `!= a,b`. */
import { BoxSet, point } from "../packet/box.ts";
import { CT_STATE } from "../packet/packet.ts";
import type { Condition } from "../packet/program.ts";
import { symbolValue } from "../packet/symbol.ts";
import type { Operator, Statement, Value } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";

type Match = Statement & { readonly kind: "match" };
type Named = (name: string) => bigint | null;

const TCP_FLAGS: Readonly<Record<string, bigint>> = { fin: 1n, syn: 2n, rst: 4n, psh: 8n, ack: 16n, urg: 32n };

/** What the first packet of a TCP connection carries, of the flags above; ECN's two may be set or not. */
const OPENING = TCP_FLAGS["syn"] ?? 2n;

/** States of packets that belong to a connection. */
const TRACKED: readonly bigint[] = [CT_STATE.new, CT_STATE.established, CT_STATE.related];

/** Null when the match is not about bits, or not in a form that is told here. */
export function flagsOf(match: Match): Condition | null {
  const { left } = match;
  const selector = printValue(left.kind === "binary" && left.operator === "&" ? left.left : left);
  const text = printStatement(match);
  if (selector === "ct direction") return directionOf(match, text);
  if (selector === "ct state") {
    const tested = testOf(match, (name) => symbolValue("ct_state", name));
    if (tested === null) return null;
    const states = Object.values(CT_STATE).filter((state) => holds(tested, state) === true);
    return member("ctState", states, text);
  }
  if (selector !== "tcp flags") return null;
  const tested = testOf(match, (name) => TCP_FLAGS[name] ?? null);
  // A comparison of all flags also reads those of ECN, which some hosts set.
  const told = tested === null || (tested.examined === null && tested.compares) ? null : holds(tested, OPENING);
  return told === null ? null : member("protocol", told ? [6n] : [], text);
}

/** A test of bits: any of `wanted`, none of them, or a comparison of those examined (null: all of them) with `wanted`. */
interface Test {
  readonly operator: Operator;
  readonly wanted: bigint;
  readonly examined: bigint | null;
  readonly compares: boolean;
}

/** Written `flags & mask == wanted`, listed `flags wanted / mask`; `flags & mask != 0` is listed `flags mask`. */
function testOf({ left, operator, right }: Match, named: Named): Test | null {
  const mask = left.kind === "binary" && left.operator === "&" ? bitsOf(left.right, named) : null;
  if (left.kind === "binary" && mask === null) return null;
  const slashed = mask === null ? slashOf(right, named) : null;
  if (slashed !== null) return { operator, ...slashed, compares: true };
  const wanted = bitsOf(right, named);
  if (wanted === null) return null;
  const compares = mask !== null || operator === "==" || operator === "!=";
  return { operator, wanted, examined: mask, compares };
}

function holds({ operator, wanted, examined, compares }: Test, actual: bigint): boolean | null {
  const seen = examined === null ? actual : actual & examined;
  if (operator === "==") return seen === wanted;
  if (operator === "!=") return seen !== wanted;
  if (operator === "!") return examined === null ? (actual & wanted) === 0n : null;
  if (operator !== "implicit") return null;
  return compares ? seen === wanted : (actual & wanted) !== 0n;
}

/** `syn / fin,syn,rst,ack` is scanned as a list, in which the one with the slash ends the flags and begins the mask. */
function slashOf(right: Value, named: Named): { wanted: bigint; examined: bigint } | null {
  const items = right.kind === "list" ? right.items : [right];
  const at = items.findIndex(({ kind }) => kind === "prefix");
  const slash = items[at];
  if (slash?.kind !== "prefix") return null;
  const wanted = union([...items.slice(0, at), slash.base], named);
  const first = bitsOf({ kind: "word", text: slash.length, at: slash.at }, named);
  const rest = union(items.slice(at + 1), named);
  return wanted === null || first === null || rest === null ? null : { wanted, examined: first | rest };
}

/** The first packet of a connection goes the way it was opened in; before it is tracked, there is no way to ask about. */
function directionOf({ operator, right }: Match, text: string): Condition | null {
  const word = right.kind === "word" ? right.text : "";
  if (!["original", "reply"].includes(word) || !["implicit", "==", "!="].includes(operator)) return null;
  const always = (word === "original") !== (operator === "!=");
  return member("ctState", always ? TRACKED : [], text);
}

function member(field: "ctState" | "protocol", values: readonly bigint[], text: string): Condition {
  const set = new BoxSet(values.map((value) => [point(value)]));
  return { kind: "in", fields: [field], set, negated: false, elements: null, open: false, text };
}

/** All the bits that a list or a disjunction names. */
function bitsOf(value: Value, named: Named): bigint | null {
  if (value.kind === "word")
    return /^(0x[0-9a-f]{1,8}|\d{1,9})$/i.test(value.text) ? BigInt(value.text) : named(value.text);
  if (value.kind === "binary" && value.operator === "|") return union([value.left, value.right], named);
  return value.kind === "list" ? union(value.items, named) : null;
}

function union(values: readonly Value[], named: Named): bigint | null {
  let bits = 0n;
  for (const value of values) {
    const more = bitsOf(value, named);
    if (more === null) return null;
    bits |= more;
  }
  return bits;
}
