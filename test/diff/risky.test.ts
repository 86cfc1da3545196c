import { expect, test } from "vitest";
import { defaultFailOn, drift } from "../../src/diff/index.ts";
import { compareFindings, finding } from "../../src/diff/finding.ts";
import type { CandidateRule } from "../../src/model/candidate.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Signal, SignalKind } from "../../src/model/signal.ts";
import { address, candidate, instant, rule } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");

const signal = (kind: SignalKind, evidence = "that"): Signal => ({ kind, reason: "because", evidence, source: null });

const found = (...rules: readonly CandidateRule[]): readonly Finding[] =>
  drift({ layers: [], candidate: candidate(rules), failOn: defaultFailOn(), now: NOW }).findings;

test("what shows only on the way through a proxy stands beside what shows on the direct one, each reason once", () => {
  const direct = { signals: [signal("domain-fronting", "by DNS"), signal("tunnel-service")] };
  const proxied = {
    signals: [signal("domain-fronting", "in the tunnel"), signal("tunnel-service")],
    via: { kind: "http-connect", address: address("192.0.2.128"), port: 3128 },
  } as const;
  const [only, ...others] = found(rule("a.example", ["192.0.2.1"], direct), rule("a.example", ["192.0.2.1"], proxied));
  expect(others).toEqual([]);
  expect(only?.message).toBe(
    "a.example:443/tcp: two names for one connection: because (by DNS; in the tunnel); a tunnelling service: because (that)",
  );
  expect(only?.signals).toEqual(["domain-fronting", "tunnel-service"]);
});

test("a signal without weight makes no destination risky", () => {
  expect(found(rule("a.example", ["192.0.2.1"], { signals: [signal("telemetry"), signal("no-name")] }))).toEqual([]);
});

test("what is most dangerous comes first of its kind, however few runs saw it", () => {
  const seen = (name: string, runs: number, ...kinds: readonly SignalKind[]): Finding => {
    const endpoint = rule(name, ["192.0.2.1"], { signals: kinds.map((kind) => signal(kind)) });
    const subject = { ...endpoint, evidence: { ...endpoint.evidence, runs }, decision: null };
    return finding({ kind: "new-endpoint", layer: null, about: name, subject, statement: "new" });
  };
  const findings = [
    seen("a.example", 2),
    seen("b.example", 3, "telemetry"),
    seen("c.example", 3, "paste-site", "first-appearance"),
    seen("d.example", 1, "metadata", "paste-site"),
  ];
  expect(findings.toSorted(compareFindings).map(({ subject, signals }) => [subject, signals])).toEqual([
    ["d.example", ["metadata", "paste-site"]],
    ["c.example", ["paste-site"]],
    ["b.example", undefined],
    ["a.example", undefined],
  ]);
});
