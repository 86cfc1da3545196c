/** Labels that no person would choose, and how many of them stand under one domain: how names carry data out. */
import type { Fqdn } from "../../model/fqdn.ts";
import { factsOf } from "../names/tenancy.ts";
import type { Detect, NamesBelow } from "./detect.ts";

/** Shorter ones cannot be told from words and numbers. */
const LONG = 16;
/** Bits a character: hex digits at random have 4, English words of this length about 3. */
const DENSE = 3.2;
/** Changes between letters and digits: words with a number at the end have one or two. */
const RESTLESS = 4;

/** Shannon's entropy of the characters of a text, bits a character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0);
}

/** By parts between hyphens, so that words put together stay words. */
function looksRandom(label: string): boolean {
  if (label.startsWith("xn--")) return false;
  return label.split(/[-_]/).some((part) => {
    if (part.length < LONG || entropyOf(part) < DENSE) return false;
    const changes = part.match(/\d(?=\D)|\D(?=\d)/g)?.length ?? 0;
    return changes >= RESTLESS || (part.length >= 2 * LONG && !/[aeiou]/.test(part));
  });
}

/** What stands below the label somebody owns; of a registered one also itself. What a provider assigned, nobody chose. */
function chosenLabels(name: string): string[] {
  const { owned, kind, suffix } = factsOf(name);
  if (kind === "path" || owned === null) return [];
  const chosen = kind === "assigned" ? name.slice(0, -owned.length - 1) : name.slice(0, -suffix.length - 1);
  return chosen === "" ? [] : chosen.split(".");
}

export const randomLabel: Detect = ({ endpoint: { name } }) => {
  const label = name === null ? undefined : chosenLabels(name).find(looksRandom);
  if (label === undefined) return null;
  return {
    reason: "made by a program: an identifier, a generated domain, or data on its way out",
    evidence: `${label} has ${entropyOf(label).toFixed(1)} bits a character over ${label.length}`,
    source: "https://attack.mitre.org/techniques/T1568/002/",
  };
};

/** As many names under one owner, most of them like that, are no accident. */
const MANY = 8;

export const dnsTunnel: Detect = ({ endpoint: { name }, facts }, { owners }) => {
  const owner = facts?.kind === "registered" || facts?.kind === "assigned" ? facts.owned : null;
  const below = owner === null ? undefined : owners.get(owner);
  if (name === null || below === undefined) return null;
  const { names, carrying, characters } = below;
  if (carrying < MANY || 2 * carrying < names) return null;
  return {
    reason:
      "many long names below one domain, no two alike, are how data leaves by name; those that were only asked of a resolver are not even counted",
    evidence: `${carrying} of ${names} names seen below ${owner} are long or random, ${characters} characters in all`,
    source: "https://attack.mitre.org/techniques/T1071/004/",
  };
};

/** Once for all, as a domain with many names is what this looks for. */
export function namesBelow(names: Iterable<Fqdn>): Map<string, NamesBelow> {
  const owners = new Map<string, NamesBelow>();
  for (const name of names) {
    const { owned } = factsOf(name);
    if (owned === null) continue;
    const below = owners.get(owned) ?? { names: 0, carrying: 0, characters: 0 };
    owners.set(owned, below);
    below.names++;
    if (!carries(name, owned)) continue;
    below.carrying++;
    below.characters += name.length - owned.length - 1;
  }
  return owners;
}

function carries(name: Fqdn, owner: string): boolean {
  const below = name.slice(0, Math.max(0, name.length - owner.length - 1));
  return below
    .split(".")
    .some((label) => looksRandom(label) || (label.length >= 2 * LONG && entropyOf(label) >= DENSE));
}
