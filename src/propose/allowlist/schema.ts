/** The shape of a reviewers' file. What JSON Schema cannot say (dates, patterns, digests of what) is checked behind it. */
import { z } from "zod";
import type { ApprovedList } from "../../model/approval.ts";

interface About {
  readonly endpoint: string;
  readonly ticket?: string | undefined;
  readonly expires?: string | undefined;
  readonly tools?: string[] | undefined;
  readonly environments?: string[] | undefined;
}

interface ApprovalEntry {
  readonly candidate: string;
  readonly at: string;
  readonly by: string;
  readonly lists?: ApprovedList[] | undefined;
}

export interface AllowEntry extends About {
  readonly decision: "allow";
  readonly why: string;
  readonly owner: string;
  readonly approved?: ApprovalEntry | undefined;
  readonly intent?: true | undefined;
  readonly addresses?: string[] | undefined;
}

interface OtherEntry extends About {
  readonly decision: "deny" | "watch";
  readonly why?: string | undefined;
  readonly owner?: string | undefined;
}

export type Entry = AllowEntry | OtherEntry;

interface EnvelopeEntry {
  readonly id: string;
  readonly why: string;
  readonly owner: string;
  readonly expires?: string | undefined;
  readonly names: string[];
  readonly addresses?: string[] | undefined;
  readonly transports: ("tcp" | "udp" | "sctp")[];
  readonly ports: (number | string)[];
  readonly maxNew: number;
  readonly maxLifetime: string;
  readonly unless?: string[] | undefined;
}

interface FileEntry {
  readonly version: 1;
  readonly default?: true | undefined;
  readonly envelope?: unknown[] | undefined;
  readonly decisions: unknown[];
}

/** White space, or characters that nobody sees, would be a reason that is none. */
export const WORDS: RegExp = /[\p{L}\p{N}]/u;

const prose = z.string().trim().min(1).max(1000).regex(WORDS, "expected words");
const time = z.string().max(40).describe("A date (midnight UTC) or an RFC 3339 time");
const word = z.string().trim().min(1).max(200);
const duration = z
  .string()
  .regex(/^\d{1,9}[smhdw]$/, "expected a duration such as 30d")
  .describe("A number and s, m, h, d or w");
const mark = z.string().regex(/^[a-z0-9-]{1,40}$/, "is neither a flag nor a signal");

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hex digits");

const list = z
  .strictObject({ list: word, version: word, digest, services: z.array(word).min(1).max(1000) })
  .describe(
    "A published list that held its addresses then: prefix-moved is raised where it says another thing of them",
  );

const approved = z
  .strictObject({
    candidate: digest.describe("The digest of the candidate rule that was looked at"),
    at: time,
    by: prose,
    lists: z.array(list).min(1).max(100).optional(),
  })
  .describe("Written by `sallyport review`; void once the candidate rule is another one");

const about = {
  endpoint: z
    .string()
    .max(400)
    .describe("host:port/transport; a host may be a pattern: *.example.com (one label), **.example.com (any depth)"),
  ticket: prose.optional(),
  expires: time.optional(),
  tools: z.array(word).min(1).max(200).optional().describe("It holds for these tools only"),
  environments: z.array(word).min(1).max(200).optional().describe("It holds where --environment names one of these"),
};

const allow = z.strictObject({
  decision: z.literal("allow"),
  ...about,
  why: prose,
  owner: prose,
  approved: approved.optional(),
  intent: z
    .literal(true)
    .optional()
    .describe("Declared before it was ever observed: kept, and not stale until its date"),
  addresses: z
    .array(z.string().max(45))
    .max(1000)
    .optional()
    .describe("With intent: where it will be, for targets that are told addresses"),
});
const deny = z.strictObject({
  decision: z.literal("deny"),
  ...about,
  why: prose.optional(),
  owner: prose.optional(),
});
const watch = z.strictObject({ ...deny.shape, decision: z.literal("watch") });

export const entrySchema: z.ZodType<Entry> = z.discriminatedUnion("decision", [allow, deny, watch]);

export const envelopeSchema: z.ZodType<EnvelopeEntry> = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "expected lower-case letters, digits and hyphens"),
  why: prose,
  owner: prose,
  expires: time.optional(),
  names: z.array(z.string().max(260)).min(1).max(1000).describe("Exact names and patterns"),
  addresses: z.array(z.string().max(50)).min(1).max(1000).optional().describe("Every address must be in one of these"),
  transports: z.array(z.enum(["tcp", "udp", "sctp"])).min(1),
  ports: z
    .array(z.union([z.int().min(0).max(65_535), z.string().regex(/^\d{1,5}-\d{1,5}$/, "expected a range: 8000-8099")]))
    .min(1)
    .max(1000),
  maxNew: z.int().min(1).max(1000).describe("More undecided endpoints than this, and none of them passes"),
  maxLifetime: duration,
  unless: z.array(mark).max(100).optional().describe("Flags and kinds of signals that keep an endpoint out"),
});

const whole = z.strictObject({
  version: z.literal(1),
  default: z.literal(true).optional().describe("In a folder: it speaks for workloads without a file of their own"),
  envelope: z.array(envelopeSchema).max(100).optional(),
  decisions: z.array(entrySchema),
});

/** The same with entries unread, so that each is judged with its own place. */
export const fileSchema: z.ZodType<FileEntry> = z.strictObject({
  ...whole.shape,
  envelope: z.array(z.unknown()).max(100).optional(),
  decisions: z.array(z.unknown()),
});

/** What `schema/allowlist.schema.json` holds, for editors and bots. */
export function allowlistJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(whole, { target: "draft-2020-12", io: "input" });
  return { $schema, title: "allowlist.yaml: the decisions of reviewers, for sallyport", ...rest };
}
