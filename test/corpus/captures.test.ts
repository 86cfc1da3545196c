/** Real captures: the packets we frame are those that tshark counts, and every opening it sees gives a flow. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import { read } from "../ingest/track/play.ts";
import { captures, load, packetsIn, rowsOf, whole } from "./corpus.ts";

/** How tshark knows who opened a connection, where it does not guess. */
const CERTAIN: ReadonlySet<string> = new Set(["syn", "synack", "udp_first"]);

describe.skipIf(captures.length === 0)("captures that nobody here wrote", () => {
  test("there are some", () => expect(whole.length).toBeGreaterThan(90));

  test.for(whole)("%s: packets and openings", (capture) => {
    const { facts, flows } = read(load(capture));
    expect(facts.records).toBe(packetsIn(capture));
    const found = new Set(
      flows.map(({ transport, responder }) => `${transport} ${responder.address} ${responder.port}`),
    );
    const opened = rowsOf(`${capture}.conn.tsv`).filter(([, , , , , basis = ""]) => CERTAIN.has(basis));
    const keys = opened.map(([address = "", port, transport]) => `${transport} ${parseAddress(address)} ${port}`);
    const missed = keys.filter((key) => !found.has(key));
    expect(missed).toEqual([]);
  });

  test.for(captures)("%s: any cut into chunks gives the same", (capture) => {
    const file = load(capture);
    const cuts = Array.from({ length: 97 }, (_, i) => (i * 7919 * 31) % file.length);
    expect(read(file, {}, cuts)).toEqual(read(file));
  });
});
