/** Reading hostile bytes: big-endian integers that are zero beyond the end, and text that no decoder can surprise us in. */

export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function u24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | u16(bytes, at + 1);
}

export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
}

/** The same memory as a Buffer, for its searches. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The memory last read from, which the next bytes nearly always lie in too: a chunk of the capture. */
let memory: Buffer = Buffer.alloc(0);

/** One character a byte: nothing is replaced, merged or lost before it is judged. */
export function latin1(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  if (memory.buffer !== bytes.buffer) memory = Buffer.from(bytes.buffer);
  const start = bytes.byteOffset;
  return memory.toString("latin1", start + from, start + Math.min(to, bytes.length));
}

/** Whether `bytes` begins with `prefix`, as far as both go. */
export function agrees(bytes: Uint8Array, prefix: Uint8Array): boolean {
  const length = Math.min(bytes.length, prefix.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== prefix[i]) return false;
  return true;
}
