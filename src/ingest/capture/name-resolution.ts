/** Name resolution blocks of pcapng: the addresses the capturing machine had names for. */
import { type Address, fromV4, fromV6Bytes } from "../../model/address.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { type ByteOrder, u32be } from "./bytes.ts";

const IPV4_RECORD = 1;
const IPV6_RECORD = 2;

/** Names kept of one block; a capture tool writes its resolver cache, which is far smaller. */
const MAX_NAMES = 65_536;

export interface ResolvedNames {
  readonly names: readonly { readonly address: Address; readonly name: Fqdn }[];
  readonly invalid: number;
  /** Whether there were more than are kept. */
  readonly cut: boolean;
}

/** The records of a block body `bytes[from..to)`; names that are no host names are counted. */
export function readNameResolution(order: ByteOrder, bytes: Uint8Array, from: number, to: number): ResolvedNames {
  const names: { address: Address; name: Fqdn }[] = [];
  let invalid = 0;
  let at = from;
  while (at + 4 <= to) {
    const type = order.u16(bytes, at);
    const length = order.u16(bytes, at + 2);
    const value = at + 4;
    const end = value + length;
    if (type === 0) break;
    if (end > to) {
      invalid++;
      break;
    }
    const width = type === IPV4_RECORD ? 4 : type === IPV6_RECORD ? 16 : 0;
    if (width > 0 && length > width) {
      const address = width === 4 ? fromV4(u32be(bytes, value)) : fromV6Bytes(bytes, value);
      for (const text of terminated(bytes, value + width, end)) {
        if (names.length + invalid >= MAX_NAMES) return { names, invalid, cut: true };
        const name = parseFqdn(text);
        if (name === null) invalid++;
        else names.push({ address, name });
      }
    }
    at = value + ((length + 3) & ~3);
  }
  return { names, invalid, cut: false };
}

/** Zero-terminated ASCII strings; other bytes become a character that no host name holds. */
function* terminated(bytes: Uint8Array, from: number, to: number): Generator<string> {
  let text = "";
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte !== 0) {
      // One character past the longest name is enough for it to be refused.
      if (text.length < 255) text += byte < 0x80 ? String.fromCharCode(byte) : "\u{fffd}";
      continue;
    }
    if (text !== "") yield text;
    text = "";
  }
  if (text !== "") yield text;
}
