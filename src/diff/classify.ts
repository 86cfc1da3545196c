/** What one difference between two policies is called, and which rule a reviewer should look at. */
import type { Finding, FindingKind } from "../model/finding.ts";
import { formatSeconds, type Instant } from "../model/instant.ts";
import type { Difference, Layer, PolicyComparison, PolicyRule, Verdict } from "../model/policy.ts";
import { overAt } from "./ends.ts";
import { finding } from "./finding.ts";

const SAID: Readonly<Record<Verdict, string>> = {
  permit: "allowed",
  deny: "denied",
  defer: "deferred to a person",
  unknown: "not known",
};

/** The verdict of a rule in the words of the dialects; without it, two rules on the same traffic read alike. */
const EFFECT = /^(permit|deny|defer)(?= |$)| -j (ACCEPT|DROP|REJECT|RETURN)\b.*$|(^| )(accept|drop|return|reject\b.*)$/;

export class Classifier {
  readonly #before: Sheet;
  readonly #after: Sheet;
  /** What a rule of the second permits, and what of the first permitted it; and the other way round. */
  readonly #ancestors = new Map<PolicyRule, PolicyRule>();
  readonly #heirs = new Map<PolicyRule, PolicyRule>();
  readonly #now: Instant;
  /** How often something was said: rules of different chains may read alike. */
  readonly #said = new Map<string, number>();

  constructor(before: Layer, after: Layer, { successions }: PolicyComparison, now: Instant) {
    this.#before = new Sheet(before);
    this.#after = new Sheet(after);
    this.#now = now;
    for (const { before: old, after: heir } of successions) {
      // A rule that is still there has handed nothing on, and one that was there already has inherited nothing.
      if (!this.#after.texts.has(old.text)) this.#ancestors.set(heir, old);
      if (!this.#before.texts.has(heir.text)) this.#heirs.set(old, heir);
    }
  }

  classify(difference: Difference): Finding {
    const { before, after } = difference;
    const old = this.#before.at(before.rule);
    const now = this.#after.at(after.rule);
    if (before.verdict === "unknown" || after.verdict === "unknown") return this.#untold(difference, old, now);
    if (before.verdict === after.verdict) return this.#limited(difference, now ?? old);
    if (old !== null && now !== null && matchOf(old) === matchOf(now)) return this.#changed(difference, now);
    if (after.verdict === "permit") return this.#opened(difference, old, now);
    return before.verdict === "permit" ? this.#shut(difference, old, now) : this.#changed(difference, now ?? old);
  }

  #changed(difference: Difference, rule: PolicyRule | null): Finding {
    const { before, after } = difference;
    const statement = `${sizeOf(difference)} was ${SAID[before.verdict]} and is ${SAID[after.verdict]} now`;
    return this.#finding("effect-changed", difference, rule, statement, "");
  }

  #opened(difference: Difference, old: PolicyRule | null, now: PolicyRule | null): Finding {
    const denier = old === null ? "the default" : old.place;
    const what = `allows ${sizeOf(difference)}`;
    if (now === null) {
      return this.#finding("widened", difference, null, `${what}, which ${old?.place ?? "it"} denied`, old?.text ?? "");
    }
    const twin = this.#before.twin(now);
    const over = overAt(twin, this.#now);
    if (over !== null) {
      const statement = `${what} again: its time was over at ${formatSeconds(over)}`;
      return this.#finding("widened", difference, now, statement, "again");
    }
    if (twin !== null) {
      return this.#finding("widened", difference, now, `${what} now, which ${denier} denied`, old?.text ?? "");
    }
    const ancestor = this.#ancestors.get(now);
    return ancestor === undefined
      ? this.#finding("added", difference, now, `${what}, which nothing allowed before`, old?.text ?? "")
      : this.#finding("widened", difference, now, `${what} more than ${ancestor.place} did`, old?.text ?? "");
  }

  #shut(difference: Difference, old: PolicyRule | null, now: PolicyRule | null): Finding {
    const denier = now === null ? "the default" : now.place;
    const size = sizeOf(difference);
    const aspect = now?.text ?? "";
    if (old === null) {
      return this.#finding(
        "narrowed",
        difference,
        null,
        `no longer allows ${size}: ${now?.place ?? "it"} denies it`,
        aspect,
      );
    }
    const twin = this.#after.twin(old);
    const over = overAt(twin, this.#now);
    if (over !== null) {
      const statement = `no longer allows ${size}: its time was over at ${formatSeconds(over)}`;
      return this.#finding("narrowed", difference, twin, statement, aspect);
    }
    if (twin !== null) {
      return this.#finding("narrowed", difference, twin, `no longer allows ${size}: ${denier} denies it`, aspect);
    }
    const heir = this.#heirs.get(old);
    return heir === undefined
      ? this.#finding("removed", difference, old, `${size} was allowed and is denied now`, aspect)
      : this.#finding("narrowed", difference, heir, `no longer allows ${size}, which ${old.place} did`, old.text);
  }

  #untold(difference: Difference, old: PolicyRule | null, now: PolicyRule | null): Finding {
    const { before, after } = difference;
    const from = before.verdict === "unknown" ? "may have been allowed" : `was ${SAID[before.verdict]}`;
    const to = after.verdict === "unknown" ? "may be allowed now" : `is ${SAID[after.verdict]} now`;
    const blame = after.verdict === "unknown" ? after.reason : before.reason;
    const statement = `${sizeOf(difference)} ${from} and ${to}: ${blame}`;
    return this.#finding("not-modelled", difference, now ?? old, statement, `${from}, ${to}: ${withoutPlaces(blame)}`);
  }

  /** The same verdict at first: how much of it there is differs, which is no set of destinations. */
  #limited(difference: Difference, rule: PolicyRule | null): Finding {
    const { before, after } = difference;
    const [was, is] = [before, after].map(({ within }) =>
      within === undefined ? "without a limit" : `within ${within}`,
    );
    const statement = `${sizeOf(difference)} is ${SAID[after.verdict]} ${is}, was ${was}: amounts are not compared`;
    return this.#finding("not-modelled", difference, rule, statement, `${was}, ${is}`);
  }

  #finding(
    kind: FindingKind,
    { witness: { transport, address, port, name, access, request } }: Difference,
    rule: PolicyRule | null,
    statement: string,
    aspect: string,
  ): Finding {
    const about = rule?.text ?? "the default";
    const key = [kind, about, aspect].join("|");
    const times = (this.#said.get(key) ?? 0) + 1;
    this.#said.set(key, times);
    return finding({
      kind,
      layer: this.#after.dialect,
      about,
      aspect: times === 1 ? aspect : `${aspect} #${times}`,
      rule: rule?.place ?? null,
      witness: {
        transport,
        address,
        port,
        ...(name !== null && { name }),
        ...(access !== undefined && { access }),
        ...(request !== undefined && { request }),
      },
      statement,
      reason: rule?.reason ?? null,
    });
  }
}

/** The rules of a policy by where they stand and by what they say. */
class Sheet {
  readonly dialect: Layer["dialect"];
  readonly texts: ReadonlySet<string>;
  readonly #places: ReadonlyMap<string, PolicyRule>;
  readonly #permits: ReadonlyMap<string, PolicyRule>;

  constructor({ dialect, rules }: Layer) {
    this.dialect = dialect;
    this.texts = new Set(rules.map(({ text }) => text));
    this.#places = new Map(rules.map((rule) => [rule.place, rule]));
    this.#permits = new Map(rules.filter(({ effect }) => effect === "permit").map((rule) => [rule.text, rule]));
  }

  at(place: string | null): PolicyRule | null {
    return place === null ? null : (this.#places.get(place) ?? null);
  }

  /** The permit that reads the same. */
  twin({ text }: PolicyRule): PolicyRule | null {
    return this.#permits.get(text) ?? null;
  }
}

function matchOf({ text }: PolicyRule): string {
  return text.replace(EFFECT, "");
}

/** `192.0.2.0/24 tcp 443 (256 addresses)`. */
function sizeOf({ extent, addresses }: Difference): string {
  if (addresses === null) return extent;
  return `${extent} (${addresses === 1n ? "1 address" : `${countOf(addresses)} addresses`})`;
}

/** Beyond what a person reads as a number, by its power of two. */
function countOf(addresses: bigint): string {
  const power = addresses.toString(2).length - 1;
  if (addresses <= 1n << 40n) return String(addresses);
  return addresses === 1n << BigInt(power) ? `2^${power}` : `over 2^${power}`;
}

/** Lines move; what is said of them does not. */
function withoutPlaces(reason: string): string {
  return reason.replaceAll(/\S+:\d+(?=: )/g, "");
}
