/** Rules that no new connection gets to: because others stand before them, or because they contradict themselves. */
import type { Family } from "../../../model/address.ts";
import type { Instant } from "../../../model/instant.ts";
import { widthOf } from "../../../model/prefix.ts";
import type { IdleRule, PolicyRule } from "../../../model/policy.ts";
import { sides } from "../../../model/set/destinations.ts";
import { evaluate, isOfDestination } from "../condition.ts";
import type { Judge } from "../judge.ts";
import type { Source } from "../listing.ts";
import { isLoopback, type Packet, PROTOCOL } from "../packet.ts";
import type { Condition, Field } from "../program.ts";
import { type Met, templateOf } from "./side.ts";

/** Destinations tried for one rule; a rule with more corners than this is not spoken of. */
const MOST_TRIES = 4096;

/** To say why a rule is idle is to walk the whole program again: of so many, more explanations help nobody. */
const MOST_EXPLAINED = 200;

export function idleRules(judge: Judge, met: Met, now: Instant): IdleRule[] {
  if (judge.program.opaque.length > 0) return [];
  let explained = 0;
  return judge.listing.rules.flatMap((rule) => {
    if (met.entries.has(rule) || explained > MOST_EXPLAINED) return [];
    const source = judge.listing.sourceOf(rule);
    const found = source === null ? [] : idle(judge, rule, source, met, now);
    explained += found.length;
    return found;
  });
}

function idle(judge: Judge, rule: PolicyRule, source: Source, met: Met, now: Instant): IdleRule[] {
  // What leaves elsewhere may well get to a rule for elsewhere.
  if (judge.context.outInterface !== null && source.conditions.some(({ kind }) => kind === "interface")) return [];
  let asked = false;
  for (const [family, transport] of sides()) {
    const template = templateOf(judge, family, transport, now);
    const constant = source.conditions.filter((condition) => !isSpatial(condition));
    const failing = constant.filter((condition) => evaluate(condition, template) === false);
    if (failing.some((condition) => !isSubject(condition))) return [];
    if (failing.length > 0) continue;
    asked = true;
    const points = pointsOf(source.conditions, template);
    if (points === null) return [];
    const packet = points.find((each) => source.conditions.every((c) => evaluate(c, each) !== false));
    if (packet === undefined) continue;
    const { entry, rule: place, verdict } = judge.judge(packet);
    if (entry === rule || verdict === "unknown") return [];
    // Elements of one set may overlap: the set does what it says, whichever of them is pointed at.
    if (met.rules.has(source.rule) && entry !== null && judge.listing.sourceOf(entry)?.rule === source.rule) return [];
    if (place === null) return [{ rule, kind: "dead-rule", why: "nothing that it asks for is led to it" }];
    return [{ rule, kind: "shadowed", why: `${place} ${verdict === "permit" ? "accepts" : "drops"} it first` }];
  }
  const contradiction = asked ? "its conditions contradict each other" : "no packet has such a family and protocol";
  return [{ rule, kind: "dead-rule", why: contradiction }];
}

function isSpatial(condition: Condition): boolean {
  if (condition.kind === "interface") return condition.direction === "out";
  return condition.kind === "in" && condition.fields.some(isOfDestination);
}

const KNOWN: ReadonlySet<bigint> = new Set(Object.values(PROTOCOL));

/** Asks for families and protocols that are judged here; what fails for another cause is for other packets. */
function isSubject(condition: Condition): boolean {
  if (condition.kind !== "in" || condition.negated) return false;
  const [field] = condition.fields;
  if (condition.fields.length > 1) return false;
  if (field === "family") return true;
  return (
    field === "protocol" &&
    condition.set.boxes.every(([range]) => range !== undefined && range.first === range.last && KNOWN.has(range.first))
  );
}

/** A destination for every cell that the conditions cut space into; null when those are too many. */
function pointsOf(conditions: readonly Condition[], template: Packet): Packet[] | null {
  const { family, facts } = template;
  const end = 1n << BigInt(widthOf(family));
  const addresses = [...cornersOf(conditions, "daddr", loopback(family))].filter((value) => value < end);
  const ports =
    facts.dport === null ? [null] : [...cornersOf(conditions, "dport", [])].filter((port) => port < 65_536n);
  if (addresses.length * ports.length > MOST_TRIES) return null;
  return addresses.flatMap((daddr) =>
    ports.map((dport) => ({
      ...template,
      facts: { ...facts, daddr, dport },
      out: isLoopback(daddr, family) && template.in === null ? { name: "lo" } : template.out,
    })),
  );
}

function cornersOf(conditions: readonly Condition[], field: Field, more: readonly bigint[]): Set<bigint> {
  const corners = new Set([0n, ...more]);
  for (const condition of conditions) {
    const dimension = condition.kind === "in" ? condition.fields.indexOf(field) : -1;
    if (condition.kind !== "in" || dimension < 0) continue;
    for (const box of condition.set.boxes) {
      const range = box[dimension];
      if (range !== undefined) corners.add(range.first).add(range.last + 1n);
    }
  }
  return corners;
}

function loopback(family: Family): bigint[] {
  return family === 4 ? [127n << 24n, 128n << 24n] : [1n, 2n];
}
