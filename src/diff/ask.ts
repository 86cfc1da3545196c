/** Puts an observed endpoint to one production layer, address by address or by name, and sums up the answers. */
import type { Target } from "../model/candidate.ts";
import type { Instant } from "../model/instant.ts";
import type { Decision, Layer, Question } from "../model/policy.ts";
import type { Subject } from "./subject.ts";

interface Answer {
  readonly question: Question;
  readonly decision: Decision;
}

export interface Answers {
  /** Empty when the layer has no say over this endpoint. */
  readonly all: readonly Answer[];
  readonly refused: readonly Answer[];
  readonly unknown: readonly Answer[];
}

export function ask(layer: Layer, subject: Subject, now: Instant): Answers {
  const all = questions(layer.dialect, subject).map((question) => ({
    question,
    decision: layer.decide(question, now),
  }));
  return {
    all,
    refused: all.filter(({ decision: { verdict } }) => verdict === "deny" || verdict === "defer"),
    unknown: all.filter(({ decision: { verdict } }) => verdict === "unknown"),
  };
}

/**
 * A request policy is asked for the name, once for each kind of request seen; a packet filter for every address.
 *
 * Behind a proxy the two see different things: the request policy what was asked of the proxy, the packet filter only
 * the way to the proxy, which is an endpoint of its own.
 */
function questions(dialect: Target, s: Subject): Question[] {
  const { transport, port, name, address: unnamed } = s.endpoint;
  switch (dialect) {
    case "fpl":
      if (transport !== "tcp") return [];
      return s.access.map((access) => ({ transport, port, name, address: unnamed, access }));
    case "squid":
    case "awf":
    case "sandbox-runtime":
      if (transport !== "tcp") return [];
      return s.access.map((access) => ({ transport, port, name, address: unnamed, access }));
    case "cilium":
    case "istio":
    case "envoy":
    case "harden-runner":
      if (s.via !== null) return [];
      return s.addresses.length === 0
        ? [{ transport, port, name, address: unnamed }]
        : s.addresses.map((address) => ({ transport, port, name, address }));
    case "nftables":
    case "iptables":
    case "kubernetes":
      if (s.via !== null) return [];
      return s.addresses.map((address) => ({ transport, port, name, address }));
  }
}
