/** A reviewer's answer, held against the rules for answers, as an entry of the allowlist and a record of the ledger. */
import { z } from "zod";
import { InputError } from "../../model/error.ts";
import { DAY, formatSeconds, type Instant, parseDuration, parseInstant, SECOND } from "../../model/instant.ts";
import type { Act } from "../../model/ledger.ts";
import type { OpenQuestion } from "../../model/review.ts";
import type { EntryFields } from "../allowlist/entry-text.ts";
import { WORDS } from "../allowlist/schema.ts";

export interface Verdict {
  readonly endpoint: string;
  readonly decision: "allow" | "deny" | "watch" | "renew";
  readonly why?: string | undefined;
  readonly owner?: string | undefined;
  readonly ticket?: string | undefined;
  /** A date, or a duration from now. */
  readonly expires?: string | undefined;
}

export interface Bench {
  readonly now: Instant;
  readonly by: string;
  readonly file: string;
  readonly maxTtl: number;
  /** How long an allow holds that nobody dated. */
  readonly lifetime: number;
  /** A renewal needs evidence of use no older than this. */
  readonly usedWithin: number;
}

/** An answer that can be written down. */
export interface Ruling {
  readonly entry: EntryFields;
  readonly act: Act;
}

const line = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .regex(WORDS, "expected words")
  // One line of whole characters in the order they are read: it stands in rule comments, and its hash in the ledger.
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u, "has characters that are not text");

const verdictSchema: z.ZodType<Verdict> = z.strictObject({
  endpoint: z.string().max(400),
  decision: z.enum(["allow", "deny", "watch", "renew"]),
  why: line.optional(),
  owner: line.optional(),
  ticket: line.optional(),
  expires: z.string().max(40).optional(),
});

const MAX_VERDICTS = 10_000;
const verdictsSchema: z.ZodType<Verdict[]> = z.array(verdictSchema).max(MAX_VERDICTS);

/** Decisions as JSON: a list of them. @throws InputError with the path of what is wrong. */
export function parseVerdicts(value: unknown, source: string): Verdict[] {
  const parsed = verdictsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`${source}: ${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "unusable"}`);
}

/** `standing` is the entry there is. @throws InputError saying what is missing. */
export function ruleOn(question: OpenQuestion, verdict: Verdict, standing: EntryFields | null, bench: Bench): Ruling {
  switch (verdict.decision) {
    case "allow":
      // Where it was discussed is where it was discussed, also once the time of what came of it is over.
      return allow(question, { ...verdict, ticket: verdict.ticket ?? standing?.ticket }, "decide", bench);
    case "renew":
      return renew(question, verdict, standing, bench);
    case "deny":
    case "watch": {
      const { decision, why, owner, ticket } = verdict;
      const expires = verdict.expires === undefined ? undefined : dayOf(expiryOf(verdict, bench));
      const entry = { endpoint: question.endpoint, decision, why, owner, ticket, expires, approved: undefined };
      return { entry, act: actOf(entry, "decide", question, bench) };
    }
  }
}

function allow(question: OpenQuestion, verdict: Verdict, action: Act["action"], bench: Bench): Ruling {
  const { why, owner, ticket } = verdict;
  if (why === undefined || owner === undefined) {
    throw new InputError(`${question.endpoint}: an allow needs both why and owner`);
  }
  const lists = question.lists.map((list) => ({ ...list, digest: `sha256:${list.digest}` }));
  const entry: EntryFields = {
    endpoint: question.endpoint,
    decision: "allow",
    why,
    owner,
    ticket,
    expires: dayOf(expiryOf(verdict, bench)),
    approved: {
      candidate: question.digest,
      at: formatSeconds(bench.now),
      by: bench.by,
      ...(lists.length > 0 && { lists }),
    },
  };
  return { entry, act: actOf(entry, action, question, bench) };
}

/** What nobody uses any more is not renewed: a rule has to be needed again to live on. */
function renew(question: OpenQuestion, verdict: Verdict, standing: EntryFields | null, bench: Bench): Ruling {
  const { endpoint, seen } = question;
  if (standing?.decision !== "allow") throw new InputError(`${endpoint}: there is no allow to renew`);
  const last = seen
    .flatMap(({ evidence: { lastSeen } }) => lastSeen ?? [])
    .sort()
    .at(-1);
  const at = last === undefined ? null : parseInstant(last);
  const within = `${Math.round(bench.usedWithin / DAY)} days`;
  if (at === null) throw new InputError(`${endpoint}: not renewed: the evidence does not tell when it was last used`);
  if (at < bench.now - bench.usedWithin) {
    throw new InputError(
      `${endpoint}: not renewed: last used on ${last?.slice(0, 10)}, which is more than ${within} ago`,
    );
  }
  const { why, owner, ticket } = standing;
  return allow(
    question,
    { ...verdict, why: verdict.why ?? why, owner: verdict.owner ?? owner, ticket: verdict.ticket ?? ticket },
    "renew",
    bench,
  );
}

function expiryOf({ endpoint, expires }: Verdict, { now, maxTtl, lifetime }: Bench): Instant {
  const duration = expires === undefined ? Math.min(lifetime, maxTtl) : parseDuration(expires);
  const at = duration === null ? parseInstant(expires ?? "") : now + duration;
  if (at === null)
    throw new InputError(`${endpoint}: expires: expected a date such as 2027-01-31 or a duration such as 90d`);
  if (at <= now) throw new InputError(`${endpoint}: expires: ${expires} is over already`);
  if (at > now + maxTtl) {
    throw new InputError(`${endpoint}: expires: ${expires} is beyond ${formatSeconds(now + maxTtl)} (--max-ttl)`);
  }
  return at;
}

/** A date where it is midnight, as people write it. */
function dayOf(at: Instant): string {
  const text = formatSeconds(Math.floor(at / SECOND) * SECOND);
  return text.endsWith("T00:00:00Z") ? text.slice(0, 10) : text;
}

function actOf(entry: EntryFields, action: Act["action"], question: OpenQuestion, { now, by, file }: Bench): Act {
  const { endpoint, decision, why = null, owner = null, ticket = null, expires = null } = entry;
  const isAllow = decision === "allow";
  return {
    at: formatSeconds(now),
    by,
    action,
    file,
    endpoint,
    decision,
    why: whole(why),
    owner: whole(owner),
    ticket: whole(ticket),
    expires,
    candidate: isAllow ? question.digest : null,
    approved: isAllow ? question.approved : null,
  };
}

/** YAML can escape half a surrogate pair, which no canonical JSON has. */
function whole(text: string | null): string | null {
  return text?.replace(/\p{Cs}/gu, "\uFFFD") ?? null;
}
