/** Ways to tell a filter of names one target, and what a resolver would feed to a packet filter for it. */
import type { Annotated, AnnotatedEndpoint } from "../../model/annotation.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { HitRate, PatternAdvice, Strategy, SuggestedPattern } from "../../model/strategy.ts";
import { type Generalisation, hitRate, type Uses, usesOf } from "./hit-rate.ts";

const EXACT: Generalisation<Fqdn> = { opens: (name) => name, openBy: (name) => [name] };
/** Three names establish a pattern; before that, only the names themselves are open. */
const PATTERN: Generalisation<Fqdn> = { ...EXACT, establishedBy: 3 };
/** A provider's own word establishes it from the start. */
const PUBLISHED: Generalisation<Fqdn> = { ...EXACT, establishedBy: 0 };

export function priceFamilies({ endpoints, patterns }: Annotated): PatternAdvice[] {
  const byName = new Map<string, AnnotatedEndpoint[]>();
  for (const endpoint of endpoints) {
    const key = keyOf(endpoint.name ?? "", endpoint);
    const known = byName.get(key);
    if (known === undefined) byName.set(key, [endpoint]);
    else known.push(endpoint);
  }
  return patterns.map((pattern) => {
    const uses = namesUsed(pattern.names.flatMap((name) => byName.get(keyOf(name, pattern)) ?? []));
    const by = pattern.basis === "published" ? PUBLISHED : PATTERN;
    return { ...pattern, exactHitRate: hitRate(uses, EXACT), patternHitRate: hitRate(uses, by) };
  });
}

const keyOf = (name: string, { transport, port }: Pick<SuggestedPattern, "transport" | "port">): string =>
  `${name} ${transport} ${port ?? ""}`;

/** Which names of a family each run used. */
function namesUsed(endpoints: readonly AnnotatedEndpoint[]): Uses<Fqdn> {
  const uses = new Map<string, { at: string | null; items: Fqdn[] }>();
  for (const { name, incidence } of endpoints) {
    if (name === null) continue;
    for (const { run, firstSeen } of incidence) {
      const use = uses.get(run) ?? { at: null, items: [] };
      uses.set(run, use);
      use.items.push(name);
      if (firstSeen !== null && (use.at === null || firstSeen < use.at)) use.at = firstSeen;
    }
  }
  return usesOf([...uses].map(([run, use]) => ({ run, ...use })));
}

/** The families a name is of, at its transport and port. */
export function familiesOf(
  advice: readonly PatternAdvice[],
): (endpoint: AnnotatedEndpoint) => readonly PatternAdvice[] {
  const byName = new Map<string, PatternAdvice[]>();
  for (const family of advice) {
    for (const name of family.names) {
      const key = keyOf(name, family);
      const known = byName.get(key);
      if (known === undefined) byName.set(key, [family]);
      else known.push(family);
    }
  }
  return (endpoint) => byName.get(keyOf(endpoint.name ?? "", endpoint)) ?? [];
}

/** A name is the same in every run that used it. */
function steady(incidence: AnnotatedEndpoint["incidence"]): HitRate {
  const runs = incidence.length;
  if (runs < 3) return { leaveOneOut: null, laterRuns: null, lower: null, runs };
  const timed = incidence.filter(({ firstSeen }) => firstSeen !== null).length;
  return { leaveOneOut: 1, laterRuns: timed < 3 ? null : 1, lower: 1, runs };
}

/** It opens whatever the name's owner answers, so it is as good as the name, and how much it opens is the owner's choice. */
function resolverFed(name: Pick<Strategy, "exposure" | "hitRate">): Strategy {
  return { ...name, kind: "resolver-fed", detail: "", prefixes: [] };
}

export function nameStrategies(endpoint: AnnotatedEndpoint, families: readonly PatternAdvice[]): Strategy[] {
  const { name, incidence, registrableDomain, tenancy } = endpoint;
  if (name === null) return [];
  const isShared = tenancy === "shared";
  const names = { addresses: null, hosts: null, whose: [registrableDomain ?? name] };
  const exact: Strategy = {
    kind: "exact-name",
    detail: "",
    prefixes: [],
    exposure: { ...names, tenancy, registrable: isShared },
    hitRate: steady(incidence),
  };
  const isDirect = endpoint.via === null && incidence.some((cell) => cell.addresses.length > 0);
  return [
    exact,
    ...families.map(({ pattern, refused, patternHitRate }): Strategy => ({
      kind: "pattern",
      detail: pattern,
      prefixes: [],
      exposure: {
        ...names,
        whose: [pattern],
        tenancy: refused === null && !isShared ? "single" : "shared",
        registrable: refused !== null || isShared,
      },
      hitRate: patternHitRate,
    })),
    ...(isDirect ? [resolverFed(exact)] : []),
  ];
}
