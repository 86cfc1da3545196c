import { describe, expect, test } from "vitest";
import { Attributor } from "../../src/attribute/index.ts";
import { SECOND } from "../../src/model/instant.ts";
import { address, answer, claim, facts, flow, fqdn, NOON } from "../support/build.ts";
import { inFull } from "../support/in-full.ts";
import { attribute, only } from "./attribute.ts";

describe("the name of a flow", () => {
  test("what the client said wins over what the resolver said", () => {
    const got = only([
      answer("cdn.example.net", "192.0.2.1"),
      flow("192.0.2.1", 443, { claims: [claim("api.example.com")] }),
    ]);
    expect(got).toMatchObject({ name: "api.example.com", nameSource: "tls-sni", otherNames: ["cdn.example.net"] });
  });

  test("a flow without a name stays without", () => {
    expect(only([flow("192.0.2.1", 443)])).toMatchObject({ name: null, nameSource: null, otherNames: [] });
  });

  test("a DNS answer to the same client before the flow names it, and its aliases are kept", () => {
    const got = only([
      answer("a.example.com", "192.0.2.1", { chain: [fqdn("edge.example.net")] }),
      flow("192.0.2.1", 22),
    ]);
    expect(got).toMatchObject({
      name: "a.example.com",
      nameSource: "dns",
      cnames: ["edge.example.net"],
      otherNames: [],
    });
  });

  test.each([
    ["an answer after the flow", { at: NOON + 1 }],
    ["an answer to another client", { client: address("10.0.0.3") }],
    ["an answer whose TTL and grace are over", { at: NOON - 361 * SECOND, ttl: 60 }],
  ])("%s names nothing, and is shown beside it", (_, more) => {
    const got = only([answer("a.example.com", "192.0.2.1", more), flow("192.0.2.1", 443)]);
    expect(got).toMatchObject({ name: null, otherNames: ["a.example.com"] });
  });

  test("an answer is good until its TTL and five minutes are over, to the microsecond", () => {
    const at = NOON - 360 * SECOND;
    expect(only([answer("a.example.com", "192.0.2.1", { at, ttl: 60 }), flow("192.0.2.1", 443)]).name).toBe(
      "a.example.com",
    );
    expect(
      only([answer("a.example.com", "192.0.2.1", { at: at - 1, ttl: 60 }), flow("192.0.2.1", 443)]).name,
    ).toBeNull();
  });

  test("of several names the latest answer is taken, the others are shown, and it is marked ambiguous", () => {
    const got = only([
      answer("old.example.com", "192.0.2.1", { at: NOON - 3 * SECOND }),
      answer("new.example.com", "192.0.2.1", { at: NOON - 2 * SECOND }),
      flow("192.0.2.1", 22),
    ]);
    expect(got).toMatchObject({ name: "new.example.com", otherNames: ["old.example.com"], flags: ["ambiguous"] });
  });

  test("a name resolution block counts only where no answer does", () => {
    const block = answer("nrb.example.com", "192.0.2.1", { source: "pcapng-nrb", client: null, at: null, ttl: null });
    expect(only([block, flow("192.0.2.1", 22)])).toMatchObject({ name: "nrb.example.com", nameSource: "pcapng-nrb" });
    expect(only([block, answer("dns.example.com", "192.0.2.1"), flow("192.0.2.1", 22)])).toMatchObject({
      name: "dns.example.com",
      nameSource: "dns",
      flags: [],
    });
  });
});

describe("a flow through a proxy", () => {
  const tunnel = { kind: "http-connect", name: fqdn("api.example.com"), address: null, port: 443, record: 4 } as const;
  const got = attribute([
    answer("proxy.internal", "10.0.0.9"),
    flow("10.0.0.9", 3128, { tunnels: [tunnel], claims: [claim("api.example.com")] }),
  ]);

  test("is an observation of what was asked for, at the proxy's address", () => {
    expect(got[0]).toMatchObject({
      name: "api.example.com",
      nameSource: "http-connect",
      port: 443,
      address: "10.0.0.9",
      via: { kind: "http-connect", address: "10.0.0.9", port: 3128 },
      otherNames: [],
    });
  });

  test("and one of the proxy, which the names asked of it do not name", () => {
    expect(got[1]).toMatchObject({ name: "proxy.internal", nameSource: "dns", port: 3128, flags: ["proxy"] });
    expect(got).toHaveLength(2);
  });

  test("to an address asked for keeps that address", () => {
    const asked = { ...tunnel, name: null, address: address("203.0.113.7") };
    const [nameless] = attribute([flow("10.0.0.9", 3128, { tunnels: [asked] })]).filter((o) => o.via);
    expect(nameless).toMatchObject({ name: null, address: "203.0.113.7", port: 443 });
  });
});

describe("what is summed and what is kept apart", () => {
  test("flows alike are one line with sums, first and last times", () => {
    const got = only([
      flow("192.0.2.1", 443, { claims: [claim("a.example.com")], firstSeen: NOON, lastSeen: NOON + SECOND }),
      flow("192.0.2.1", 443, { claims: [claim("a.example.com")], firstSeen: NOON - SECOND, lastSeen: NOON }),
    ]);
    expect(got).toMatchObject({ connections: 2, established: 2, bytesOut: 20, bytesIn: 40 });
    expect([got.firstSeen, got.lastSeen]).toEqual(["2026-11-01T11:59:59.000000Z", "2026-11-01T12:00:01.000000Z"]);
  });

  test.each([
    ["outcome", { outcome: "failed", state: "attempted" }],
    ["tool", { tool: "search" }],
    ["transport", { transport: "udp" }],
    ["process", { process: "curl" }],
    ["workload", { workload: "agent" }],
  ] as const)("another %s is another line", (_, more) => {
    expect(attribute([flow("192.0.2.1", 443), flow("192.0.2.1", 443, more)])).toHaveLength(2);
  });

  test("midstream stands only if every flow of the line is", () => {
    const midstream = flow("192.0.2.1", 443, { flags: ["midstream"], state: "midstream" });
    expect(only([midstream]).flags).toEqual(["midstream"]);
    expect(only([midstream, flow("192.0.2.1", 443)]).flags).toEqual([]);
  });

  test("a source that does not tell bytes leaves null, and one that does is summed without it", () => {
    expect(only([flow("192.0.2.1", 443, { bytesIn: null })]).bytesIn).toBeNull();
    expect(only([flow("192.0.2.1", 443, { bytesIn: null }), flow("192.0.2.1", 443)]).bytesIn).toBe(20);
  });
});

describe("the network's own traffic is marked", () => {
  test("the resolver is who answered", () => {
    const query = flow("10.0.0.53", 53, { transport: "udp" });
    expect(only([answer("a.example.com", "192.0.2.1"), query]).flags).toEqual(["infrastructure", "resolver"]);
    expect(only([query]).flags).toEqual([]);
  });

  test("who answers at another port is no resolver of the run", () => {
    const strange = answer("a.example.com", "192.0.2.1", { resolverPort: 5300 });
    expect(only([strange, flow("10.0.0.53", 53, { transport: "udp" })]).flags).toEqual([]);
    expect(only([strange, flow("10.0.0.53", 5300, { transport: "udp", flags: ["dns-port"] })]).flags).toEqual([
      "dns-port",
    ]);
    const untold = answer("a.example.com", "192.0.2.1", { resolverPort: null });
    expect(only([untold, flow("10.0.0.53", 53, { transport: "udp" })]).flags).toContain("resolver");
  });

  test("neighbour discovery is the link's own", () => {
    const advertisement = flow("2001:db8::10", null, { transport: "icmpv6", flags: ["neighbour-discovery"] });
    expect(only([advertisement]).flags).toEqual(["infrastructure", "neighbour-discovery"]);
  });

  test.each([
    ["NTP", "192.0.2.1", 123, "udp", ["infrastructure", "ntp"]],
    ["DHCP of the site", "10.0.0.1", 67, "udp", ["dhcp", "infrastructure"]],
    ["its port far away is an ordinary destination", "192.0.2.1", 67, "udp", []],
    ["and so is the port of mDNS", "192.0.2.1", 5353, "udp", []],
    ["mDNS", "224.0.0.251", 5353, "udp", ["infrastructure", "mdns", "multicast"]],
    ["link-local IPv4", "169.254.3.4", 80, "tcp", ["infrastructure", "link-local"]],
    ["link-local IPv6", "fe80::1", 80, "tcp", ["infrastructure", "link-local"]],
    ["the metadata service is a destination, not infrastructure", "169.254.169.254", 80, "tcp", ["metadata"]],
    ["the metadata service over IPv6", "fd00:ec2::254", 80, "tcp", ["metadata"]],
    ["DNS over TLS", "192.0.2.1", 853, "tcp", ["dot"]],
    ["DNS over QUIC", "192.0.2.1", 853, "udp", ["doq"]],
    ["a public resolver", "8.8.8.8", 443, "tcp", ["doh-resolver"]],
    ["a public resolver over HTTP/3 and IPv6", "2606:4700:4700::1111", 443, "udp", ["doh-resolver"]],
    ["a public resolver at another port", "8.8.8.8", 80, "tcp", []],
    ["an ordinary address", "192.0.2.1", 443, "tcp", []],
  ] as const)("%s", (_, to, port, transport, flags) => {
    expect(only([flow(to, port, { transport })]).flags).toEqual(flags);
  });
});

describe("the run line", () => {
  test("joins the facts of several readers and counts what could not be used", () => {
    const attributor = new Attributor("run-07", "run-07");
    attributor.close(
      facts({
        records: 2,
        rejected: new Map([["truncated-packet", 1]]),
        rejectedAt: new Map([["truncated-packet", [2]]]),
      }),
    );
    attributor.close(
      facts({ format: "jsonl", records: 3, rejected: new Map([["truncated-packet", 2]]), blindSpots: ["no-dns-seen"] }),
    );
    attributor.reject("truncated-gzip");
    expect(attributor.finish("ab").run).toMatchObject({
      run: "run-07",
      format: "mixed",
      sha256: "ab",
      records: 5,
      rejected: { "truncated-gzip": 1, "truncated-packet": 3 },
      rejectedAt: { "truncated-packet": [2] },
      blindSpots: ["no-dns-seen"],
    });
  });

  test("a run that was never closed is a bug", () => {
    expect(() => new Attributor("r", "r").finish(null)).toThrow(/before its reader closed it/);
  });
});

test("a scan that outgrows the table is counted, not kept", () => {
  const attributor = new Attributor("scan", "scan.pcap");
  for (let i = 0; i < 200_005; i++) attributor.flow(flow(`10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`, 80));
  attributor.close(facts());
  const { run, observations } = inFull(attributor.finish(null));
  expect(observations).toHaveLength(200_000);
  expect(run.rejected).toEqual({ "observation-table-full": 5 });
});

test("thousands of names for one address are counted, not all looked through for each flow", () => {
  const attributor = new Attributor("flood", "flood.pcap");
  for (let i = 0; i < 2005; i++) attributor.answer(answer(`n${i}.example.com`, "192.0.2.1"));
  attributor.close(facts());
  expect(attributor.finish(null).run.rejected).toEqual({ "dns-table-full": 5 });
});
