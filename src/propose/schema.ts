/** The door for saved candidates. */
import { z } from "zod";
import {
  address,
  count,
  flag,
  fqdn,
  label,
  nameSource,
  otherName,
  port,
  prefix,
  prose,
  second,
  time,
  transport,
  via,
} from "../merge/fields.ts";
import { type Candidate, CANDIDATE_SCHEMA, TARGETS } from "../model/candidate.ts";
import { type Completeness, type Interval, NOISE_KINDS } from "../model/coverage.ts";
import { InputError } from "../model/error.ts";

const endpoint = z.strictObject({
  name: fqdn.nullable(),
  address: address.nullable(),
  transport,
  port,
});
const tag = z.strictObject({ provider: label, service: label, region: label.nullable(), prefix, version: label });

const observed = {
  endpoint,
  via: via.nullable(),
  access: z.array(z.enum(["connect", "http"])),
  addresses: z.array(address),
  evidence: z.strictObject({
    runs: count,
    of: count,
    runsBefore: count,
    nameSource: nameSource.nullable(),
    connections: count,
    established: count,
    firstSeen: time.nullable(),
    lastSeen: time.nullable(),
    ambiguous: z.boolean(),
    deniedOnly: z.boolean(),
  }),
  otherNames: z.array(otherName),
  tags: z.array(z.strictObject({ address, tags: z.array(tag) })),
  flags: z.array(flag),
};
const rule = z.strictObject({
  ...observed,
  id: z.string().regex(/^[0-9a-f]{12}$/),
  effect: z.literal("permit"),
  expires: second,
  review: z.enum(["approved", "unreviewed", "infrastructure"]),
  reason: prose,
  owner: prose.nullable(),
  exposure: z.strictObject({ addresses: count }),
});
const notProposed = z.strictObject({ ...observed, decision: z.enum(["deny", "watch"]).nullable(), reason: prose });
const notExpressed = z.strictObject({ target: z.enum(TARGETS), rule: label, endpoint, reason: prose });

const share = z.number().min(0).nullable();
const interval: z.ZodType<Interval | null> = z.tuple([z.number(), z.number()]).nullable();
const completeness: z.ZodType<Completeness> = z.strictObject({
  runs: count,
  endpoints: count,
  coverage: share,
  coverageInterval: interval,
  expectedNew: share,
  newProbability: share,
  newInterval: interval,
  seenOnce: z.array(z.strictObject({ endpoint: prose, run: label })),
  emptyRuns: z.array(label),
  leftOut: z.array(z.strictObject({ endpoint: prose, kind: z.enum(NOISE_KINDS), runs: count })),
});

const candidateSchema: z.ZodType<Candidate> = z.strictObject({
  _schema: z.literal(CANDIDATE_SCHEMA),
  default: z.literal("deny"),
  proposedAt: second,
  runs: count,
  completeness: z.exactOptional(completeness),
  reviewed: z.boolean(),
  rules: z.array(rule),
  notProposed: z.array(notProposed),
  notExpressed: z.array(notExpressed),
  lapsed: z.array(z.strictObject({ place: prose, endpoint: prose, expired: second })),
});

/** @throws InputError with the path inside the document for anything that is not a candidate. */
export function parseCandidate(value: unknown, file: string): Candidate {
  const result = candidateSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError(`${file}: ${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "not a candidate"}`);
}
