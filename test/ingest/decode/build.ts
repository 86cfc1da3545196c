/** Builds packets for tests, header by header from the inside out. */
import { join } from "../capture/build.ts";

export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));

const u16 = (value: number): readonly number[] => [(value >> 8) & 255, value & 255];
const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const of = (...bytes: readonly number[]): Uint8Array => new Uint8Array(bytes);

export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface TcpFields {
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
}

export function tcp(from: number, to: number, fields: TcpFields = {}, payload: Uint8Array = of()): Uint8Array {
  const { seq = 0, ack = 0, flags = FLAG.ack } = fields;
  return join([of(...u16(from), ...u16(to), ...u32(seq), ...u32(ack), 0x50, flags, 0xff, 0xff, 0, 0, 0, 0), payload]);
}

export function udp(from: number, to: number, payload: Uint8Array = of()): Uint8Array {
  return join([of(...u16(from), ...u16(to), ...u16(8 + payload.length), 0, 0), payload]);
}

export interface Ipv4Fields {
  readonly protocol: number;
  readonly from?: string;
  readonly to?: string;
  readonly id?: number;
  /** Offset in bytes and whether more fragments follow. */
  readonly offset?: number;
  readonly more?: boolean;
  readonly options?: Uint8Array;
  readonly total?: number;
}

const quad = (text: string): readonly number[] => text.split(".").map(Number);

export function ipv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const { protocol, from = "10.0.0.2", to = "192.0.2.1", id = 1, offset = 0, more = false, options = of() } = fields;
  const header = 20 + options.length;
  const total = fields.total ?? header + payload.length;
  const fragment = (more ? 0x2000 : 0) | (offset / 8);
  const fixed = of(
    0x40 | (header / 4),
    0,
    ...u16(total),
    ...u16(id),
    ...u16(fragment),
    64,
    protocol,
    0,
    0,
    ...quad(from),
    ...quad(to),
  );
  return join([fixed, options, payload]);
}

export const V6_CLIENT: Uint8Array = hex("20010db8 00000000 00000000 00000002");
export const V6_SERVER: Uint8Array = hex("20010db8 00000000 00000000 00000001");

export function ipv6(
  next: number,
  payload: Uint8Array,
  from: Uint8Array = V6_CLIENT,
  to: Uint8Array = V6_SERVER,
): Uint8Array {
  return join([of(0x60, 0, 0, 0, ...u16(payload.length), next, 64), from, to, payload]);
}

/** The fragment extension header in front of a piece. */
export function fragment6(next: number, offset: number, more: boolean, piece: Uint8Array): Uint8Array {
  return join([of(next, 0, ...u16(offset | (more ? 1 : 0)), 0, 0, 0, 9), piece]);
}

export function ethernet(type: number, payload: Uint8Array): Uint8Array {
  return join([hex("020000000002 020000000001"), of(...u16(type)), payload]);
}

/** IPv4 on Ethernet. */
export function frame4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  return ethernet(0x0800, ipv4(fields, payload));
}
