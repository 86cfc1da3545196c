/** Refuses sets that are looked up with keys of another type than they hold, and maps that give no verdicts. */
import { refuse, type Selector } from "./datatype.ts";
import type { SetState } from "./state.ts";
import { shown } from "./token.ts";
import type { Value } from "./tree.ts";
import { printValue } from "./write.ts";

/** The types that say which field they are for, by what they are called in a set's declaration. */
const KINDS: ReadonlySet<string> = new Set(["ipv4_addr", "ipv6_addr", "inet_service", "inet_proto"]);

/** A type made of others, or one that is not named here, is left to nft. */
export function checkKey({ type }: SetState, selectors: readonly Selector[], reference: Value): void {
  if (type?.by !== "type") return;
  const held = type.key.filter((word) => word !== ".");
  const asked = selectors.map(kindOf);
  const fits = held.length === asked.length && held.every((kind, i) => !differs(kind, asked[i] ?? null));
  if (fits || !held.every((kind) => KINDS.has(kind))) return;
  refuse(reference, `unexpected ${shown(printValue(reference))}, which holds ${type.key.join(" ")}`);
}

const differs = (held: string, asked: string | null): boolean => KINDS.has(held) && asked !== null && held !== asked;

function kindOf({ field, type }: Selector): string | null {
  if (type.kind === "address") return `ipv${type.family}_addr`;
  if (field === "protocol") return "inet_proto";
  return field === "dport" || field === "sport" ? "inet_service" : null;
}

export function checkGivesVerdicts({ type }: SetState, reference: Value): void {
  if (type === null || type.data?.join(" ") === "verdict") return;
  refuse(reference, `unexpected ${shown(printValue(reference))}, expected a map of verdicts`);
}
