/** Where two policies answer differently, put together by the pair of rules that decide there. */
import type { Family } from "../../../model/address.ts";
import type { Transport } from "../../../model/flow.ts";
import type { PolicyRule } from "../../../model/policy.ts";
import { Destinations } from "../../../model/set/destinations.ts";
import { type PortRange, Ports } from "../../../model/set/ports.ts";
import type { Point } from "../../../model/set/toggles.ts";
import type { Judge, Ruling } from "../judge.ts";
import { Agreement } from "./agreement.ts";
import type { Column } from "./side.ts";
import { traceOf } from "./trace.ts";

export interface Group {
  readonly before: Ruling;
  readonly after: Ruling;
  readonly destinations: Destinations;
}

/** The groups that have ports in one segment, with those ports. */
type Profile = readonly (readonly [Group, Ports])[];

export class Groups {
  /** Of rules that permit in the second policy, those that permitted the same in the first, where their texts differ. */
  readonly successions: Map<PolicyRule, Set<PolicyRule>> = new Map();
  readonly #before: Judge;
  readonly #after: Judge;
  readonly #agreement: Agreement;
  readonly #all = new Map<PolicyRule | string, Map<PolicyRule | string, Group>>();
  /** Profiles of the segments where nothing particular holds: all but a few look alike. */
  readonly #plain = new Map<Column, Profile>();
  #open: Profile = [];

  constructor(before: Judge, after: Judge) {
    this.#before = before;
    this.#after = after;
    this.#agreement = new Agreement(before, after);
  }

  all(): Group[] {
    return [...this.#all.values()].flatMap((row) => [...row.values()]);
  }

  /** Segments of one family and transport come in order, and after them {@link end}. */
  add(family: Family, transport: Transport, start: Point, before: Column, after: Column, plain: boolean): void {
    const known = plain ? this.#plain.get(before) : undefined;
    const profile = known ?? this.#profile(family, transport, before, after);
    if (plain) this.#plain.set(before, profile);
    this.#write(family, transport, start, profile);
  }

  /** From `start` on nothing is known any more. */
  cut(family: Family, transport: Transport, start: Point): void {
    this.#write(family, transport, start, []);
  }

  end(): void {
    this.#open = [];
    this.#plain.clear();
  }

  #write(family: Family, transport: Transport, start: Point, profile: Profile): void {
    if (profile.length === 0 && this.#open.length === 0) return;
    const now = new Set(profile.map(([group]) => group));
    for (const [group] of this.#open) {
      if (!now.has(group)) group.destinations.append(family, transport, start, Ports.NONE);
    }
    for (const [group, ports] of profile) group.destinations.append(family, transport, start, ports);
    this.#open = profile;
  }

  #profile(family: Family, transport: Transport, before: Column, after: Column): Profile {
    const found = new Map<Group, PortRange[]>();
    const end = transport === "icmp" || transport === "icmpv6" ? 1 : 65_536;
    for (let i = 0, j = 0; ;) {
      const [b, a] = [before[i], after[j]];
      if (b === undefined || a === undefined) break;
      const [nextB, nextA] = [before[i + 1]?.start ?? end, after[j + 1]?.start ?? end];
      if (this.#differ(family, b.ruling, a.ruling)) {
        const group = this.#group(b.ruling, a.ruling);
        const range = { first: Math.max(b.start, a.start), last: Math.min(nextB, nextA) - 1 };
        const ranges = found.get(group);
        if (ranges === undefined) found.set(group, [range]);
        else ranges.push(range);
      }
      if (nextB <= nextA) i++;
      if (nextA <= nextB) j++;
    }
    return [...found].map(([group, ranges]) => [group, Ports.of(ranges)]);
  }

  #differ(family: Family, before: Ruling, after: Ruling): boolean {
    if (before.verdict !== after.verdict) return true;
    if (before.verdict === "unknown") {
      const trace = traceOf(this.#before, family, before);
      if (trace !== null && trace === traceOf(this.#after, family, after)) return false;
      return !this.#agreement.always(before, after);
    }
    if (before.verdict === "permit") this.#succeed(before.entry, after.entry);
    return before.within !== after.within;
  }

  #succeed(before: PolicyRule | null, after: PolicyRule | null): void {
    if (before === null || after === null || before.text === after.text) return;
    const known = this.successions.get(after);
    if (known === undefined) this.successions.set(after, new Set([before]));
    else known.add(before);
  }

  #group(before: Ruling, after: Ruling): Group {
    const row = this.#all.get(keyOf(before)) ?? new Map<PolicyRule | string, Group>();
    this.#all.set(keyOf(before), row);
    const group = row.get(keyOf(after)) ?? { before, after, destinations: new Destinations() };
    row.set(keyOf(after), group);
    return group;
  }
}

/** The rule, or for a default, for what cannot be told and for what limits hold the reason, which names the rule. */
function keyOf({ verdict, entry, rule, reason, within }: Ruling): PolicyRule | string {
  if (within !== undefined) return `${verdict} ${rule} ${reason}`;
  return entry ?? `${verdict} ${reason}`;
}
