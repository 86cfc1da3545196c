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
import { type Candidate, CANDIDATE_SCHEMA, PRINT_TARGETS, REVIEWS } from "../model/candidate.ts";
import { type Completeness, type Interval, NOISE_KINDS } from "../model/coverage.ts";
import { InputError } from "../model/error.ts";
import { type SignalKind, SIGNAL_KINDS } from "../model/signal.ts";
import { STRATEGY_KINDS, TOLD_KINDS } from "../model/strategy.ts";

const endpoint = z.strictObject({
  name: fqdn.nullable(),
  address: address.nullable(),
  transport,
  port,
});
const tag = z.strictObject({ provider: label, service: label, region: label.nullable(), prefix, version: label });
const listVersion = z.strictObject({
  list: label,
  version: label,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  datedAt: time.nullable(),
});

const signal = z.strictObject({
  kind: z.enum(Object.keys(SIGNAL_KINDS) as [SignalKind, ...SignalKind[]]),
  reason: prose,
  evidence: prose,
  source: prose.nullable(),
});
const share = z.number().min(0).max(1).nullable();
const hitRate = z.strictObject({ leaveOneOut: share, laterRuns: share, lower: share, runs: count });
/** More digits than IPv6 has addresses would be somebody else's. */
const bigCount = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,38})$/, "is not a count")
  .nullable();
const strategy = z.strictObject({
  kind: z.enum(STRATEGY_KINDS),
  detail: prose,
  prefixes: z.array(prefix),
  exposure: z.strictObject({
    addresses: bigCount,
    hosts: bigCount,
    whose: z.array(prose),
    tenancy: z.enum(["single", "shared", "unknown"]),
    registrable: z.boolean().nullable(),
  }),
  hitRate,
});
const chosen = z.strictObject({
  kind: z.enum(TOLD_KINDS).nullable(),
  detail: prose,
  prefixes: z.array(prefix),
  reason: prose,
  enough: z.boolean().nullable(),
  withResolver: z.literal("resolver-fed").optional(),
});
const pattern = z.strictObject({
  pattern: z.string().regex(/^[a-z0-9*._-]{1,253}$/, "is not a pattern of names"),
  basis: z.enum(["number", "region", "label", "published"]),
  transport,
  port,
  names: z.array(fqdn),
  refused: prose.nullable(),
  source: prose.nullable(),
  exactHitRate: hitRate,
  patternHitRate: hitRate,
});

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
  signals: z.array(signal),
  workloads: z.array(label).optional(),
  tools: z.array(label).optional(),
};
const rule = z.strictObject({
  ...observed,
  id: z.string().regex(/^[0-9a-f]{12}$/),
  effect: z.literal("permit"),
  expires: second,
  review: z.enum(REVIEWS),
  reason: prose,
  owner: prose.nullable(),
  exposure: z.strictObject({ addresses: count }),
  strategies: z.array(strategy),
  chosen,
  approvedWith: z
    .array(z.strictObject({ list: prose, version: prose, digest: listVersion.shape.digest, services: z.array(prose) }))
    .optional(),
});
const notProposed = z.strictObject({ ...observed, decision: z.enum(["deny", "watch"]).nullable(), reason: prose });
const notExpressed = z.strictObject({ target: z.enum(PRINT_TARGETS), rule: label, endpoint, reason: prose });

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const amount = z.number().min(0).nullable();
const interval: z.ZodType<Interval | null> = z.tuple([z.number(), z.number()]).nullable();
const completeness: z.ZodType<Completeness> = z.strictObject({
  runs: count,
  endpoints: count,
  coverage: amount,
  coverageInterval: interval,
  expectedNew: amount,
  newProbability: amount,
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
  prefixes: z.exactOptional(z.array(listVersion)),
  completeness: z.exactOptional(completeness),
  blindSpots: z.exactOptional(z.array(z.strictObject({ blindSpot: flag, runs: count, named: z.array(label) }))),
  reviewed: z.boolean(),
  rules: z.array(rule),
  notProposed: z.array(notProposed),
  patterns: z.array(pattern),
  notExpressed: z.array(notExpressed),
  lapsed: z.array(z.strictObject({ place: prose, endpoint: prose, expired: second })),
  voided: z
    .array(z.strictObject({ place: prose, endpoint: prose, approved: digest, candidate: digest, now: prose }))
    .optional(),
  unknownWorkloads: z.array(label).optional(),
});

/** @throws InputError with the path inside the document for anything that is not a candidate. */
export function parseCandidate(value: unknown, file: string): Candidate {
  const result = candidateSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError(`${file}: ${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "not a candidate"}`);
}
