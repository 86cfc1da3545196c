/** Host patterns on the lists that providers publish of their services: a family need not be guessed where its owner names it. */
import { sortedUnique } from "../../model/compare.ts";
import type { EndpointKey } from "../../model/evidence.ts";
import type { PublishedName } from "../published-name.ts";
import { spansTenants } from "./tenancy.ts";

/** What one provider's list says. */
export interface ListedNames {
  readonly provider: string;
  readonly names: readonly PublishedName[];
}

interface PublishedPattern {
  readonly pattern: string;
  readonly source: string;
}

/** The published pattern one label above the name, at its port; null where there is none. */
export type PublishedPatterns = (endpoint: Pick<EndpointKey, "name" | "transport" | "port">) => PublishedPattern | null;

/** Without those that span tenants: a provider needs `*.core.windows.net` for itself, and rents names there to all. */
export function publishedPatterns(lists: readonly ListedNames[]): PublishedPatterns {
  const byTail = new Map<string, { readonly provider: string; readonly name: PublishedName }[]>();
  for (const { provider, names } of lists) {
    for (const name of names) {
      const tail = name.pattern.startsWith("*.") ? name.pattern.slice(2) : null;
      if (tail === null || spansTenants(tail) !== null) continue;
      byTail.set(tail, [...(byTail.get(tail) ?? []), { provider, name }]);
    }
  }
  return ({ name, transport, port }) => {
    const tail = name?.slice(name.indexOf(".") + 1) ?? "";
    const found = (byTail.get(tail) ?? []).filter((one) => isFor(one.name, transport, port));
    if (found.length === 0 || name === tail) return null;
    const source = sortedUnique(found.map((one) => one.provider)).map((provider) => {
      const services = found.filter((one) => one.provider === provider).map((one) => one.name.service);
      return `names of the ${provider} list (${sortedUnique(services).join(", ")})`;
    });
    return { pattern: `*.${tail}`, source: source.join("; ") };
  };
}

/** A list that tells no ports is for all. */
function isFor({ ports }: PublishedName, transport: string, port: number | null): boolean {
  return (
    ports.length === 0 ||
    ports.some((text) => {
      const [of, ranges = ""] = text.split("/");
      return of === transport && ranges.split(",").some((range) => port !== null && within(range, port));
    })
  );
}

function within(range: string, port: number): boolean {
  const [first = NaN, last = first] = range.split("-").map(Number);
  return first <= port && port <= last;
}
