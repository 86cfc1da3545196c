/** HTTP/2 without TLS (RFC 9113 §3.3): the authority of the first request. */
import { agrees, u24, u32 } from "../bytes.ts";
import { type Layer, MORE, OTHER, type StreamFlag } from "../verdict.ts";
import { type Field, HpackDecoder } from "./hpack.ts";
import { readTarget, tunnelTo } from "./target.ts";

const PREFACE = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (char) => char.charCodeAt(0));
const FRAME_HEADER = 9;
/** Clients send SETTINGS, WINDOW_UPDATE and a few PRIORITY before the first request, and one or two CONTINUATIONs in it. */
const MAX_FRAMES = 256;
const HEADERS = 1;
const CONTINUATION = 9;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

export function readHttp2(bytes: Uint8Array, last: boolean): Layer {
  if (!agrees(bytes, PREFACE)) return OTHER;
  if (bytes.length < PREFACE.length) return MORE;
  const block = firstBlock(bytes);
  if (block.kind === "malformed") return { kind: "end", claims: [], flags: ["malformed-http2"] };
  if (block.kind === "partial" && !last) return MORE;
  const decoder = new HpackDecoder();
  const layer = readFields(decoder.decode(block.fragment), block.end);
  // A block that is not all there ends in an error, and that is no fault of it.
  if (decoder.stoppedBy === "error" && block.kind === "whole") return flagged(layer, "malformed-http2");
  return decoder.stoppedBy === "limit" ? flagged(layer, "name-limit") : layer;
}

function flagged(layer: Layer, flag: StreamFlag): Layer {
  return layer.kind === "end" || layer.kind === "preamble" ? { ...layer, flags: [...layer.flags, flag] } : layer;
}

type Block =
  | { readonly kind: "malformed" }
  | { readonly kind: "whole" | "partial"; readonly fragment: Uint8Array; readonly end: number };

/** The first HEADERS frame and its CONTINUATIONs, past SETTINGS, WINDOW_UPDATE, PRIORITY and whatever else. */
function firstBlock(bytes: Uint8Array): Block {
  const pieces: Uint8Array[] = [];
  let at = PREFACE.length;
  let stream = 0;
  for (let frames = 0; at + FRAME_HEADER <= bytes.length; frames++) {
    const type = bytes[at + 3] ?? 0;
    const payload = at + FRAME_HEADER;
    const end = payload + u24(bytes, at);
    if (frames === MAX_FRAMES) return { kind: "malformed" };
    if (stream !== 0 || type === HEADERS) {
      const flags = bytes[at + 4] ?? 0;
      const id = u32(bytes, at + 5) % 0x8000_0000;
      // RFC 9113 §6.10: nothing may come between a block's frames.
      if (stream !== 0 && (type !== CONTINUATION || id !== stream)) return { kind: "malformed" };
      stream = id;
      const content = bytes.subarray(payload, end);
      pieces.push(type === HEADERS ? fragmentOf(content, flags) : content);
      if ((flags & END_HEADERS) !== 0 && end <= bytes.length) {
        return { kind: "whole", fragment: Buffer.concat(pieces), end };
      }
    }
    at = end;
  }
  return { kind: "partial", fragment: Buffer.concat(pieces), end: bytes.length };
}

function fragmentOf(payload: Uint8Array, flags: number): Uint8Array {
  const padded = (flags & PADDED) !== 0;
  const from = (padded ? 1 : 0) + ((flags & PRIORITY) === 0 ? 0 : 5);
  return payload.subarray(from, Math.max(from, payload.length - (padded ? (payload[0] ?? 0) : 0)));
}

/** `:authority` overrides Host (RFC 9113 §8.3.1); the DATA frames of a tunnel are not followed. */
function readFields(list: readonly Field[], end: number): Layer {
  const fields = new Map<string, string[]>();
  for (const { name, value } of list) fields.set(name, [...(fields.get(name) ?? []), value]);
  const authority = fields.get(":authority");
  if (fields.get(":method")?.[0] === "CONNECT" && !fields.has(":protocol")) return tunnelTo(authority?.[0] ?? "", end);
  return readTarget("", authority === undefined ? fields : new Map([...fields, ["host", authority]]));
}
