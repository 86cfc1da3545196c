/** The layers of our own table that a person or a resolver fills, and no reload empties. */

/** How long what is tried out stays where nobody says otherwise. */
const SANDBOX_LIFE = "1d";

const FAMILIES = [
  ["4", "ip", "ipv4_addr"],
  ["6", "ip6", "ipv6_addr"],
] as const;

/** `add` makes what is missing and leaves what is there, with its elements. */
export const ADD_SETS: readonly string[] = FAMILIES.flatMap(([suffix, , address]) => {
  const destination = `type ${address} . inet_proto . inet_service;`;
  return [
    `add set inet sallyport known_bad${suffix} { type ${address}; flags interval; }`,
    `add set inet sallyport known_good${suffix} { ${destination} flags interval; }`,
    `add set inet sallyport sandbox${suffix} { ${destination} flags interval,timeout; timeout ${SANDBOX_LIFE}; }`,
  ];
});

/** Before everything, so that a destination found to be bad is cut off in the middle of a conversation too. */
export function badRules(audit: boolean): string[] {
  const verdict = audit ? "" : " drop";
  return FAMILIES.map(([suffix, ip]) => `${ip} daddr @known_bad${suffix} counter${verdict} comment "known to be bad"`);
}

export const GOOD_RULES: readonly string[] = FAMILIES.flatMap(([suffix, ip]) => [
  `${ip} daddr . meta l4proto . th dport @known_good${suffix} accept comment "known to be good"`,
  `${ip} daddr . meta l4proto . th dport @sandbox${suffix} counter accept comment "tried out, for a time"`,
]);

const NAMES: ReadonlySet<string> = new Set(
  FAMILIES.flatMap(([suffix]) => ["known_bad", "known_good", "sandbox"].map((layer) => `${layer}${suffix}`)),
);

export function isOwnSet(table: { readonly family: string; readonly name: string }, set: string): boolean {
  return table.family === "inet" && table.name === "sallyport" && NAMES.has(set);
}
