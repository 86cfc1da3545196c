import { describe, expect, test } from "vitest";
import { Attributor } from "../../src/attribute/index.ts";
import type { DnsAnswer, Flow } from "../../src/model/flow.ts";
import type { ObservedRun } from "../../src/model/observation.ts";
import { address, answer, claim, facts, flow, fqdn } from "../support/build.ts";
import { inFull } from "../support/in-full.ts";

function attribute(events: Iterable<Flow | DnsAnswer>): ObservedRun {
  const attributor = new Attributor("run", "run.pcap");
  for (const event of events) {
    if ("responder" in event) attributor.flow(event);
    else attributor.answer(event);
  }
  attributor.close(facts());
  return inFull(attributor.finish(null));
}

const many = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));

describe("names of one run", () => {
  test("two thousand of an address at each of six hundred ports are a million, and then lines go without", () => {
    const answers = many(2000, (i) => answer(`n${i}.example`, "192.0.2.1"));
    const flows = many(600, (i) => flow("192.0.2.1", i, { claims: [claim(`c${i}.example`)] }));
    const { run, observations } = attribute([...answers, ...flows]);
    expect(observations.reduce((sum, line) => sum + line.otherNames.length, 0)).toBe(1_000_000);
    expect(run.rejected).toEqual({ "too-many-names": 100 });
  });

  test("of an address beyond two thousand are left out, and one that is known is not one more", () => {
    const answers = many(2100, (i) => answer(`n${i}.example`, "192.0.2.1"));
    const { run } = attribute([...answers, ...answers.slice(0, 50), flow("192.0.2.1", 443)]);
    expect(run.rejected).toEqual({ "dns-table-full": 100 });
  });

  test("spoken beside the same one are kept up to a thousand", () => {
    const flows = many(1100, (i) =>
      flow("192.0.2.1", 443, {
        claims: [claim(`inner${i}.example`)],
        tunnels: [{ kind: "http-connect", name: fqdn("t.example"), address: null, port: 443, record: 1 }],
      }),
    );
    const { run, observations } = attribute(flows);
    expect(observations.map((line) => line.otherNames.length)).toContain(1000);
    expect(run.rejected).toEqual({ "too-many-names": 100 });
  });

  test("on the way to one are kept up to a hundred", () => {
    const pairs = many(30, (i) => {
      const chain = many(4, (j) => fqdn(`alias${i}-${j}.example`));
      const client = address(`10.0.1.${i + 1}`);
      const ends = { originator: { address: client, port: 40_000 } };
      return [answer("a.example", "192.0.2.1", { chain, client }), flow("192.0.2.1", 443, ends)];
    });
    const { run, observations } = attribute(pairs.flat());
    expect(observations.map((line) => line.cnames?.length)).toEqual([100]);
    expect(run.rejected).toEqual({ "too-many-names": 20 });
  });
});
