/** Verdict maps: one rule for each element, as if it had been written out. */
import type { Action, PacketRule } from "../packet/program.ts";
import { rangeIn, refuse, selectorOf } from "./datatype.ts";
import { commentOf, type Part, ruleOf } from "./lowered.ts";
import { conditionsOf, type Reading, untilAdded, untilExpiry } from "./match.ts";
import { refuseOverlaps } from "./overlap.ts";
import { checkGivesVerdicts } from "./set-types.ts";
import { isOpen, isTimed, mayGrow, mustBeApart, type SetState } from "./state.ts";
import { shown } from "./token.ts";
import type { Element, Rule, Statement, Value, VerdictStatement } from "./tree.ts";
import { printData, printStatement, printValue } from "./write.ts";

interface BranchReading extends Reading {
  readonly verdict: (statement: VerdictStatement) => Action;
}

/** The catch-all element of a map stands after all others, wherever it is written. */
export function branchesOf(
  rule: Rule,
  vmap: Statement & { readonly kind: "vmap" },
  before: readonly Part[],
  { sets, zone, verdict }: BranchReading,
): PacketRule[] {
  const comment = commentOf(rule);
  const map = vmap.map.kind === "reference" ? sets(vmap.map.name, vmap.map) : null;
  if (map !== null) checkGivesVerdicts(map, vmap.map);
  const elements = map?.elements ?? (vmap.map.kind === "set" ? vmap.map.elements : []);
  const [catchAll, named] = [elements.filter(isCatchAll), elements.filter((element) => !isCatchAll(element))];
  const expires = (element: Element): boolean => map !== null && isTimed(map, element);
  checkApart(vmap.key, named, map);
  const lasting = named.filter((element) => !expires(element));
  const lower = (element: Element): PacketRule[] => {
    const { key, data, comment: own } = element;
    if (data === null || (data.kind !== "verdict" && data.kind !== "branch")) return [];
    const match = { kind: "match", left: vmap.key, operator: "implicit", right: key, at: key.at } as const;
    // The catch-all too holds only for packets that have the key (TCP for a port, IPv4 for its addresses), and for none
    // that another element sent on: what that jumps to may come back.
    const others = { ...match, operator: "!=", right: { kind: "set", elements: lasting, at: key.at } } as const;
    const alternatives = conditionsOf(isCatchAll(element) ? others : match, { sets, zone });
    const at = vmap.map.kind === "set" ? key.at : rule.at;
    const action = verdict(data);
    // `continue` goes on with the rest of the rule, which no real map does and nothing here follows.
    const unclear = action.kind === "next" && rule.statements.at(-1) !== vmap;
    const taken: Action = unclear ? { kind: "opaque", text: printStatement(vmap) } : action;
    return alternatives.map((each) => {
      const conditions = map !== null && expires(element) ? [...each, untilExpiry(map, [element], true)] : each;
      const parts = [...before, { conditions, statement: match }, { conditions: [], statement: data }];
      return ruleOf(at, parts, taken, own ?? comment);
    });
  };
  // What is added at run time comes before the catch-all too.
  const open = map !== null && (isOpen(map) || mayGrow(map));
  const unlikely = map !== null && mayGrow(map) ? [untilAdded(map, false)] : [];
  const filled = open
    ? [
        ruleOf(
          rule.at,
          [...before, { conditions: unlikely, statement: vmap }],
          { kind: "opaque", text: printStatement(vmap) },
          comment,
        ),
      ]
    : [];
  return [...named.flatMap(lower), ...filled, ...catchAll.flatMap(lower)];
}

/** Each key has one verdict; in a map that the rule brings itself, every key must. */
function checkApart(key: Value, elements: readonly Element[], map: SetState | null): void {
  const bare = map === null ? elements.find(({ data }) => data === null) : undefined;
  if (bare !== undefined) refuse(bare.key, `unexpected ${shown(printValue(bare.key))} without a verdict`);
  const type = selectorOf(key)?.type;
  if (type === undefined || (map !== null && !mustBeApart(map))) return;
  const intervals = elements.flatMap(({ key: { at }, key: named, data }) => {
    const range = rangeIn(type, named);
    return range === null ? [] : [{ range, at, key: printValue(named), gives: printData(data) }];
  });
  refuseOverlaps(intervals);
}

function isCatchAll({ key }: Element): boolean {
  return key.kind === "any";
}
