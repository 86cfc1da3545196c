import { describe, expect, test } from "vitest";
import { defaultFailOn, drift, textDiff } from "../../src/diff/index.ts";
import type { Candidate, NotProposed, Target } from "../../src/model/candidate.ts";
import type { Drift, FindingKind } from "../../src/model/finding.ts";
import type { Decision, Layer, PolicyRule, Question } from "../../src/model/policy.ts";
import { address as addressOf, candidate, fqdn, instant, rule } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");

const written = (place: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  place,
  effect: "permit",
  text: `rule at ${place}`,
  expires: null,
  reason: "because",
  opens: true,
  addresses: 1n,
  ...more,
});

/** A layer that answers by table: `name` or `address` to a verdict. */
function layer(
  dialect: Target,
  verdicts: Readonly<Record<string, Decision["verdict"]>>,
  rules: readonly PolicyRule[] = [],
): Layer {
  return {
    dialect,
    files: [`production.${dialect}`],
    defaultEffect: "deny",
    rules,
    notModelled: [],
    decide: ({ name, address }: Question) => {
      const verdict = verdicts[(dialect === "fpl" ? name : address) ?? address ?? ""] ?? "deny";
      return {
        verdict,
        rule: verdict === "permit" ? (rules[0]?.place ?? null) : null,
        reason: `table says ${verdict}`,
      };
    },
    trail: () => [],
    canonical: () => rules.map((r) => r.text),
  };
}

const compare = (layers: readonly Layer[], proposed: Candidate, failOn: Set<FindingKind> = defaultFailOn()): Drift =>
  drift({ layers, candidate: proposed, failOn, now: NOW });

const kinds = (found: Drift): string[] => found.findings.map((f) => `${f.kind} ${f.layer ?? "-"}`);
const api = rule("api.example.com", ["192.0.2.1", "192.0.2.2"], { review: "approved" });

test("an address that a client wrote is no name that would fit an ambiguous endpoint as well", () => {
  const otherNames = [addressOf("192.0.2.9"), fqdn("other.example.com")];
  const found = compare([], candidate([{ ...api, flags: ["ambiguous"], otherNames }]));
  expect(found.findings.map((f) => f.message).join()).toContain("and other.example.com would fit as well");
});

describe("an observed endpoint", () => {
  test("that production allows everywhere is no finding", () => {
    const all = { "api.example.com": "permit", "192.0.2.1": "permit", "192.0.2.2": "permit" } as const;
    const found = compare([layer("fpl", all), layer("nftables", all)], candidate([api]));
    expect(found).toMatchObject({ verdict: "within-policy", findings: [] });
  });

  test("that production denies is new, once a layer, with a witness", () => {
    const found = compare([layer("fpl", {}), layer("iptables", {})], candidate([api]));
    expect(kinds(found)).toEqual(["new-endpoint fpl", "new-endpoint iptables"]);
    expect(found.verdict).toBe("review");
    expect(found.findings.map((f) => f.witness?.address)).toEqual([null, "192.0.2.1"]);
    expect(found.findings[0]).toMatchObject({
      severity: "error",
      endpoint: api.endpoint,
      evidence: { runs: 2, of: 3 },
    });
  });

  test("denied at one of its addresses is new there, and says at which", () => {
    const [found] = compare([layer("nftables", { "192.0.2.1": "permit" })], candidate([api])).findings;
    expect(found?.message).toBe(
      "api.example.com:443/tcp: seen in 2 of 3 runs, production denies it at 1 of its 2 addresses (192.0.2.2)",
    );
    expect(found?.witness).toEqual({ transport: "tcp", address: "192.0.2.2", port: 443 });
  });

  test("on which the answer is unknown is not-modelled, which fails nothing", () => {
    const found = compare([layer("fpl", { "api.example.com": "unknown" })], candidate([api]));
    expect([found.verdict, ...kinds(found)]).toEqual(["within-policy", "not-modelled fpl"]);
  });

  test("behind a proxy is asked of the request policy and not of the packet filter", () => {
    const via = { kind: "http-connect", address: api.addresses[0] ?? null, port: 3128 } as const;
    expect(kinds(compare([layer("fpl", {}), layer("nftables", {})], candidate([{ ...api, via }])))).toEqual([
      "new-endpoint fpl",
    ]);
  });

  test("over UDP is not asked of the request policy", () => {
    const udp = { ...api, endpoint: { ...api.endpoint, transport: "udp" as const } };
    expect(kinds(compare([layer("fpl", {}), layer("nftables", {})], candidate([udp])))).toEqual([
      "new-endpoint nftables",
    ]);
  });

  test("that nobody decided is unreviewed where decisions were given, and only there", () => {
    const allowing = layer("fpl", { "api.example.com": "permit" });
    const open = { ...api, review: "unreviewed" as const };
    expect(kinds(compare([allowing], candidate([open])))).toEqual(["unreviewed fpl"]);
    expect(kinds(compare([allowing], candidate([open], { reviewed: false })))).toEqual([]);
  });
});

describe("an endpoint the reviewers refused", () => {
  const refused: NotProposed = { ...api, decision: "deny", reason: "denied by the reviewers" };

  test("is no question again where production denies it", () => {
    expect(compare([layer("fpl", {})], candidate([], { notProposed: [refused] })).findings).toEqual([]);
  });

  test("is a difference where production allows it", () => {
    const found = compare([layer("fpl", { "api.example.com": "permit" })], candidate([], { notProposed: [refused] }));
    expect([found.verdict, ...kinds(found)]).toEqual(["review", "effect-changed fpl"]);
  });

  test("infrastructure that was not decided is shown apart and asks nothing", () => {
    const ntp: NotProposed = { ...api, decision: null, reason: "infrastructure", flags: ["infrastructure", "ntp"] };
    expect(compare([layer("nftables", {})], candidate([], { notProposed: [ntp] })).findings).toEqual([]);
  });
});

describe("a rule in force", () => {
  const seen = { "192.0.2.1": "permit", "192.0.2.2": "permit" } as const;
  const judge = (r: PolicyRule): Drift => compare([layer("nftables", seen, [r])], candidate([api]));

  test.each([
    ["used, dated and explained", written("p:1", { expires: NOW + 15 * 86_400e6 }), []],
    ["whose time is over", written("p:1", { expires: NOW }), ["expired nftables"]],
    ["whose time is over within 14 days", written("p:1", { expires: NOW + 1 }), ["expiring nftables"]],
    ["without a reason", written("p:1", { reason: null }), ["missing-reason nftables"]],
    ["that opens nothing needs no reason and is not stale", written("p:2", { reason: null, opens: false }), []],
  ])("%s", (_, r, expected) => {
    expect(kinds(judge(r))).toEqual(expected);
  });

  test("that no run used is stale", () => {
    const found = compare([layer("nftables", seen, [written("p:1"), written("p:2")])], candidate([api]));
    expect(found.findings).toMatchObject([{ kind: "stale", rule: "p:2", evidence: { runs: 0, of: 3 } }]);
    expect(found.verdict).toBe("within-policy");
  });
});

describe("what allows far more than was seen", () => {
  const at = (...addresses: readonly string[]): Candidate =>
    candidate([rule("api.example.com", addresses, { review: "approved" })]);
  const broad = (
    addresses: PolicyRule["addresses"],
    seen: readonly string[],
    verdicts: Record<string, "permit">,
  ): Drift => compare([layer("nftables", verdicts, [written("p:1", { addresses })])], at(...seen));

  test("a rule for thousands of addresses of which one was seen, with a neighbour of it as witness", () => {
    const found = broad(4096n, ["192.0.2.1"], { "192.0.2.1": "permit", "192.0.2.2": "permit" });
    expect(found.findings).toMatchObject([
      { kind: "over-permissive", rule: "p:1", witness: { transport: "tcp", address: "192.0.2.2", port: 443 } },
    ]);
    expect(found.findings[0]?.message).toBe("rule at p:1: opens 4096 addresses, of which one was observed");
  });

  const counts: [PolicyRule["addresses"], boolean, string][] = [
    [1023n, false, "below a thousand addresses it is no matter"],
    [1024n, true, "from there on it is, when one was seen"],
    [1n << 64n, false, "a network of 64 bits is one host's"],
    [1n << 80n, true, "a /48 is not"],
    ["any", true, "nor is everything"],
    [null, false, "where the count is not known nothing is said"],
  ];
  test.each(counts)("%s addresses: %s, %s", (addresses, raised) => {
    const found = broad(addresses, ["192.0.2.1"], { "192.0.2.1": "permit" });
    expect(kinds(found)).toEqual(raised ? ["over-permissive nftables"] : []);
  });

  test("not when a fair share of it was seen", () => {
    const seen = Array.from({ length: 5 }, (_, i) => `192.0.2.${i}`);
    const found = broad(1024n, seen, Object.fromEntries(seen.map((address) => [address, "permit"])));
    expect(kinds(found)).toEqual([]);
  });

  test("a default that lets everything through, with a stranger as witness", () => {
    const open = {
      ...layer("nftables", {}),
      decide: () => ({ verdict: "permit", rule: null, reason: "policy accept" }) as const,
    };
    expect(compare([open], candidate([])).findings).toMatchObject([
      { kind: "over-permissive", subject: "the default", witness: { address: "203.0.113.77" } },
    ]);
  });

  test.each([
    ["permit", "IPv6 is not filtered", "2001:db8:5a11::77"],
    ["unknown", "IPv6 cannot be judged", null],
  ] as const)("a family that is %s while the other is denied by default", (verdict, says, witness) => {
    const half = {
      ...layer("iptables", {}),
      decide: ({ address }: Question) =>
        ({
          verdict: address?.includes(":") ? verdict : "deny",
          rule: null,
          reason: "no file speaks about it",
        }) as const,
    };
    const [gap, ...others] = compare([half], candidate([])).findings;
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ kind: "family-gap", subject: "IPv6" });
    expect([gap?.message.includes(says), gap?.witness?.address ?? null]).toEqual([true, witness]);
  });
});

describe("the report as a whole", () => {
  test("--fail-on decides the verdict and nothing else", () => {
    const found = compare([layer("fpl", {})], candidate([api]), new Set<FindingKind>(["stale"]));
    expect([found.verdict, ...kinds(found)]).toEqual(["within-policy", "new-endpoint fpl"]);
  });

  test("ids do not depend on places, counts or times", () => {
    const ids = (place: string, proposed: Candidate): string[] =>
      compare([layer("nftables", {}, [written(place, { text: "the same text" })])], proposed).findings.map((f) => f.id);
    const busier = { ...api, evidence: { ...api.evidence, runs: 3 } };
    expect(ids("a.nft:1", candidate([api]))).toEqual(ids("b.nft:99", candidate([busier])));
  });

  test("a decision whose time is over is an expired finding at its place", () => {
    const lapsed = [{ place: "allowlist.yaml:4", endpoint: "a.example:443/tcp", expired: "2026-11-01T00:00:00Z" }];
    expect(compare([], candidate([], { lapsed })).findings).toMatchObject([
      { kind: "expired", rule: "allowlist.yaml:4", layer: null },
    ]);
  });

  test("what a target cannot say is told and fails nothing", () => {
    const notExpressed = [
      { target: "fpl", rule: "0123456789ab", endpoint: api.endpoint, reason: "FPL has no UDP" },
    ] as const;
    const found = compare([], candidate([], { notExpressed }));
    expect([found.verdict, ...kinds(found)]).toEqual(["within-policy", "not-expressed fpl"]);
  });

  test("what breaks first comes first", () => {
    const found = compare(
      [layer("nftables", {}, [written("p:1"), written("p:2", { expires: NOW })])],
      candidate([api]),
    );
    expect(kinds(found)).toEqual(["new-endpoint nftables", "expired nftables", "stale nftables"]);
  });
});

describe("the text diff", () => {
  const before = layer("nftables", {}, [written("p:1", { text: "a" }), written("p:2", { text: "b" })]);
  const after = layer("nftables", {}, [written("p:1", { text: "a" }), written("p:2", { text: "c" })]);

  test("shows canonical forms side by side", () => {
    expect(textDiff([{ production: before, candidate: after }])).toBe(
      "===================================================================\n--- production/nftables\n+++ candidate/nftables\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n",
    );
  });

  test("is empty when nothing differs", () => {
    expect(textDiff([{ production: before, candidate: before }])).toBe("");
  });
});

describe("what the reviewers said beforehand", () => {
  const inside = rule("wal-17.corp.example", ["192.0.2.17"], {
    review: "within-envelope",
    reason: "within the envelope own: our hosts",
  });
  const intended = rule("later.example", [], { review: "intended" });

  test("something new inside an envelope is told, and fails nothing", () => {
    const found = compare([layer("fpl", {})], candidate([inside]));
    expect(kinds(found)).toEqual(["within-envelope fpl"]);
    expect(found.verdict).toBe("within-policy");
    expect(found.findings[0]?.message).toBe(
      "wal-17.corp.example:443/tcp: production denies it; within the envelope own: our hosts",
    );
  });

  test("and where production allows it already, it is told in place of unreviewed", () => {
    const found = compare([layer("fpl", { "wal-17.corp.example": "permit" })], candidate([inside]));
    expect(kinds(found)).toEqual(["within-envelope fpl"]);
  });

  test("the rule that waits for what was declared is not stale", () => {
    const waiting = [written("p.fpl:1")];
    const production = layer("fpl", { "later.example": "permit" }, waiting);
    expect(kinds(compare([production], candidate([])))).toEqual(["stale fpl"]);
    expect(kinds(compare([production], candidate([intended])))).toEqual([]);
  });

  test("what was declared and production denies is no new endpoint: nobody has seen it", () => {
    expect(kinds(compare([layer("fpl", {})], candidate([intended])))).toEqual([]);
  });

  test("a void approval fails the check, at its line", () => {
    const voided = [
      {
        place: "a.yaml:3",
        endpoint: "api.example.com:443/tcp",
        approved: "sha256:0",
        candidate: "sha256:1",
        now: "asked as connect",
      },
    ];
    const found = compare([], candidate([], { voided }));
    expect(found.verdict).toBe("review");
    expect(found.findings).toMatchObject([{ kind: "approval-void", rule: "a.yaml:3" }]);
  });
});
