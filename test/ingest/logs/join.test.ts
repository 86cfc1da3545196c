import { expect, test } from "vitest";
import { Join } from "../../../src/ingest/logs/join.ts";
import type { Conversation } from "../../../src/ingest/logs/joined.ts";
import { Ledger } from "../../../src/ingest/logs/ledger.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { RunFacts } from "../../../src/model/flow.ts";

const conversation = (port: number, firstSeen: number): Conversation => ({
  transport: "tcp",
  originator: { address: parseAddress("10.0.0.2"), port },
  responder: { address: parseAddress("203.0.113.7"), port: 443 },
  state: "established",
  outcome: "allowed",
  firstSeen,
  lastSeen: firstSeen,
  bytesOut: null,
  bytesIn: null,
});

test("a full table is handed over as it stands, and the run says so", () => {
  const ports: (number | null)[] = [];
  const closed: RunFacts[] = [];
  const ledger = new Ledger({
    flow: (flow) => ports.push(flow.originator.port),
    answer: () => {},
    close: (facts) => closed.push(facts),
  });
  const join = new Join(3);
  for (const port of [4, 3, 2, 1]) join.connection(ledger, `C${port}`, "whole", conversation(port, port), port);
  expect(ports).toEqual([2, 3, 4]);
  join.finish();
  ledger.close("zeek");
  expect(ports).toEqual([2, 3, 4, 1]);
  expect(closed[0]?.blindSpots).toEqual(["join-table-full", "no-dns-seen"]);
});

test("a connection keeps a bounded number of names", () => {
  const names: number[] = [];
  const closed: RunFacts[] = [];
  const ledger = new Ledger({
    flow: (flow) => names.push(flow.claims.length),
    answer: () => {},
    close: (facts) => closed.push(facts),
  });
  const join = new Join();
  const joined = join.connection(ledger, "C1", "whole", conversation(1, 1), 1);
  for (let i = 0; i < 1002; i++) joined.claim("http-host", { kind: "name", name: `h${i}.example` as never }, i + 1);
  join.finish();
  ledger.close("zeek");
  expect(names).toEqual([1000]);
  expect(closed[0]?.rejected.get("too-many-names")).toBe(2);
});
