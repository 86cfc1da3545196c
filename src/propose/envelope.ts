/** Whether something new stays inside what was agreed on beforehand. */
import type { Observed } from "../model/candidate.ts";
import type { Instant } from "../model/instant.ts";
import type { Envelope } from "./allowlist/decided.ts";
import { patternTakes } from "./allowlist/endpoint.ts";
import type { Judgement } from "./decisions.ts";
import { isWithin } from "./reach.ts";

/**
 * What is inside an envelope passes only while the envelope has room: with more than was agreed, none of them does, since
 * nobody could say which.
 */
export function withinBounds<T extends { readonly judgement: Judgement; readonly refusal: string | null }>(
  judged: readonly T[],
): T[] {
  const taken = new Map<Envelope, number>();
  for (const { judgement, refusal } of judged) {
    if (refusal !== null || judgement.kind !== "undecided" || judgement.envelope === null) continue;
    taken.set(judgement.envelope, (taken.get(judgement.envelope) ?? 0) + 1);
  }
  return judged.map((item) => {
    const { judgement } = item;
    if (judgement.kind !== "undecided" || judgement.envelope === null) return item;
    const { id, maxNew } = judgement.envelope;
    const count = taken.get(judgement.envelope) ?? 0;
    if (count <= maxNew) return item;
    const because = `the envelope ${id} takes ${maxNew} undecided and not ${count}`;
    return { ...item, judgement: { kind: "undecided", because, envelope: null } };
  });
}

/** Never inside, whatever was agreed: nobody could have meant these beforehand. */
const NEVER: readonly string[] = ["metadata", "ambiguous", "infrastructure"];

export function takes(envelope: Envelope, seen: Observed, now: Instant): boolean {
  const { name, transport, port } = seen.endpoint;
  if (envelope.expires !== null && envelope.expires <= now) return false;
  if (name === null || port === null || seen.evidence.deniedOnly) return false;
  if (!envelope.names.some((known) => (typeof known === "string" ? known === name : patternTakes(known, name))))
    return false;
  if (!envelope.transports.includes(transport)) return false;
  if (!envelope.ports.some(({ first, last }) => first <= port && port <= last)) return false;
  const marks = [...seen.flags, ...seen.signals.map(({ kind }) => kind)];
  if ([...NEVER, ...envelope.unless].some((mark) => marks.includes(mark))) return false;
  return isPlaced(envelope, seen);
}

/** Behind a proxy no address is known, and what is not known is not inside. */
function isPlaced({ addresses: bounds }: Envelope, { addresses, via }: Observed): boolean {
  if (bounds === null) return true;
  const own = addresses.filter((address) => address !== via?.address);
  return own.length > 0 && own.every((address) => bounds.some((prefix) => isWithin(address, prefix)));
}
