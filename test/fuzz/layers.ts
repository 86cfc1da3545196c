/** Where the headers of an ordinary packet are, so that a mutation can spare them and mend their lengths. */

export interface Layers {
  /** Offsets of the IP header, the transport header, its payload, and the end of the packet. */
  readonly network: number;
  readonly transport: number;
  readonly payload: number;
  readonly end: number;
  readonly version: 4 | 6;
  readonly protocol: number;
}

const LINK_HEADERS: Readonly<Record<number, number>> = { 0: 4, 1: 14, 12: 0, 101: 0, 108: 4, 113: 16, 276: 20 };

/** Null for anything out of the ordinary: that is mutated blindly. */
export function layersOf(link: number, bytes: Uint8Array): Layers | null {
  let network = LINK_HEADERS[link];
  if (network === undefined) return null;
  if (link === 1) while (bytes[network - 2] === 0x81 && bytes[network - 1] === 0) network += 4;
  const version = (bytes[network] ?? 0) >> 4;
  if (version !== 4 && version !== 6) return null;
  const length = u16(bytes, network + (version === 4 ? 2 : 4)) + (version === 4 ? 0 : 40);
  const protocol = bytes[network + (version === 4 ? 9 : 6)] ?? 0;
  const transport = network + (version === 4 ? ((bytes[network] ?? 0) & 15) * 4 : 40);
  const end = Math.min(bytes.length, network + length);
  const header = protocol === 6 ? Math.max(20, ((bytes[transport + 12] ?? 0) >> 4) * 4) : 8;
  return transport < network + 20 || transport + header > end
    ? null
    : { network, transport, payload: transport + header, end, version, protocol };
}

/** The packet with another payload, and lengths that say so. */
export function withPayload(bytes: Uint8Array, layers: Layers, payload: Uint8Array): Uint8Array {
  const packet = Buffer.concat([bytes.subarray(0, layers.payload), payload]);
  const { network, transport, version, protocol } = layers;
  const size = Math.min(0xffff, packet.length - network - (version === 4 ? 0 : 40));
  packet.writeUInt16BE(size, network + (version === 4 ? 2 : 4));
  if (protocol === 17) packet.writeUInt16BE(Math.min(0xffff, packet.length - transport), transport + 4);
  return packet;
}

/** The same link and IP headers around another protocol's bytes. */
export function withTransport(bytes: Uint8Array, layers: Layers, protocol: number, content: Uint8Array): Uint8Array {
  const packet = withPayload(bytes, { ...layers, payload: layers.transport, protocol: 0 }, content);
  packet[layers.network + (layers.version === 4 ? 9 : 6)] = protocol;
  return packet;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
