/** Whether an LLC header with an Ethernet-compatible SNAP extension starts at `at` (RFC 1042); eight bytes must be there. */
export function isSnap(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0xaa &&
    bytes[at + 1] === 0xaa &&
    bytes[at + 2] === 3 &&
    bytes[at + 3] === 0 &&
    bytes[at + 4] === 0 &&
    // 0 is RFC 1042's, 0xf8 the bridge-tunnel encapsulation of IEEE 802.1H.
    (bytes[at + 5] === 0 || bytes[at + 5] === 0xf8)
  );
}
