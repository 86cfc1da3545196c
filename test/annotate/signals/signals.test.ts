import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annotate } from "../../../src/annotate/index.ts";
import { Merger } from "../../../src/merge/index.ts";
import type { OtherName } from "../../../src/model/flow.ts";
import type { Observation } from "../../../src/model/observation.ts";
import { type Signal, SIGNAL_KINDS, type SignalKind } from "../../../src/model/signal.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { address, fqdn, observation, runRecord } from "../../support/build.ts";

const NOWHERE = { lookup: () => [] };

/** The signals of the first endpoint, where all of these were seen in one run. */
function signals(seen: readonly Observation[], allowed: readonly string[] = []): readonly Signal[] {
  const merger = new Merger();
  merger.addRun({ run: runRecord("r1"), observations: seen });
  const { endpoints } = annotate(merger.evidence(), NOWHERE, allowed.map(fqdn));
  return endpoints.find(({ name, port }) => name === seen[0]?.name && port === seen[0]?.port)?.signals ?? [];
}

const kinds = (
  name: string | null,
  at = "203.0.113.9",
  more: Partial<Observation> = {},
  allowed: readonly string[] = [],
): SignalKind[] => signals([observation("r1", name, at, more)], allowed).map(({ kind }) => kind);

describe("what is ordinary gives nothing", () => {
  test.each([
    "api.openai.com",
    "api.anthropic.com",
    "generativelanguage.googleapis.com",
    "us-central1-aiplatform.googleapis.com",
    "bedrock-runtime.us-east-1.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
    "huggingface.co",
    "cdn-lfs.huggingface.co",
    "cas-bridge.xethub.hf.co",
    "registry.jsdepot.example",
    "packages.jsdepot.example",
    "index.pydepot.example",
    "files.pydepot.example",
    "index.cratedepot.example",
    "static.cratedepot.example",
    "proxy.godepot.example",
    "sum.godepot.example",
    "gemdepot.example",
    "repo1.jardepot.example",
    "repo.jardepot.example",
    "registry-1.imagedepot.example",
    "auth.imagedepot.example",
    "production.cloudflare.docker.com",
    "ghcr.io",
    "pkg-containers.githubusercontent.com",
    "quay.io",
    "mcr.microsoft.com",
    "gcr.io",
    "public.ecr.aws",
    "github.com",
    "api.github.com",
    "codeload.github.com",
    "objects.githubusercontent.com",
    "pipelinesproxwus31.actions.githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "www.debian.org",
    "tracker.debian.org",
    "help.ubuntu.com",
    "www.alpinelinux.org",
    "cdn.jsdelivr.net",
    "unpkg.com",
    "esm.sh",
    "deno.land",
    "developer.mozilla.org",
    "nodejs.org",
    "www.python.org",
    "docs.python.org",
    "static.rust-lang.org",
    "dl.google.com",
    "oauth2.googleapis.com",
    "login.microsoftonline.com",
    "management.azure.com",
    "graph.microsoft.com",
    "api.mistral.ai",
    "api.cohere.com",
    "api.groq.com",
    "openrouter.ai",
    "api.together.xyz",
    "docs.anaconda.com",
    "packages.microsoft.com",
    "download.docker.com",
    "checkpoint-api.hashicorp.com",
    "releases.hashicorp.com",
    "en.wikipedia.org",
    "stackoverflow.com",
    "www.bbc.co.uk",
    "xn--bcher-kva.example",
    "db.corp.example",
    "wal-17.internal",
    "open.com",
    "cohere.ai",
    "gitlab.org",
    "docker.org",
  ])("%s", (name) => expect(kinds(name)).toEqual([]));
});

describe("metadata services, however they are written", () => {
  test.each([
    [null, "169.254.169.254"],
    [null, "169.254.170.2"],
    [null, "169.254.0.23"],
    ["metadata.tencentyun.com", "169.254.0.23"],
    [null, "fd00:ec2::254"],
    [null, "168.63.129.16"],
    [null, "100.100.100.200"],
    [null, "::ffff:169.254.169.254"],
    [null, "64:ff9b::a9fe:a9fe"],
    [null, "2002:a9fe:a9fe::1"],
    ["rebind.attacker.example", "169.254.169.254"],
    ["metadata.google.internal", "203.0.113.9"],
    ["169.254.169.254.nip.io", "203.0.113.9"],
    ["169-254-169-254.sslip.io", "203.0.113.9"],
    ["a9fea9fe.attacker.example", "203.0.113.9"],
    ["2852039166.attacker.example", "203.0.113.9"],
    ["0xa9fea9fe.attacker.example", "203.0.113.9"],
    ["0251.0376.0251.0376.attacker.example", "203.0.113.9"],
  ])("%s at %s", (name, at) => expect(kinds(name, at)).toContain("metadata"));

  test("an address literal that was said is looked at too", () => {
    const at = signals([observation("r1", "x.example", "203.0.113.9", { otherNames: [fqdn("a9fea9fe.y.example")] })]);
    expect(at[0]).toMatchObject({ kind: "metadata", evidence: "a9fea9fe.y.example spells out 169.254.169.254" });
  });

  test("also where it counts as the network's own traffic", () => {
    expect(kinds(null, "169.254.169.254", { flags: ["infrastructure"] })).toEqual(["metadata"]);
  });
});

describe("each signal", () => {
  const EACH: readonly (readonly [SignalKind, string | null, string, Partial<Observation>])[] = [
    ["control-plane", "docker.corp.example", "203.0.113.9", { port: 2375 }],
    ["control-plane", "node.corp.example", "203.0.113.9", { port: 10250 }],
    ["control-plane", "etcd.corp.example", "203.0.113.9", { port: 2379 }],
    ["control-plane", "k8s.corp.example", "203.0.113.9", { port: 6443 }],
    ["control-plane", "consul.corp.example", "203.0.113.9", { port: 8500 }],
    ["control-plane", "vault.corp.example", "203.0.113.9", { port: 8200 }],
    ["control-plane", "kubernetes.default.svc", "10.96.0.1", {}],
    ["control-plane", "host.docker.internal", "192.168.65.2", {}],
    ["domain-fronting", "front.example", "203.0.113.9", { flags: ["dns-mismatch"] }],
    ["domain-fronting", "front.example", "203.0.113.9", { flags: ["tunnel-mismatch"] }],
    ["domain-fronting", "front.example", "203.0.113.9", { flags: ["host-mismatch"], port: 80 }],
    ["tunnel-service", "abc.ngrok-free.app", "203.0.113.9", {}],
    ["tunnel-service", "quiet-fox.trycloudflare.com", "203.0.113.9", {}],
    ["tunnel-service", "www.customer.example", "203.0.113.9", { cnames: [fqdn("x.ngrok.io")] }],
    ["dynamic-dns", "evil.duckdns.org", "203.0.113.9", {}],
    ["dynamic-dns", "evil.ddns.net", "203.0.113.9", {}],
    ["dynamic-dns", "203-0-113-9.sslip.io", "203.0.113.9", {}],
    ["paste-site", "pastebin.com", "203.0.113.9", {}],
    ["paste-site", "transfer.sh", "203.0.113.9", {}],
    ["webhook-site", "webhook.site", "203.0.113.9", {}],
    ["webhook-site", "eo1.m.pipedream.net", "203.0.113.9", {}],
    ["webhook-site", "c2.oast.fun", "203.0.113.9", {}],
    ["telemetry", "o1.ingest.sentry.io", "203.0.113.9", {}],
    ["telemetry", "api.segment.io", "203.0.113.9", {}],
    ["telemetry", "randommetrics.monster.com", "203.0.113.9", {}],
    ["telemetry", "telemetry.vendor.example", "203.0.113.9", {}],
    ["shared-hosting", "corp.blob.core.windows.net", "203.0.113.9", {}],
    ["shared-hosting", "storage.googleapis.com", "203.0.113.9", {}],
    ["shared-hosting", "d111111abcdef8.cloudfront.net", "203.0.113.9", {}],
    ["random-label", "4f9c1b27a3de8056f1c2.vendor.example", "203.0.113.9", {}],
    ["random-label", "xk3q9z7w1v5t8r2p6m4n.example", "203.0.113.9", {}],
    ["private-address", null, "10.1.2.3", {}],
    ["private-address", "rebind.attacker.example", "192.168.1.1", {}],
    ["private-address", null, "64:ff9b::a00:1", {}],
    ["private-address", null, "fd12::1", {}],
    ["no-name", null, "203.0.113.9", {}],
    ["unusual-port", "irc.example", "203.0.113.9", { port: 6667 }],
    ["unusual-port", "git.example", "203.0.113.9", { port: 22 }],
    ["plain-text", "old.example", "203.0.113.9", { port: 80 }],
    ["plain-text", "old.example", "203.0.113.9", { port: 8080, nameSource: "http-host" }],
    ["encrypted-dns", "dns.example", "203.0.113.9", { flags: ["doh"] }],
    ["encrypted-dns", "dns.example", "203.0.113.9", { flags: ["dot"], port: 853 }],
    ["encrypted-hello", "front.example", "203.0.113.9", { flags: ["ech"] }],
  ];

  test.each(EACH)("%s: %s at %s %j", (kind, name, at, more) => expect(kinds(name, at, more)).toContain(kind));

  test("is in the table above, or has a test of its own", () => {
    const own: readonly SignalKind[] = ["metadata", "look-alike", "dns-tunnel", "first-appearance"];
    expect(new Set([...EACH.map(([kind]) => kind), ...own])).toEqual(new Set(Object.keys(SIGNAL_KINDS)));
  });

  test("has its reason and what says so, and comes in the order of weight", () => {
    const found = signals([observation("r1", null, "10.0.0.1", { port: 2375, flags: ["dns-mismatch"] })]);
    expect(found.map(({ kind }) => kind)).toEqual(["control-plane", "domain-fronting", "private-address", "no-name"]);
    for (const { reason, evidence } of found) expect([reason.length > 10, evidence.length > 5]).toEqual([true, true]);
  });

  test("says what a nameless address was called, and not that it was called itself", () => {
    const called = (...otherNames: OtherName[]): string =>
      signals([observation("r1", null, "203.0.113.9", { otherNames })])[0]?.evidence ?? "";
    expect(called(address("203.0.113.9"))).toBe("no name was seen for this IPv4 address");
    expect(called(address("203.0.113.9"), fqdn("a.example"))).toBe(
      "no name was seen for this IPv4 address; it was called a.example",
    );
  });

  test("is silent on the network's own traffic", () => {
    expect(kinds(null, "224.0.0.251", { port: 5353, transport: "udp", flags: ["infrastructure", "mdns"] })).toEqual([]);
  });
});

describe("look-alikes", () => {
  test.each([
    ["xn--gitlb-7ve.com"],
    ["xn--gthub-n2e.com"],
    ["xn--opnai-0we.com"],
    ["gltlab.com"],
    ["g1thub.com"],
    ["githud.com"],
    ["api.opena1.com"],
    ["www.bitbuckett.org"],
    ["files.huggingfaces.co"],
    ["rnicrosoft.com"],
    ["xn--microsft-s4a.com"],
    ["anthropc.com"],
  ])("%s looks like a name that everybody trusts", (name) => {
    expect(parseFqdn(name)).toBe(name);
    expect(kinds(name)).toContain("look-alike");
  });

  test.each([
    ["xn--80ak6aa92e.com", true, "is Cyrillic throughout, and reads as apple"],
    ["xn--ggle-0nda.com", true, "has two Cyrillic letters"],
    ["xn--bcher-kva.example", false, "is German"],
    ["xn--80ahb.xn--p1ai", false, "has a suffix of its own alphabet"],
    ["xn--h1alffa9f.com", false, "is a Russian word that nobody takes for a Latin one"],
  ])("%s: %s, as it %s", (name, isOne) => expect(kinds(name).includes("look-alike")).toBe(isOne));

  test.each([
    ["api.bakerycorp.com", ["api.bakerycorp.example"], false],
    ["api.bakery-corp.example", ["api.bakerycorp.example"], true],
    ["api.bakerycrop.example", ["api.bakerycorp.example"], true],
    ["www.bakerycorp.example", ["api.bakerycorp.example"], false],
    ["api.bakerycrop.example", ["api.bakerycorp.example", "api.bakerycrop.example"], false],
    ["files.pydep0t.example", ["index.pydepot.example"], true],
    ["registry.jsdepott.example", ["registry.jsdepot.example"], true],
    ["xn--pydept-0qf.example", ["index.pydepot.example"], true],
    ["node12.example", ["node11.example"], false],
    ["abc.example", ["abd.example"], false],
  ])("%s, where %j is allowed: %s", (name, allowed, isOne) => {
    expect(kinds(name, "203.0.113.9", {}, allowed).includes("look-alike")).toBe(isOne);
  });

  test("what is printed of one is ASCII", () => {
    const [found] = signals([observation("r1", "xn--gthub-n2e.com", "203.0.113.9")]);
    expect(`${found?.reason}${found?.evidence}`).toMatch(/^[ -~]*$/);
  });
});

describe("names that may carry data", () => {
  const chunk = (i: number): string =>
    `${(0x9e37_79b9 * (i + 7)).toString(36)}q7x2k9${(0x85eb_ca6b * (i + 3)).toString(36)}`;
  const many = (count: number, label: (i: number) => string): Observation[] =>
    Array.from({ length: count }, (_, i) => observation("r1", `${label(i)}.t.evil.example`, "203.0.113.9"));

  test("are many, long and never the same below one domain", () => {
    const [found] = signals(many(12, chunk)).filter(({ kind }) => kind === "dns-tunnel");
    expect(found?.evidence).toMatch(
      /^12 of 12 names seen below evil\.example are long or random, \d+ characters in all$/,
    );
  });

  test.each([
    ["few are not enough", many(5, chunk)],
    ["many hosts of a family are none", many(40, (i) => `node-${i}`)],
  ])("%s", (_, seen) => expect(signals(seen).map(({ kind }) => kind)).not.toContain("dns-tunnel"));
});

describe("a first appearance", () => {
  /** Seen in these of eight runs, a day each. */
  function lately(...days: readonly number[]): readonly Signal[] {
    const merger = new Merger();
    for (let day = 1; day <= 8; day++) {
      const [firstSeen, lastSeen] = [`2026-11-0${day}T10:00:00.000000Z`, `2026-11-0${day}T11:00:00.000000Z`];
      const run = runRecord(`r${day}`, { firstSeen, lastSeen });
      const seen = days.includes(day)
        ? [observation(run.run, "new.example", "203.0.113.9", { firstSeen, lastSeen })]
        : [];
      merger.addRun({ run, observations: seen });
    }
    return annotate(merger.evidence(), NOWHERE).endpoints[0]?.signals ?? [];
  }

  test("in the last runs only is told, with the date", () => {
    expect(lately(7, 8)).toEqual([
      {
        kind: "first-appearance",
        reason: expect.any(String) as string,
        evidence: "first on 2026-11-07, in 2 of 2 runs since and in none of the 6 before",
        source: null,
      },
    ]);
  });

  test.each([
    ["the last run", [8], true],
    ["the later half", [5, 6], true],
    ["the first run too", [1, 8], false],
    ["the second run on", [2, 3, 4], false],
  ])("in %s", (_, days, isTold) => expect(lately(...days).length > 0).toBe(isTold));
});

test("whatever the name, what is said of it is one short line of ASCII", () => {
  const label = fc.stringMatching(/^(?:xn--)?[a-z0-9_-]{1,40}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 6 }), (labels) => {
      const name = parseFqdn(labels.join("."));
      if (name === null) return;
      const told = signals([observation("r1", name, "203.0.113.9")], ["api.bakerycorp.example"]);
      for (const { reason, evidence, source } of told)
        expect(`${reason} ${evidence} ${source ?? ""}`).toMatch(/^[ -~]{1,1200}$/);
    }),
    { numRuns: 300 },
  );
});
