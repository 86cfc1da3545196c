/** What the readers of options share: the scope they read in, conditions out of boxes, and how they refuse. */
import type { Family } from "../../../model/address.ts";
import { PolicySyntaxError } from "../../contract.ts";
import { type Box, BoxSet, point } from "../../packet/box.ts";
import type { Condition, Field } from "../../packet/program.ts";
import type { IpSets } from "../ipset/state.ts";
import type { Option } from "../tree.ts";
import { printOption } from "../write.ts";

/** What an option is read within: the one family of its file (null for both), and the sets that files bring. */
export interface Scope {
  readonly family: Family | null;
  readonly sets: IpSets;
}

/** Turns an option into conditions, null where it asks something of a packet that is not known here. */
export type Reader = (option: Option, scope: Scope) => Condition[] | null;

/** Options that say something about others and ask nothing themselves. */
export const SILENT: Reader = () => [];

/** A date, a clock or a day in the kernel's own zone may be that many seconds off, either way. */
export const ZONES: bigint = 14n * 3600n;

export function within(option: Option, fields: readonly Field[], boxes: readonly Box[], open = false): Condition {
  const { negated } = option;
  return { kind: "in", fields, set: new BoxSet(boxes), negated, elements: null, open, text: printOption(option) };
}

/** Whatever is asked, it holds for every packet there is, or with `!` for none. */
export function constant(option: Option, holds: boolean): Condition[] {
  return holds === option.negated ? [within({ ...option, negated: false }, ["family"], [])] : [];
}

/** One for all rules, of which policies have hundreds of thousands. */
const IN_FAMILY: Readonly<Record<Family, Condition>> = { 4: familyCondition(4), 6: familyCondition(6) };

export function inFamily(family: Family): Condition {
  return IN_FAMILY[family];
}

function familyCondition(family: Family): Condition {
  const set = new BoxSet([[point(BigInt(family))]]);
  return { kind: "in", fields: ["family"], set, negated: false, elements: null, open: false, text: `IPv${family}` };
}

export function refuse(option: Option, expected: string): never {
  const { file, line, column } = option.at;
  const found = JSON.stringify((option.words[0] ?? "").slice(0, 40));
  throw new PolicySyntaxError(file, line, column, `unexpected ${found} after ${option.flag}, expected ${expected}`);
}
