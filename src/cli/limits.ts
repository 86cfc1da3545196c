/** The options that bound what an address rule opens. */
import type { Options } from "yargs";
import { InputError } from "../model/error.ts";
import type { Limits } from "../propose/index.ts";

export const LIMIT_OPTIONS: Readonly<Record<string, Options>> = {
  "min-hit-rate": {
    type: "string",
    requiresArg: true,
    describe: "tell packet filters the smallest strategy that reaches this share of runs, e.g. 0.95",
  },
  "max-exposure": {
    type: "string",
    requiresArg: true,
    describe: "refuse address rules that open more than this many addresses (for IPv6: networks of 64 bits)",
  },
};

export function limitsOf(rate: string | null, exposure: string | null): Limits {
  const share = rate !== null && /^(?:0|1|0?\.\d{1,6}|1\.0{1,6})$/.test(rate) ? Number(rate) : null;
  if (rate !== null && share === null)
    throw new InputError(`--min-hit-rate: expected a share such as 0.95, not ${rate}`);
  if (exposure !== null && !/^\d{1,39}$/.test(exposure)) {
    throw new InputError(`--max-exposure: expected a number of addresses, not ${exposure}`);
  }
  return { minHitRate: share, maxExposure: exposure === null ? null : BigInt(exposure) };
}
