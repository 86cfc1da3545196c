/** The first bytes a TCP client sent, to the names and tunnels it asked for; recognised by content. */
import { readHttp2 } from "./http/prior-knowledge.ts";
import { readRequest } from "./http/request.ts";
import { readProxyProtocol } from "./proxy-protocol.ts";
import { readSocks4, readSocks5 } from "./socks.ts";
import { isText, readLdap, readMysql, readPostgres, readRdp, readTds, readTextPreamble } from "./starttls.ts";
import { readChangeCipherSpec, readTls } from "./tls/records.ts";
import {
  type Behind,
  type Done,
  type End,
  type Expectation,
  isSame,
  type Layer,
  limited,
  MORE,
  NOTHING,
  OTHER,
  type StreamFlag,
  type StreamTunnel,
  type StreamVerdict,
} from "./verdict.ts";

export type { StreamVerdict } from "./verdict.ts";

/** Post-quantum hellos and request heads full of cookies stay well below; what is longer is judged as if it ended here. */
export const MAX_STREAM_BYTES: number = 32_768;

/** PROXY header, proxy of a proxy, a CONNECT again after 407, STARTTLS: more layers than this say nothing useful. */
const MAX_LAYERS = 8;

/**
 * `client` is all that the client sent so far, from the first byte on. A verdict other than "more" is final: no byte
 * that follows changes it. `ended` says that none will follow (closed, cut by the snapshot length, a hole in the
 * capture), so that what is here is judged as it is and the answer is never "more". One look costs time in proportion
 * to the bytes, so a caller with many tiny segments should look less often. `behind` is given by a verdict before, for
 * the bytes from its `next` on.
 */
export function dissectStream(
  client: Uint8Array,
  port: number,
  ended = false,
  behind: Behind | null = null,
): StreamVerdict {
  if (client.length < MAX_STREAM_BYTES) return dissect(client, port, ended, behind);
  const bytes = client.subarray(0, MAX_STREAM_BYTES);
  const verdict = dissect(bytes, port, false, behind);
  return verdict.kind === "more" ? limited(dissect(bytes, port, true, behind)) : verdict;
}

function dissect(bytes: Uint8Array, port: number, last: boolean, behind: Behind | null): StreamVerdict {
  const flags: StreamFlag[] = [];
  let expects: Expectation = "anything";
  const tunnels: StreamTunnel[] = [];
  /** What stands should the latest layer, weakly recognised, not be borne out. */
  let proven = NOTHING;
  let at = 0;
  for (let layers = 0; layers < MAX_LAYERS; layers++) {
    const rest = bytes.subarray(at);
    const layer: Layer =
      behind && (rest.length > 0 || last)
        ? behind.read(rest, last, dissectStream)
        : rest.length === 0
          ? MORE
          : readAs(expects, rest, port, last);
    if (layer.kind === "more" && !last) return MORE;
    if (layer.kind === "more" || layer.kind === "other") {
      return expects === "proof" ? proven : conclude(tunnels, flags);
    }
    if (layer.kind === "preamble" && layer.expects === "proof") proven = conclude(tunnels, flags);
    for (const flag of layer.flags) keep(flags, flag);
    if (layer.tunnel) ask(tunnels, layer.tunnel);
    if (layer.kind === "end") for (const tunnel of layer.tunnels ?? []) ask(tunnels, tunnel);
    if (tunnels.length > 1) keep(flags, "proxy-chain");
    if (layer.kind === "end") return conclude(tunnels, flags, layer, at);
    expects = layer.expects;
    at += layer.length;
  }
  return limited(conclude(tunnels, flags));
}

function readAs(expects: Expectation, bytes: Uint8Array, port: number, last: boolean): Layer {
  return expects === "tls" ? readTls(bytes, last) : read(bytes, port, last);
}

/** The first protocol that claims the bytes. The order matters only to readers of text. */
function read(bytes: Uint8Array, port: number, last: boolean): Layer {
  switch (bytes[0] ?? 0) {
    case 0x16:
      return readTls(bytes, last);
    case 0x14:
      return readChangeCipherSpec(bytes, last);
    case 0x00:
      return readPostgres(bytes);
    case 0x03:
      return readRdp(bytes);
    case 0x12:
      return readTds(bytes);
    case 0x04:
      return readSocks4(bytes, port);
    case 0x05:
      return readSocks5(bytes);
    default:
      return isText(bytes[0] ?? 0) ? readText(bytes, last) : OTHER;
  }
}

const TEXT_READERS: readonly ((bytes: Uint8Array, last: boolean) => Layer)[] = [
  readMysql,
  readLdap,
  readProxyProtocol,
  readHttp2,
  readRequest,
  readTextPreamble,
];

function readText(bytes: Uint8Array, last: boolean): Layer {
  for (const reader of TEXT_READERS) {
    const layer = reader(bytes, last);
    if (layer.kind !== "other") return layer;
  }
  return OTHER;
}

/** Asked for again, it was refused the first time (407), and stands last: what follows is inside it. */
function ask(tunnels: StreamTunnel[], tunnel: StreamTunnel): void {
  const known = tunnels.findIndex((other) => isSame(other, tunnel));
  if (known >= 0) tunnels.splice(known, 1);
  tunnels.push(tunnel);
}

function keep(flags: StreamFlag[], flag: StreamFlag): void {
  if (!flags.includes(flag)) flags.push(flag);
}

const NO_END: End = { kind: "end", claims: [], flags: [] };

/** `end` is the last layer, which begins at `at`. */
function conclude(tunnels: readonly StreamTunnel[], flags: readonly StreamFlag[], end: End = NO_END, at = 0): Done {
  const { claims, literals = [], inside, next = null, isChunked = false, behind } = end;
  const isEmpty = claims.length + literals.length + tunnels.length + flags.length === 0 && next === null;
  if (isEmpty) return NOTHING;
  const sorted = flags.length < 2 ? [...flags] : flags.toSorted();
  return {
    kind: "done",
    claims,
    literals,
    tunnels: [...tunnels],
    ...(inside && { inside }),
    flags: sorted,
    next: next === null ? null : at + next,
    ...(isChunked && { isChunked }),
    ...(behind && { behind }),
  };
}
