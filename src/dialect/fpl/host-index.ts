/** The rules of a policy by the host they name, so that a request is asked of those for its host and of the general ones. */
import type { Policy, Rule } from "./policy.ts";

interface Index {
  readonly byHost: ReadonlyMap<string, readonly Rule[]>;
  /** Rules without a host, or with a pattern. */
  readonly general: readonly Rule[];
}

const INDEXES = new WeakMap<Policy, Index>();

/** In the order of the policy; those left out have a literal host that is not this one, and so cannot match. */
export function* rulesFor(policy: Policy, host: string | null): Generator<Rule> {
  if (host === null) {
    yield* policy.rules;
    return;
  }
  const { byHost, general } = indexOf(policy);
  const named = byHost.get(host.trim().toLowerCase()) ?? [];
  let n = 0;
  for (const rule of general) {
    for (let next = named[n]; next !== undefined && next.index < rule.index; next = named[n]) {
      yield next;
      n++;
    }
    yield rule;
  }
  yield* named.slice(n);
}

function indexOf(policy: Policy): Index {
  const known = INDEXES.get(policy);
  if (known) return known;
  const byHost = new Map<string, Rule[]>();
  const general: Rule[] = [];
  for (const rule of policy.rules) {
    const host = literalHost(rule);
    if (host === null) general.push(rule);
    else {
      const named = byHost.get(host);
      if (named) named.push(rule);
      else byHost.set(host, [rule]);
    }
  }
  const index = { byHost, general };
  INDEXES.set(policy, index);
  return index;
}

/** The one host that a rule's selector takes; null where it is a pattern or there is none. */
function literalHost({ host }: Rule): string | null {
  return host === null || /[*?[\\]/.test(host.text) ? null : host.text.trim().toLowerCase();
}
