/** The hello of Google's own handshake ("QUIC Crypto", section "Handshake messages") to the server name in it. */
import { u16le, u32le } from "../../capture/bytes.ts";
import { parseHost } from "../authority.ts";
import { agrees, latin1 } from "../bytes.ts";
import { MORE, NOTHING, type StreamVerdict } from "../verdict.ts";

const CHLO = Uint8Array.of(0x43, 0x48, 0x4c, 0x4f);
const SNI = Uint8Array.of(0x53, 0x4e, 0x49, 0);
const HEADER = 8;
/** A tag, and where its value ends among the values. */
const ENTRY = 8;
/** No message has more ("QUIC Crypto"). */
const MAX_ENTRIES = 128;

/** Whether a handshake is not TLS, which begins with 1, but this. */
export function isChlo(handshake: Uint8Array): boolean {
  return handshake[0] === CHLO[0];
}

/** `last`: no byte will follow. The answer may be given before the message is whole: only the name is wanted of it. */
export function readChlo(bytes: Uint8Array, last: boolean): StreamVerdict {
  const more = last ? { ...NOTHING, flags: ["hello-cut"] as const } : MORE;
  if (!agrees(bytes, CHLO)) return NOTHING;
  if (bytes.length < HEADER) return more;
  const entries = u16le(bytes, 4);
  if (entries > MAX_ENTRIES) return NOTHING;
  const values = HEADER + ENTRY * entries;
  if (bytes.length < values) return more;
  let from = values;
  for (let at = HEADER; at < values; at += ENTRY) {
    const to = values + u32le(bytes, at + 4);
    if (agrees(bytes.subarray(at, at + SNI.length), SNI)) {
      return to > bytes.length ? more : named(latin1(bytes, from, Math.max(from, to)));
    }
    from = to;
  }
  return NOTHING;
}

function named(text: string): StreamVerdict {
  const { name, address } = parseHost(text);
  if (name !== null) return { ...NOTHING, claims: [{ source: "quic-sni", name }] };
  if (address !== null) return { ...NOTHING, literals: [address], flags: ["sni-ip"] };
  return { ...NOTHING, flags: ["invalid-name"] };
}
