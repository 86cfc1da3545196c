/** The address hints of HTTPS and SVCB records (RFC 9460). */
import { type Address, fromV4, fromV6Bytes } from "../../../model/address.ts";
import { latin1, u16, u32 } from "../bytes.ts";

export interface ServiceBinding {
  /** Null for ".", the owner itself. */
  readonly target: string | null;
  readonly addresses: readonly Address[];
}

const IPV4_HINT = 4;
const IPV6_HINT = 6;

/** Null where it is malformed, or an alias (priority 0), whose parameters are to be ignored (§2.4.2). */
export function readServiceBinding(data: Uint8Array): ServiceBinding | null {
  if (u16(data, 0) === 0) return null;
  const labels = readLabels(data, 2);
  if (labels === null) return null;
  const addresses: Address[] = [];
  let at = labels.end;
  while (at + 4 <= data.length) {
    const [key, size] = [u16(data, at), u16(data, at + 2)];
    const value = data.subarray(at + 4, at + 4 + size);
    if (value.length < size) return null;
    if (key === IPV4_HINT) for (let i = 0; i + 4 <= size; i += 4) addresses.push(fromV4(u32(value, i)));
    if (key === IPV6_HINT) for (let i = 0; i + 16 <= size; i += 16) addresses.push(fromV6Bytes(value, i));
    at += 4 + size;
  }
  return { target: labels.text === "" ? null : labels.text, addresses };
}

/** The target is never compressed (§2.2). A dot inside a label becomes a character that no valid name holds. */
function readLabels(data: Uint8Array, from: number): { readonly text: string; readonly end: number } | null {
  const labels: string[] = [];
  let at = from;
  for (;;) {
    const size = data[at];
    if (size === undefined || size >= 0x40 || at + 1 + size > data.length || at - from > 255) return null;
    if (size === 0) return { text: labels.join("."), end: at + 1 };
    labels.push(latin1(data, at + 1, at + 1 + size).replaceAll(".", " "));
    at += 1 + size;
  }
}
