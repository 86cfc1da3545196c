/** Real captures: the packets we frame are those that tshark counts, and every opening it sees gives a flow. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import { read } from "../ingest/track/play.ts";

const corpus = new URL("../../../shared/corpus/", import.meta.url);
const captures = existsSync(corpus) ? readdirSync(new URL("captures/", corpus)).sort() : [];

const rowsOf = (table: string): string[][] =>
  readFileSync(new URL(`expected/${table}`, corpus), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split("\t"));

const status = new Map(captures.length === 0 ? [] : rowsOf("STATUS.tsv").map((row) => [row[0], row] as const));

/** How tshark knows who opened a connection, where it does not guess. */
const CERTAIN: ReadonlySet<string> = new Set(["syn", "synack", "udp_first"]);

/** Captures that tshark reads to their end. */
const whole = captures.filter((capture) => status.get(capture)?.[1] === "0");

function load(capture: string): Uint8Array {
  const bytes = readFileSync(new URL(`captures/${capture}`, corpus));
  return new Uint8Array(capture.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

describe.skipIf(captures.length === 0)("captures that nobody here wrote", () => {
  test("there are some", () => expect(whole.length).toBeGreaterThan(90));

  test.for(whole)("%s: packets and openings", (capture) => {
    const { facts, flows } = read(load(capture));
    expect(facts.records).toBe(Number(status.get(capture)?.[2]));
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
