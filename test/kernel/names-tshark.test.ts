/** Hellos in datagrams, and in another protocol's packets, put to tshark: it must read the same server name. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { versionOf } from "../../src/ingest/dissect/quic/versions.ts";
import { DISSECTORS } from "../../src/ingest/track/dissectors.ts";
import { cryptoFrame, initialOf } from "../fuzz/initial.ts";
import { pcap } from "../ingest/capture/build.ts";
import { FLAG, frame4, tcp, udp } from "../ingest/decode/build.ts";
import { chlo, googlePacket, streamFrame } from "../ingest/dissect/google-quic.ts";
import { clientHello, dtlsBody, dtlsRecord, tls, u16 } from "../ingest/dissect/hello.ts";
import { CLIENT, read, SERVER } from "../ingest/track/play.ts";

const NAME = "names.example.com";
const folder = mkdtempSync(join(tmpdir(), "sallyport-names-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sent = (datagram: Uint8Array, port: number): Uint8Array =>
  frame4({ protocol: 17, from: CLIENT, to: SERVER }, udp(40_000, port, datagram));

function quic(version: number): Uint8Array[] {
  const frame = cryptoFrame(0n, clientHello({ names: [NAME], alpn: ["h3"] }), versionOf(version)?.crypto);
  const frames = Buffer.concat([frame, Buffer.alloc(900)]);
  return [sent(initialOf(version, frames, Buffer.from("8394c8f03e515708", "hex"), 0), 443)];
}

const CHLO = chlo([
  ["PAD\0", "-".repeat(600)],
  ["SNI\0", NAME],
  ["VER\0", "Q043"],
]);

function googleQuic(version: number): Uint8Array[] {
  return [sent(googlePacket(version, streamFrame(version, CHLO)), 443)];
}

/** Encrypted like the standard's, with the older hello in it. */
function lastGoogleQuic(): Uint8Array[] {
  const version = 0x51303530;
  const frames = Buffer.concat([cryptoFrame(0n, CHLO, versionOf(version)?.crypto), Buffer.alloc(300)]);
  return [sent(initialOf(version, frames, Buffer.from("8394c8f03e515708", "hex"), 0), 443)];
}

function dtls(...cuts: readonly number[]): Uint8Array[] {
  const body = dtlsBody({ names: [NAME] });
  const edges = [0, ...cuts, body.length];
  return edges.slice(1).map((to, i) => sent(dtlsRecord(body, edges[i], to), 4433));
}

/** PRELOGIN from the client and its answer, then the hello in a packet of the same type. */
function sqlServer(): Uint8Array[] {
  const options = Buffer.from("00000b000601001100 01ff 000000000000 01".replaceAll(" ", ""), "hex");
  const packet = (type: number, content: Uint8Array): Buffer =>
    Buffer.concat([Buffer.of(type, 1), u16(8 + content.length), Buffer.of(0, 0, 1, 0), content]);
  const [ask, answer] = [packet(0x12, options), packet(4, options)];
  const out = (seq: number, ack: number, flags: number, payload: Uint8Array = Buffer.alloc(0)): Uint8Array =>
    frame4({ protocol: 6, from: CLIENT, to: SERVER }, tcp(40_000, 1433, { seq, ack, flags }, payload));
  const back = (seq: number, ack: number, flags: number, payload: Uint8Array = Buffer.alloc(0)): Uint8Array =>
    frame4({ protocol: 6, from: SERVER, to: CLIENT }, tcp(1433, 40_000, { seq, ack, flags }, payload));
  return [
    out(99, 0, FLAG.syn),
    back(499, 100, FLAG.syn | FLAG.ack),
    out(100, 500, FLAG.ack, ask),
    back(500, 100 + ask.length, FLAG.ack, answer),
    out(100 + ask.length, 500 + answer.length, FLAG.ack, packet(0x12, tls(NAME))),
  ];
}

/** Version 2's drafts are not in Wireshark 4.0, and a version that is reserved it opens with another salt. */
const VERSIONS = [
  1, 0x6b3343cf, 0xff000016, 0xff000017, 0xff00001b, 0xff00001d, 0xff000020, 0xff000021, 0xff000022, 0xfaceb001,
  0xfaceb002, 0xfaceb00e, 0x54303530, 0x54303531,
];

test.for<[string, readonly Uint8Array[]]>([
  ["DTLS", dtls()],
  ["DTLS in two datagrams", dtls(60)],
  ["SQL Server", sqlServer()],
  ...[24, 33, 34, 39, 43, 46].map((version): [string, Uint8Array[]] => [`QUIC Q0${version}`, googleQuic(version)]),
  ["QUIC Q050", lastGoogleQuic()],
  ...VERSIONS.map((version): [string, Uint8Array[]] => [`QUIC ${version.toString(16)}`, quic(version)]),
])("tshark reads the server name of %s, and so do we", ([what, frames]) => {
  const bytes = pcap(frames.map((frame, i) => ({ bytes: frame, fraction: i })));
  const file = join(folder, `${what.replaceAll(" ", "-")}.pcap`);
  writeFileSync(file, bytes);
  const fields = ["tls.handshake.extensions_server_name", "dtls.handshake.extensions_server_name", "gquic.tag.sni"];
  const asked = ["-n", "-r", file, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
  expect(execFileSync("tshark", asked, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()).toBe(NAME);
  const { flows } = read(bytes, { dissectors: DISSECTORS });
  expect(flows.flatMap(({ claims }) => claims.map(({ name }) => name))).toEqual([NAME]);
});
