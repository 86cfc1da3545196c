/** Names that could be taken for one the reviewers allowed, or for one that everybody trusts. */
import { distance } from "fastest-levenshtein";
import type { Detect, Found } from "./detect.ts";
import { disguised, readAs, skeleton } from "./skeleton.ts";

/**
 * What agents ordinarily reach, by the domains that their owners registered: the names that impostors want to look like.
 * Where packages come from is each team's own choice: such names are guarded as soon as the reviewers allow them.
 */
const WELL_KNOWN: readonly string[] = [
  "github.com",
  "githubusercontent.com",
  "gitlab.com",
  "bitbucket.org",
  "openai.com",
  "anthropic.com",
  "huggingface.co",
  "docker.com",
  "google.com",
  "googleapis.com",
  "microsoft.com",
  "windows.net",
  "amazonaws.com",
  "cloudflare.com",
  "debian.org",
  "ubuntu.com",
  "golang.org",
  "nodejs.org",
  "python.org",
  "mistral.ai",
  "cohere.com",
];

/** Short labels are near to each other by chance. */
function farthest(label: string): number {
  return label.length < 5 ? 0 : label.length < 9 ? 1 : 2;
}

const SOURCE = "https://www.unicode.org/reports/tr39/";

export const lookAlike: Detect = ({ endpoint: { name }, facts }, { allowed, allowedOwners }) => {
  const own = facts?.owned ?? null;
  if (name === null || own === null || facts?.kind === "path" || allowed.has(name)) return null;
  const trusted = [...allowedOwners, ...WELL_KNOWN];
  // Somebody who owns a trusted name may have others like it.
  if (trusted.includes(own) || WELL_KNOWN.some((known) => own.endsWith(`.${known}`))) return null;
  const label = own.split(".")[0] ?? "";
  const read = readAs(label);
  if (read === null) return null;
  for (const other of trusted) {
    const found = compare({ own, label, read }, other);
    if (found !== null) return found;
  }
  return foreign(own, label);
};

/** Where the suffix is of the same alphabet, it is a name for those who write it. */
function foreign(own: string, label: string): Found | null {
  const seen = own.includes(".xn--") ? null : disguised(label);
  if (seen === null) return null;
  const reason = "who reads the name cannot tell what it is";
  return { reason, evidence: `${own} has letters of other alphabets and reads as ${seen}`, source: SOURCE };
}

interface Suspect {
  readonly own: string;
  readonly label: string;
  /** The label as a person reads it. */
  readonly read: string;
}

/** Neither letters apart nor pairs drawn as one letter make up for more. */
const LONGER_BY = 3;

function compare({ own, label, read }: Suspect, other: string): Found | null {
  const known = other.split(".")[0] ?? "";
  if (label === known || Math.abs(read.length - known.length) > LONGER_BY) return null;
  const reason = "a name made to be taken for another is how packages and logins are stolen";
  const found = (how: string, source: string | null): Found => ({ reason, evidence: `${own} ${how} ${other}`, source });
  if (read !== label && skeleton(read) === skeleton(known))
    return found("has letters of other alphabets and reads as", SOURCE);
  if (known.length >= 4 && skeleton(label) === skeleton(known)) return found("is drawn like", SOURCE);
  const apart = farthest(known) === 0 || bothNumbered(label, known) ? Infinity : distance(label, known);
  return apart <= farthest(known) ? found(`is ${apart} ${apart === 1 ? "letter" : "letters"} away from`, null) : null;
}

/** `cache1` and `cache2` are brothers, not impostors. */
function bothNumbered(a: string, b: string): boolean {
  return a.replaceAll(/\d+/g, "#") === b.replaceAll(/\d+/g, "#");
}
