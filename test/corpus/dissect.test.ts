/** Dissection alone, on captures of others, against what tshark saw in them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readAnnouncement, readDns } from "../../src/ingest/dissect/dns.ts";
import { looksLikeQuic, QuicInitials } from "../../src/ingest/dissect/quic.ts";
import { dissectStream, type StreamVerdict } from "../../src/ingest/dissect/stream.ts";
import { parseAddress } from "../../src/model/address.ts";
import { framesOf, type Payload, payloadOf, streamsOf } from "./packets.ts";

const CORPUS = join(import.meta.dirname, "../../../shared/corpus");
const CAPTURES = existsSync(CORPUS) ? readdirSync(join(CORPUS, "captures")) : [];
const SPOKEN: ReadonlySet<string> = new Set([
  "tls_sni",
  "quic_sni",
  "http_host",
  "h2_authority",
  "http_connect",
  "socks",
]);
const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 5355]);

/** What the expectation has and we have not, and why. */
const NOT_OURS: ReadonlySet<string> = new Set([
  "ww.example.org", // inside MPLS, where this test does not look
  "luca’s imac._companion-link._tcp.local", // the expectation gives this mDNS service its neighbour's address
  "fg2.weberlab.de", // in a fragment
  "pa.weberlab.de",
]);

/** What we have and the expectation has not. */
const OURS_ALONE: ReadonlySet<string> = new Set([
  "lucas-imac.local", // the neighbour whose address that is
]);

describe.skipIf(CAPTURES.length === 0).each(CAPTURES)("%s", (capture) => {
  const payloads = framesOf(contentOf(join(CORPUS, "captures", capture)))
    .map(payloadOf)
    .filter((p) => p !== null);

  test("the names that clients spoke", () => {
    const spoken = namesSpoken(payloads);
    const wanted = rows(`${capture}.conn.tsv`).filter(
      ([address = "", port, transport, name = "", source = "", , detail = ""]) =>
        SPOKEN.has(source) &&
        !detail.includes("decrypted") &&
        spoken.has(`${transport} ${address} ${port}`) && // else inside a tunnel, where this test does not look
        parseAddress(name) === null,
    );
    for (const [address, port, transport, name = ""] of wanted) {
      if (!NOT_OURS.has(name)) expect([...(spoken.get(`${transport} ${address} ${port}`) ?? [])]).toContain(name);
    }
    const all = new Set(rows(`${capture}.conn.tsv`).map(([, , , name]) => name));
    for (const names of spoken.values()) for (const name of names) expect([...all]).toContain(name);
  });

  test("the addresses that resolvers gave", () => {
    const wanted = rows(`${capture}.dns.tsv`).filter(([name = ""]) => !NOT_OURS.has(name));
    const expected = new Set(wanted.map(([, , address, chain]) => `${chain} ${address}`));
    const resolved = new Set<string>();
    for (const { transport, ports, bytes } of payloads) {
      if (transport !== "udp" || !ports.some((port) => DNS_PORTS.has(port))) continue;
      const isMdns = ports.includes(5353);
      for (const { name, chain, address } of (isMdns ? readAnnouncement(bytes) : readDns(bytes))?.answers ?? []) {
        const line = `${[name, ...chain].join(">")} ${address}`;
        // Of mDNS the expectation has the answer section alone.
        if (!OURS_ALONE.has(name) && (!isMdns || expected.has(line))) resolved.add(line);
      }
    }
    // Where none is found, all are inside tunnels.
    if (resolved.size > 0) expect(resolved).toEqual(expected);
  });
});

function contentOf(path: string): Buffer {
  return path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path);
}

function rows(file: string): string[][] {
  const lines = readFileSync(join(CORPUS, "expected", file), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return lines.map((line) => line.split("\t"));
}

function namesSpoken(payloads: readonly Payload[]): Map<string, Set<string>> {
  const spoken = new Map<string, Set<string>>();
  const initials = new Map<string, QuicInitials>();
  const add = (payload: Payload, verdict: StreamVerdict): void => {
    const key = `${payload.transport} ${payload.address} ${payload.ports[1]}`;
    const names = spoken.get(key) ?? new Set<string>();
    spoken.set(key, names);
    if (verdict.kind === "more") return;
    for (const { name } of verdict.claims) names.add(name);
    for (const { name } of verdict.tunnels) if (name !== null) names.add(name);
  };
  for (const [payload, bytes] of streamsOf(payloads)) {
    if (bytes.length > 0) add(payload, dissectStream(bytes, payload.ports[1], true));
  }
  for (const payload of payloads) {
    const key = `${payload.from} ${payload.to}`;
    const flow = initials.get(key) ?? (looksLikeQuic(payload.bytes) ? new QuicInitials() : null);
    if (payload.transport !== "udp" || flow === null) continue;
    initials.set(key, flow);
    add(payload, flow.add(payload.bytes));
  }
  return spoken;
}
