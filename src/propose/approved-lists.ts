/** Which published lists held the addresses of a rule, and what they said of them: an approval is given with these. */
import { type ListVersion, nameOfService } from "../model/annotation.ts";
import type { ApprovedList } from "../model/approval.ts";
import type { Observed } from "../model/candidate.ts";
import { sortedUnique } from "../model/compare.ts";

/** Services told of one list; an approval with more of them says nothing of that list. */
const MAX_SERVICES = 1000;

export function listsOf(ways: readonly Pick<Observed, "tags">[], versions: readonly ListVersion[]): ApprovedList[] {
  const tags = ways.flatMap((way) => way.tags.flatMap((each) => each.tags));
  return versions.flatMap(({ list, version, digest }) => {
    const services = sortedUnique(tags.filter(({ provider }) => provider === list).map(nameOfService));
    if (services.length === 0 || services.length > MAX_SERVICES) return [];
    return [{ list, version, digest, services }];
  });
}
