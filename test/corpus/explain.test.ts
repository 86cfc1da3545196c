/** Real captures: of every name that a client spoke, the packets that hold it are found, and end with the one that completed it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DISSECTORS } from "../../src/ingest/track/dissectors.ts";
import type { Flow } from "../../src/model/flow.ts";
import { read } from "../ingest/track/play.ts";

const folder = new URL("../../../shared/corpus/captures/", import.meta.url);
const captures = existsSync(folder) ? readdirSync(folder).sort() : [];

function load(capture: string): Uint8Array {
  const bytes = readFileSync(new URL(capture, folder));
  return new Uint8Array(capture.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

/** The flow without what only a trace tells. */
function untraced(flow: Flow): Flow {
  const bare = <T extends { readonly record: number }>(claim: T): T => ({ ...claim, records: undefined });
  const { claims, literals, tunnels } = flow;
  const told = { claims: claims.map(bare), literals: literals.map(bare), tunnels: tunnels.map(bare) };
  return JSON.parse(JSON.stringify({ ...flow, ...told, packets: undefined })) as Flow;
}

describe.skipIf(captures.length === 0)("captures that nobody here wrote", () => {
  let spoken = 0;

  test.for(captures)("%s", (capture) => {
    const file = load(capture);
    const plain = read(file, { dissectors: DISSECTORS });
    const named = plain.flows.filter(({ claims, tunnels }) => claims.length + tunnels.length > 0);
    const traced = read(file, { dissectors: DISSECTORS, trace: named });
    expect(traced.flows.map(untraced)).toEqual(plain.flows.map(untraced));
    for (const { claims, tunnels } of traced.flows) {
      for (const { record, records = [record] } of [...claims, ...tunnels]) expect(Math.max(...records)).toBe(record);
    }
    for (const { claims, tunnels, packets } of traced.flows) {
      if (claims.length + tunnels.length === 0) continue;
      spoken++;
      expect(packets).toMatchObject({ whole: true });
      const { said, asked } = packets!;
      if (claims.length > 0) expect(Math.max(...said)).toBe(claims[0]?.record);
      if (tunnels.length > 0) expect(asked.length).toBeGreaterThan(0);
    }
  });

  test("enough was said", () => expect(spoken).toBeGreaterThan(150));
});
