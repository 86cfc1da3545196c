import { describe, expect, it } from "vitest";
import { annotate } from "../../src/annotate/index.ts";
import { registrableDomain } from "../../src/annotate/registrable.ts";
import type { PrefixIndex } from "../../src/model/annotation.ts";
import { EVIDENCE_SCHEMA, type EndpointEvidence, type Evidence } from "../../src/model/evidence.ts";
import type { Prefix } from "../../src/model/prefix.ts";
import { address, fqdn } from "../support/build.ts";

const endpoint = (more: Partial<EndpointEvidence>): EndpointEvidence => ({
  name: null,
  address: null,
  transport: "tcp",
  port: 443,
  via: null,
  runsSeen: 1,
  runsTotal: 1,
  addresses: [],
  nameSources: [],
  otherNames: [],
  cnames: [],
  outcomes: { allowed: 1, denied: 0, failed: 0 },
  connections: 1,
  established: 1,
  bytesOut: null,
  bytesIn: null,
  firstSeen: null,
  lastSeen: null,
  workloads: [],
  tools: [],
  processes: [],
  flags: [],
  incidence: [],
  ...more,
});
const evidenceOf = (...endpoints: readonly EndpointEvidence[]): Evidence => ({
  _schema: EVIDENCE_SCHEMA,
  runs: [],
  endpoints,
});
const tag = { provider: "aws", service: "S3", region: null, version: "1", prefix: "10.0.0.0/8" as Prefix };
const index: PrefixIndex = { lookup: (a) => (a.startsWith("10.") ? [tag] : []) };

describe("annotating evidence", () => {
  it("puts beside an endpoint the tags of each of its addresses, held or not", () => {
    const named = endpoint({ name: fqdn("a.example.com"), addresses: [address("10.0.0.1"), address("192.0.2.1")] });
    const [annotated] = annotate(evidenceOf(named), index).endpoints;
    expect(annotated).toMatchObject({
      ...named,
      registrableDomain: "example.com",
      tenancy: "single",
      signals: [{ kind: "private-address" }],
      tags: [
        { address: "10.0.0.1", tags: [tag] },
        { address: "192.0.2.1", tags: [] },
      ],
    });
  });

  it("knows no registrable domain of an address", () => {
    const nameless = endpoint({ address: address("10.0.0.1"), addresses: [address("10.0.0.1")] });
    const [annotated] = annotate(evidenceOf(nameless), index).endpoints;
    expect(annotated?.registrableDomain).toBeNull();
    expect(annotated?.tags.map((t) => t.address)).toEqual(["10.0.0.1"]);
  });

  it("says nothing of the proxy's address where an endpoint was reached through one", () => {
    const via = { kind: "http-connect", address: address("10.0.0.9"), port: 3128 } as const;
    const tunnelled = endpoint({ address: address("192.0.2.7"), addresses: [address("10.0.0.9")], via });
    const [annotated] = annotate(evidenceOf(tunnelled), index).endpoints;
    expect(annotated?.tags).toEqual([{ address: "192.0.2.7", tags: [] }]);
  });

  it("keeps runs and the order of endpoints", () => {
    const evidence = evidenceOf(endpoint({ name: fqdn("b") }), endpoint({ name: fqdn("a") }));
    expect(annotate(evidence, index).endpoints.map((e) => e.name)).toEqual(["b", "a"]);
    expect(annotate(evidence, index).runs).toBe(evidence.runs);
  });
});

describe("the registrable domain", () => {
  it.each([
    ["api.openai.com", "openai.com"],
    ["openai.com", "openai.com"],
    ["www.bbc.co.uk", "bbc.co.uk"],
    ["a.b.tenant.github.io", "tenant.github.io"],
    ["my_bucket.s3.amazonaws.com", "my_bucket.s3.amazonaws.com"],
    ["_dmarc.example.org", "example.org"],
    ["www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"],
    ["wal-17.internal", "wal-17.internal"],
    ["a.wal-17.internal", "wal-17.internal"],
    ["co.uk", null],
    ["github.io", null],
    ["metrics", null],
  ])("of %s is %s", (name, domain) => expect(registrableDomain(fqdn(name))).toBe(domain));
});
