/** Limits of nftables on a packet before which nothing was counted: rates, quotas, numbers of connections. */
import type { Condition } from "../packet/program.ts";

/** The definition of a named limit or quota, in words: `limit rate 5/minute`. Null where no file has it. */
export type Objects = (kind: string, name: string) => string | null;

/** A packet that a connection begins with is no longer than what every link carries, and no shorter than its headers. */
const LONGEST = 1500n;
const SHORTEST = 28n;

const BYTES: Readonly<Record<string, bigint>> = { bytes: 1n, kbytes: 1024n, mbytes: 1024n * 1024n };

const UNIT = "(bytes|kbytes|mbytes)";
const LIMITS = new RegExp(
  [
    `\\blimit rate (?<rateOver>over |until )?(?<rate>\\d{1,15}) ?${UNIT.replace("(", "(?<rateUnit>")}?/\\w+`,
    `(?: burst (?<burst>\\d{1,15}) ?(?:packets|${UNIT.replace("(", "(?<burstUnit>")})?)?`,
    `|\\bquota (?<quotaOver>over |until )?(?<quota>\\d{1,15}) ${UNIT.replace("(", "(?<quotaUnit>")}`,
    `(?: used (?<used>\\d{1,15}) ${UNIT.replace("(", "(?<usedUnit>")})?`,
    "|\\bct count (?<countOver>over )?(?<count>\\d{1,10})",
  ].join(""),
  "g",
);

/** Null where it hangs on how long the packet is, or on what is not here. */
export function countedOf(words: readonly string[], objects: Objects): Condition | null {
  const text = words.join(" ").replaceAll(/ ?\/ ?/g, "/");
  const named = /^(limit|quota) name "?([^"\s]+)"?$/.exec(text);
  const definition = named === null ? text : objects(named[1] ?? "", named[2] ?? "");
  if (definition === null || words[0] === "delete") return null;
  // A set may give its elements several limits, which must all hold.
  const found = [...definition.matchAll(LIMITS)].map(({ groups = {} }) => holds(groups));
  const certain = found.every((each) => each !== null);
  if (found.length === 0 || (!certain && !found.includes(false))) return null;
  const shown = named === null ? text : `${text} (${definition.replace(/^\w+ /, "")})`;
  return { kind: "counted", holds: !found.includes(false), text: usual(shown) };
}

function holds(groups: Readonly<Record<string, string | undefined>>): boolean | null {
  const { rate, rateOver, rateUnit, burst, burstUnit, quota, quotaOver, quotaUnit, used, usedUnit } = groups;
  const { count, countOver } = groups;
  if (rate !== undefined) {
    const room = rateUnit === undefined ? null : sizeOf(rate, rateUnit) + sizeOf(burst, burstUnit);
    return turned(rateOver, room === null || fits(room));
  }
  if (quota !== undefined) return turned(quotaOver, fits(sizeOf(quota, quotaUnit) - sizeOf(used, usedUnit)));
  return turned(countOver, BigInt(count ?? 0) >= 1n);
}

/** A limit without `over` matches as long as it is kept. */
function turned(over: string | undefined, kept: boolean | null): boolean | null {
  return kept === null ? null : kept !== (over === "over ");
}

function fits(room: bigint): boolean | null {
  return room >= LONGEST ? true : room < SHORTEST ? false : null;
}

function sizeOf(number: string | undefined, unit: string | undefined): bigint {
  return BigInt(number ?? 0) * (BYTES[unit ?? "bytes"] ?? 1n);
}

/** What goes without saying is left out, as versions of nft list it or do not. */
function usual(text: string): string {
  return text.replaceAll(/ burst (5 packets|0 bytes)/g, "").replaceAll(/(limit rate|quota) until /g, "$1 ");
}
