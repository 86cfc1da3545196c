/** The price of one endpoint as a terminal shows it: each way to say it, what packet filters get, and what to look at. */
import type { CandidateRule, NotProposed } from "../model/candidate.ts";
import type { Signal } from "../model/signal.ts";
import type { Strategy } from "../model/strategy.ts";
import { owners, rate, short } from "./prices.ts";
import { plural } from "./view.ts";

/** None for what has no rule: nothing would be opened. */
export function priceLines(seen: CandidateRule | NotProposed): string[] {
  if (!("chosen" in seen)) return [];
  const { strategies, chosen } = seen;
  const told = chosen.kind === null ? "nothing" : named(chosen.kind, chosen.detail);
  return titled("price", [
    ...strategies.map(priceLine),
    ...(strategies.length > 0 ? [`packet filters are told ${told}: ${chosen.reason}`] : []),
    ...(chosen.withResolver === undefined ? [] : [`where dnsmasq fills sets: ${chosen.withResolver}`]),
  ]);
}

function priceLine({ kind, detail, exposure, hitRate }: Strategy): string {
  const uncounted = kind === "resolver-fed" ? "what the name resolves to" : "names";
  const count = exposure.hosts === null ? uncounted : `${short(exposure.hosts)} opened`;
  const whose = owners(exposure);
  const runs = `hit rate ${rate(hitRate)} over ${plural(hitRate.runs, "run")}`;
  return `${named(kind, detail)}: ${count}${whose === "" ? "" : ` (${whose})`}, ${runs}`;
}

const named = (kind: string, detail: string): string => [kind, detail].filter((part) => part !== "").join(" ");

/** Each once, however many ways lead to the endpoint. */
export function signalLines(seen: readonly { readonly signals: readonly Signal[] }[]): string[] {
  const found = new Map(
    seen.flatMap(({ signals }) => signals).map((signal) => [`${signal.kind} ${signal.evidence}`, signal]),
  );
  return titled(
    "look at",
    [...found.values()].map(({ kind, reason, evidence }) => `${kind}: ${reason} (${evidence})`),
  );
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `  ${(i === 0 ? title : "").padEnd(10)} ${line}`);
}
