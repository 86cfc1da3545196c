/** What to do about each kind of finding, in a line: the short of its page in docs/findings/. */
import type { FindingKind } from "../model/finding.ts";

export const ADVICE: Readonly<Record<FindingKind, string>> = {
  "new-endpoint":
    "Wanted: write an `allow` with why and owner, and put the candidate's rule into production. Not wanted: write a `deny`, and stop what calls it. Not clear yet: write a `watch`.",
  added: "Ask what it is for and whether the runs need it; then decide it, narrow it to what was observed, or drop it.",
  widened: "Hold the growth against the addresses observed: if they fit into the old rule, keep the old one.",
  "effect-changed":
    "Find out which verdict is meant: a permit that nobody decided goes out of production; a decision out of date is changed.",
  expired: "Delete it if what it was for is done; renew it with a new date and a reason that is still true if not.",
  "missing-reason":
    "Find out what it is for, and write down why, who owns it and the ticket; if nobody knows, take it out.",
  "approval-void": "Look at what is asked for now with `sallyport review`, and renew the approval or write a `deny`.",
  "risky-destination":
    "Find out what asked for it, and stop that or write a `deny`. If it must be reached, say why, with an early expiry.",
  expiring: "Renew it if it is needed and used; otherwise let it end.",
  stale: "Ask its owner: remove it, or add a run that needs it. Few runs are no proof.",
  unreviewed: "Decide it: `allow` with why, owner and expiry, or `deny`.",
  "over-permissive": "Narrow it to what was observed or to a published prefix, or say why it must be wide.",
  narrowed: "Nothing, unless something that was observed is shut out; then it is new above.",
  removed: "Nothing if it was stale or over; if runs used it, put it back or change what uses it.",
  shadowed: "Move a deny in front of what shadows it; remove a permit that adds nothing.",
  "dead-rule": "Find out what was meant, and write that or remove it. For a deny, check what got through.",
  "family-gap": "Write the missing twin, or deny IPv6 as a whole.",
  "prefix-moved": "Check whether the address is still used and whose it is now; then propose and approve again.",
  "ambiguous-name": "Look at the other names, and repeat the run so that the name shows. Allow none of them by guess.",
  "shared-suffix": "Name the one bucket, account or site that is needed.",
  "insufficient-evidence":
    "Add runs, best of what is not exercised yet; `sallyport coverage` says how many. Remove no rule on this evidence.",
  renewed: "Look whether the runs used it: a new date does not make it fresh.",
  "within-envelope": "Nothing; decide it if it is there to stay.",
  "not-expressed":
    "Usually nothing, as another layer says it; where none can, choose another target or leave it denied.",
  "not-modelled": "Read the statement, and judge what it can change for connections that go out.",
};
