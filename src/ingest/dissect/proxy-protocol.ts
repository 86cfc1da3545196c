/** The PROXY protocol header that load balancers and sidecars put before a stream: skipped, it names no destination. */
import { agrees, latin1, u16 } from "./bytes.ts";
import { type Layer, MORE, OTHER } from "./verdict.ts";

const TEXT = Uint8Array.from("PROXY ", (char) => char.charCodeAt(0));
const TEXT_LINE = /^PROXY (?:TCP4|TCP6|UNKNOWN)(?: [\x20-\x7e]*)?\r\n/;
const MAX_TEXT = 107;
const BINARY = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10);
const BINARY_HEADER = 16;

export function readProxyProtocol(bytes: Uint8Array): Layer {
  if (agrees(bytes, TEXT)) {
    const line = TEXT_LINE.exec(latin1(bytes, 0, MAX_TEXT));
    if (line) return skipped(line[0].length);
    return bytes.length < MAX_TEXT && !bytes.includes(10) ? MORE : OTHER;
  }
  if (!agrees(bytes, BINARY)) return OTHER;
  if (bytes.length < BINARY_HEADER) return MORE;
  return (bytes[12] ?? 0) >> 4 === 2 ? skipped(BINARY_HEADER + u16(bytes, 14)) : OTHER;
}

function skipped(length: number): Layer {
  return { kind: "preamble", length, tunnel: null, flags: [], expects: "anything" };
}
