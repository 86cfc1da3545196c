/** How old published lists are, in words. */
import { DAY, type Instant, parseInstant } from "../../model/instant.ts";

/** Whole days; null where nothing tells. */
export function ageInDays(datedAt: string | null, now: Instant): number | null {
  const at = datedAt === null ? null : parseInstant(datedAt);
  return at === null ? null : Math.max(0, Math.floor((now - at) / DAY));
}
