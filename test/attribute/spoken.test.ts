import { describe, expect, test } from "vitest";
import { Attributor } from "../../src/attribute/index.ts";
import type { DnsAnswer, Flow } from "../../src/model/flow.ts";
import type { Observation } from "../../src/model/observation.ts";
import { address, answer, claim, facts, flow, fqdn, NOON } from "../support/build.ts";
import { inFull } from "../support/in-full.ts";

function attribute(events: readonly (Flow | DnsAnswer)[]): readonly Observation[] {
  const attributor = new Attributor("run-07", "run-07.pcap");
  for (const event of events) {
    if ("responder" in event) attributor.flow(event);
    else attributor.answer(event);
  }
  attributor.close(facts());
  return [...attributor.finish(null).observations];
}

const only = (events: readonly (Flow | DnsAnswer)[]): Observation => {
  const [first, ...others] = attribute(events);
  expect(others).toEqual([]);
  if (!first) throw new Error("no observation");
  return first;
};

describe("what is spoken inside a tunnel", () => {
  const tunnel = { kind: "socks", name: fqdn("front.example"), address: null, port: 443, record: 4 } as const;
  const via = (more: Partial<Flow>): readonly Observation[] =>
    attribute([flow("10.0.0.9", 1080, { tunnels: [tunnel], ...more })]).filter((o) => o.via);

  test("under another name than was asked for is shown and flagged", () => {
    expect(via({ claims: [claim("hidden.example")] })).toMatchObject([
      { name: "front.example", otherNames: ["hidden.example"], flags: ["tunnel-mismatch"] },
    ]);
    expect(via({ claims: [claim("front.example")] })).toMatchObject([{ otherNames: [], flags: [] }]);
  });

  test("to an address is no mismatch", () => {
    const asked = { ...tunnel, name: null, address: address("203.0.113.7") };
    const spoken = { tunnels: [asked], claims: [claim("hidden.example")] };
    expect(via(spoken)).toMatchObject([{ name: "hidden.example", address: "203.0.113.7", flags: [] }]);
  });

  test("names only the last of several tunnels", () => {
    const outer = { ...tunnel, name: null, address: address("203.0.113.7"), port: 3128 };
    expect(via({ tunnels: [outer, tunnel], claims: [claim("hidden.example")] })).toMatchObject([
      { name: "front.example", otherNames: ["hidden.example"], bytesOut: null },
      { name: null, address: "203.0.113.7", port: 3128, otherNames: [], bytesOut: null },
    ]);
  });
});

describe("several names where one may stand", () => {
  const doubted = ["a.example", "b.example"].map((name) => ({ ...claim(name), doubted: true as const }));

  test("are all shown, and none is the name", () => {
    const got = only([flow("192.0.2.1", 443, { claims: doubted })]);
    expect(got).toMatchObject({ name: null, nameSource: null, otherNames: ["a.example", "b.example"] });
  });

  test("leave the name to DNS", () => {
    const got = only([answer("a.example", "192.0.2.1"), flow("192.0.2.1", 443, { claims: doubted })]);
    expect(got).toMatchObject({ name: "a.example", nameSource: "dns", otherNames: ["b.example"] });
  });

  test("give way to one that stands alone, whichever came first", () => {
    const claims = [...doubted, claim("c.example")];
    const got = only([flow("192.0.2.1", 443, { claims })]);
    expect(got).toMatchObject({ name: "c.example", otherNames: ["a.example", "b.example"] });
  });

  test("name nothing inside a tunnel to an address either", () => {
    const tunnel = { kind: "socks", name: null, address: address("203.0.113.7"), port: 443, record: 4 } as const;
    const lines = attribute([flow("10.0.0.9", 1080, { tunnels: [tunnel], claims: doubted })]);
    expect(lines.filter((line) => line.via)).toMatchObject([{ name: null, otherNames: ["a.example", "b.example"] }]);
  });
});

describe("an address that a client spoke", () => {
  const literal = (text: string): Pick<Flow, "literals"> => ({ literals: [{ address: address(text), record: 3 }] });

  test("is another name, and never the name", () => {
    const got = only([flow("192.0.2.1", 80, literal("127.0.0.1"))]);
    expect(got).toMatchObject({ name: null, nameSource: null, otherNames: ["127.0.0.1"], address: "192.0.2.1" });
  });

  test("stands beside a name that was spoken too", () => {
    const got = only([flow("192.0.2.1", 80, { claims: [claim("a.example")], ...literal("127.0.0.1") })]);
    expect(got).toMatchObject({ name: "a.example", otherNames: ["127.0.0.1"] });
  });

  test("that is the endpoint's own says that no name was gone by: the resolver's is shown beside it", () => {
    const got = only([answer("a.example", "192.0.2.1"), flow("192.0.2.1", 80, literal("192.0.2.1"))]);
    expect(got).toMatchObject({ name: null, otherNames: ["192.0.2.1", "a.example"], flags: [] });
  });

  test("and is not the endpoint's own leaves the resolver's name", () => {
    const got = only([answer("a.example", "192.0.2.1"), flow("192.0.2.1", 80, literal("127.0.0.1"))]);
    expect(got).toMatchObject({ name: "a.example", nameSource: "dns", otherNames: ["127.0.0.1"], flags: [] });
  });

  test("to a proxy, as what was asked for, stands on the proxy's line too", () => {
    const tunnel = { kind: "http-connect", name: null, address: address("203.0.113.7"), port: 22, record: 4 } as const;
    expect(attribute([flow("10.0.0.9", 3128, { tunnels: [tunnel] })])).toMatchObject([
      { address: "203.0.113.7", port: 22, otherNames: [] },
      { address: "10.0.0.9", port: 3128, otherNames: ["203.0.113.7"], flags: ["proxy"] },
    ]);
  });

  test("or name beyond a thousand on one line is counted and left out", () => {
    const attributor = new Attributor("run", "run.pcap");
    for (let i = 0; i < 1003; i++) attributor.flow(flow("192.0.2.1", 80, literal(`10.1.${i >> 8}.${i & 255}`)));
    attributor.close(facts());
    const { run, observations } = inFull(attributor.finish(null));
    expect(observations[0]?.otherNames).toHaveLength(1000);
    expect(run.rejected).toEqual({ "too-many-names": 3 });
  });
});

describe("a request for a whole URL", () => {
  const url = (name: string | null, at: string | null, port: number): Flow["tunnels"][number] => ({
    kind: "http-forward",
    name: name === null ? null : fqdn(name),
    address: at === null ? null : address(at),
    port,
    record: 4,
  });
  const ask = (to: string, port: number, ...tunnels: Flow["tunnels"]): Flow =>
    flow(to, port, { tunnels, flags: ["absolute-form"] });

  test("without evidence of whose address it went to, went to a proxy", () => {
    expect(attribute([ask("10.0.0.9", 3128, url("a.example", null, 80))])).toMatchObject([
      {
        name: "a.example",
        nameSource: "http-host",
        port: 80,
        address: "10.0.0.9",
        via: { kind: "http-forward", address: "10.0.0.9", port: 3128 },
        flags: ["absolute-form"],
      },
      { name: null, port: 3128, flags: ["absolute-form", "proxy"] },
    ]);
  });

  test("to the address that DNS gave its host went there directly", () => {
    const got = only([answer("a.example", "192.0.2.1"), ask("192.0.2.1", 80, url("a.example", null, 80))]);
    expect(got).toMatchObject({ name: "a.example", nameSource: "http-host", port: 80, flags: ["absolute-form"] });
    expect(got.via).toBeUndefined();
  });

  test("to that address at another port went to a proxy that lives there", () => {
    const got = attribute([answer("a.example", "192.0.2.1"), ask("192.0.2.1", 3128, url("a.example", null, 80))]);
    expect(got.map((o) => [o.name, o.port, o.via?.port ?? null])).toEqual([
      ["a.example", 80, 3128],
      ["a.example", 3128, null],
    ]);
  });

  test.each([
    ["to another client", { client: address("10.0.0.3") }],
    ["after the flow", { at: NOON + 1 }],
  ])("an answer %s is no evidence", (_, more) => {
    const got = attribute([answer("a.example", "192.0.2.1", more), ask("192.0.2.1", 80, url("a.example", null, 80))]);
    expect(got.filter((o) => o.via)).toHaveLength(1);
  });

  test("for the very address and port it went to went there directly", () => {
    const got = only([ask("192.0.2.1", 8080, url(null, "192.0.2.1", 8080))]);
    expect(got).toMatchObject({ name: null, address: "192.0.2.1", port: 8080, otherNames: ["192.0.2.1"] });
  });

  test("of several on one connection each is a line, and nobody knows how many bytes were whose", () => {
    const got = attribute([ask("10.0.0.9", 3128, url("a.example", null, 80), url("b.example", null, 443))]);
    expect(got.map((o) => [o.name, o.port, o.bytesOut])).toEqual([
      ["a.example", 80, null],
      ["b.example", 443, null],
      [null, 3128, 10],
    ]);
  });
});
