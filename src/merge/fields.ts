/** The fields that saved artefacts are made of, each checked as strictly as what is read from a capture. */
import { z } from "zod";
import { type Address, isAddress } from "../model/address.ts";
import {
  NAME_SOURCES,
  type NameSource,
  type OtherName,
  type Outcome,
  PROXY_KINDS,
  type Transport,
} from "../model/flow.ts";
import { type Fqdn, parseFqdn } from "../model/fqdn.ts";
import { formatInstant, formatSeconds, parseInstant } from "../model/instant.ts";
import type { Via } from "../model/observation.ts";
import { parsePrefix, type Prefix } from "../model/prefix.ts";

type Field<T> = z.ZodType<T>;

export const fqdn: Field<Fqdn> = z.custom<Fqdn>(
  (value) => typeof value === "string" && parseFqdn(value) === value,
  "is not a host name in canonical form",
);
export const address: Field<Address> = z.custom<Address>(
  (value) => typeof value === "string" && isAddress(value),
  "is not an address in canonical form",
);
export const otherName: Field<OtherName> = z.custom<OtherName>(
  (value) => typeof value === "string" && (parseFqdn(value) === value || isAddress(value)),
  "is neither a host name nor an address in canonical form",
);
export const prefix: Field<Prefix> = z.custom<Prefix>(
  (value) => typeof value === "string" && parsePrefix(value) === value,
  "is not a prefix in canonical form",
);
/** Made safe when it was written: anything else did not come from us. */
export const label: Field<string> = z
  .string()
  .max(2500)
  .regex(/^[A-Za-z0-9._/@:+=%-]*$/, "has characters a label cannot have");
/** Six decimals, UTC. */
export const time: Field<string> = z.string().refine((text) => {
  const at = parseInstant(text);
  return at !== null && formatInstant(at) === text;
}, "is not a UTC time with six decimals");
/** Whole seconds, UTC. */
export const second: Field<string> = z.string().refine((text) => {
  const at = parseInstant(text);
  return at !== null && formatSeconds(at) === text;
}, "is not a UTC time in whole seconds");
/** Reviewers' prose; each printer cleans it for its own format. */
export const prose: Field<string> = z.string().max(2500);
export const count: Field<number> = z.int().nonnegative();
export const flag: Field<string> = z.string().regex(/^[a-z0-9-]{1,40}$/, "is not a flag");
export const transport: Field<Transport> = z.enum(["tcp", "udp", "sctp", "icmp", "icmpv6"]);
export const port: Field<number | null> = z.int().min(0).max(65_535).nullable();
export const nameSource: Field<NameSource> = z.enum(NAME_SOURCES);
export const via: Field<Via> = z.strictObject({
  kind: z.enum(PROXY_KINDS),
  address: address.nullable(),
  port,
});
export const outcomes: Field<Record<Outcome, number>> = z.strictObject({
  allowed: count,
  denied: count,
  failed: count,
});
