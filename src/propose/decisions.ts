/** Finds the reviewers' decision on an endpoint; a decision whose time is over counts no more. */
import { InputError } from "../model/error.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Candidate } from "../model/candidate.ts";
import { formatSeconds, type Instant } from "../model/instant.ts";
import type { Decided } from "./allowlist.ts";

interface Subject {
  readonly name: string | null;
  readonly address: string | null;
  readonly transport: string;
  readonly port: number | null;
}

export class Decisions {
  private readonly byEndpoint = new Map<string, Decided>();
  private readonly now: Instant;

  /** @throws InputError when two entries decide one endpoint: nobody could say which holds. */
  constructor(decisions: readonly Decided[], now: Instant) {
    this.now = now;
    for (const decision of decisions) {
      const endpoint = formatEndpoint(decision);
      const other = this.byEndpoint.get(endpoint);
      if (other) throw new InputError(`${decision.place}: ${endpoint} is decided already at ${other.place}`);
      this.byEndpoint.set(endpoint, decision);
    }
  }

  /** Null when nobody decided, or the decision is over. */
  on(subject: Subject): Decided | null {
    const decision = this.byEndpoint.get(formatEndpoint(subject));
    return decision && (decision.expires === null || decision.expires > this.now) ? decision : null;
  }

  /** The decision on it that is over, if that is all there is. */
  lapsedOn(subject: Subject): Decided | null {
    const decision = this.byEndpoint.get(formatEndpoint(subject));
    return decision && this.on(subject) === null ? decision : null;
  }

  /** Decisions whose time is over, in the order of the file. */
  lapsed(): Candidate["lapsed"] {
    return [...this.byEndpoint].flatMap(([endpoint, { place, expires }]) =>
      expires !== null && expires <= this.now ? [{ place, endpoint, expired: formatSeconds(expires) }] : [],
    );
  }
}
