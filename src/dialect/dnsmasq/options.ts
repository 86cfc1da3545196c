/** How long answers and addresses are kept, and what no name may lead to. */
import type { Family } from "../../model/address.ts";
import type { PrintOptions } from "../contract.ts";
import type { Limits } from "./feed.ts";

export interface DnsmasqOptions extends PrintOptions, Pick<Limits, "registrable"> {
  /** Seconds that dnsmasq and its clients may keep an answer. */
  readonly cache?: number;
  /** Seconds that an address stays in its set: longer than any answer is kept, or what is still in use would be shut. */
  readonly life?: number;
}

export const CACHE = 60;
export const LIFE: number = 24 * 3600;

/** Answers are a stranger's choice; so many fill no memory. */
export const MOST_ADDRESSES = 65_535;

/** Who owns a name chooses its addresses, and these hand out a machine's credentials. */
export const METADATA: Readonly<Record<Family, readonly string[]>> = {
  4: ["100.100.100.200/32", "169.254.0.0/16"],
  6: ["fd00:ec2::254/128", "fe80::/10"],
};
