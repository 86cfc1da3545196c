/** Real captures: packets both ways, bytes and the state of each connection, as Zeek's own test suite expects them. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import type { Flow, FlowState } from "../../src/model/flow.ts";
import { read } from "../ingest/track/play.ts";
import { captures, load, opinions } from "./corpus.ts";

/** Zeek's words (its manual, `conn_state`), and ours. */
const STATES: Readonly<Record<string, FlowState>> = {
  S0: "attempted",
  S1: "established",
  S2: "established",
  S3: "established",
  SF: "established",
  REJ: "rejected",
  RSTO: "reset",
  RSTR: "reset",
  // Only one side of it is there, and it is closed.
  SH: "established",
  OTH: "midstream",
};

/** Of a Teredo server's datagram to a new client Zeek takes the port for a reply's; it is the first one, so we do not. */
const UNSOLICITED: ReadonlySet<string> = new Set(["udp 192.168.2.16:3797 > 65.55.158.81:3544"]);

interface Connection {
  /** From the originator and back. */
  packets: readonly [number, number];
  /** Null where Zeek keeps none, as for a single packet. */
  bytes: number | null;
  states: readonly string[];
}

type Connections = Map<string, Connection>;

/** Zeek divides a connection at its silences, so those between the same ends are put together. */
function put(connections: Connections, key: string, { packets, bytes, states }: Connection): void {
  const same = connections.get(key) ?? { packets: [0, 0], bytes: null, states: [] };
  connections.set(key, {
    packets: [same.packets[0] + packets[0], same.packets[1] + packets[1]],
    bytes: bytes === null ? same.bytes : bytes + (same.bytes ?? 0),
    states: [...same.states, ...states],
  });
}

function zeekConnections(log: string): Connections {
  const lines = log.split("\n");
  const fields =
    lines
      .find((line) => line.startsWith("#fields"))
      ?.split("\t")
      .slice(1) ?? [];
  const connections: Connections = new Map();
  for (const line of lines.filter((text) => text !== "" && !text.startsWith("#"))) {
    const values = line.split("\t");
    const value = (field: string): string => values[fields.indexOf(field)] ?? "-";
    if (!["tcp", "udp"].includes(value("proto"))) continue;
    const end = (side: string): string => `${parseAddress(value(`id.${side}_h`))}:${value(`id.${side}_p`)}`;
    put(connections, `${value("proto")} ${end("orig")} > ${end("resp")}`, {
      packets: [Number(value("orig_pkts")), Number(value("resp_pkts"))],
      bytes: value("orig_bytes") === "-" ? null : Number(value("orig_bytes")) + Number(value("resp_bytes")),
      states: [STATES[value("conn_state")] ?? value("conn_state")],
    });
  }
  return connections;
}

function ourConnections(flows: readonly Flow[]): Connections {
  const connections: Connections = new Map();
  for (const flow of flows) {
    const [from, to] = [flow.originator, flow.responder].map(({ address, port }) => `${address}:${port}`);
    put(connections, `${flow.transport} ${from} > ${to}`, {
      packets: [flow.packetsOut ?? 0, flow.packetsIn ?? 0],
      bytes: (flow.bytesOut ?? 0) + (flow.bytesIn ?? 0),
      states: [flow.state],
    });
  }
  return connections;
}

const judged = captures.filter((capture) => opinions(capture, "conn.log").length > 0);

describe.skipIf(captures.length === 0)("Zeek sees the same connections", () => {
  test("it has seen some of the captures", () => expect(judged.length).toBeGreaterThan(8));

  test.for(judged)("%s", (capture) => {
    const ours = ourConnections(read(load(capture)).flows);
    for (const log of opinions(capture, "conn.log")) {
      for (const [key, theirs] of zeekConnections(log)) {
        if (UNSOLICITED.has(key)) continue;
        const found = ours.get(key);
        expect([key, found?.packets]).toEqual([key, theirs.packets]);
        if (theirs.states.length === 1) expect([key, found?.states]).toEqual([key, theirs.states]);
        // Of TCP Zeek counts what sequence numbers span, and we every segment, those sent again included.
        const isTcp = key.startsWith("tcp");
        if (theirs.bytes !== null && isTcp) expect(found?.bytes).toBeGreaterThanOrEqual(theirs.bytes);
        if (theirs.bytes !== null && !isTcp) expect([key, found?.bytes]).toEqual([key, theirs.bytes]);
      }
    }
  });
});
