/** The door for saved observations and evidence: what is read back is checked field by field. */
import { z } from "zod";
import { type EndpointKey, EVIDENCE_SCHEMA, type Incidence } from "../model/evidence.ts";
import { type Observation, OBSERVATION_SCHEMA, type RunRecord } from "../model/observation.ts";
import {
  address,
  count,
  flag,
  fqdn,
  label,
  nameSource,
  otherName,
  outcomes,
  port,
  time,
  transport,
  via,
} from "./fields.ts";

const reason = z.string().regex(/^[A-Za-z0-9_.:-]{1,60}$/, "is not a reason");

export const observationSchema: z.ZodType<Observation> = z.strictObject({
  _schema: z.literal(OBSERVATION_SCHEMA),
  kind: z.literal("observation"),
  run: label,
  transport,
  name: fqdn.nullable(),
  nameSource: nameSource.nullable(),
  otherNames: z.array(otherName),
  cnames: z.exactOptional(z.array(fqdn)),
  address: address.nullable(),
  port,
  via: z.exactOptional(via),
  outcome: z.enum(["allowed", "denied", "failed"]),
  connections: count,
  established: count,
  bytesOut: count.nullable(),
  bytesIn: count.nullable(),
  packetsOut: z.exactOptional(count),
  packetsIn: z.exactOptional(count),
  firstSeen: time.nullable(),
  lastSeen: time.nullable(),
  workload: label.nullable(),
  tool: label.nullable(),
  process: label.nullable(),
  flags: z.array(flag),
});

export const runSchema: z.ZodType<RunRecord> = z.strictObject({
  _schema: z.literal(OBSERVATION_SCHEMA),
  kind: z.literal("run"),
  run: label,
  source: label,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  format: flag,
  firstSeen: time.nullable(),
  lastSeen: time.nullable(),
  records: count,
  flows: count,
  rejected: z.record(reason, count),
  rejectedAt: z.exactOptional(z.record(reason, z.array(count))),
  blindSpots: z.array(flag),
});

/** What one run saw of an endpoint, and all of them together. */
const seen = {
  addresses: z.array(address),
  nameSources: z.array(nameSource),
  otherNames: z.array(otherName),
  cnames: z.array(fqdn),
  outcomes,
  established: count,
  bytesOut: count.nullable(),
  bytesIn: count.nullable(),
  firstSeen: time.nullable(),
  lastSeen: time.nullable(),
  workloads: z.array(label),
  tools: z.array(label),
  processes: z.array(label),
  flags: z.array(flag),
};

export const incidenceSchema: z.ZodType<Incidence> = z.strictObject({ run: label, ...seen });

/** What is left where pieces were cut out: a list without them is as long as it was. */
const holes = z.array(z.literal(0));

/** Without what each run saw. */
export const endpointSchema: z.ZodType<EndpointKey & { readonly incidence: readonly 0[] }> = z.strictObject({
  name: fqdn.nullable(),
  address: address.nullable(),
  transport,
  port,
  via: via.nullable(),
  runsSeen: count,
  runsTotal: count,
  connections: count,
  ...seen,
  incidence: holes.min(1),
});

/** Without its runs and endpoints. */
export const documentSchema: z.ZodType<{ readonly runs: readonly 0[]; readonly endpoints: readonly 0[] }> =
  z.strictObject({ _schema: z.literal(EVIDENCE_SCHEMA), runs: holes, endpoints: holes });
