/** Builds DNS messages, for tests. */
import { u16, u8 } from "./hello.ts";

/** A name on the wire; a Buffer stands for bytes as they are (a pointer, say). */
export type Name = string | Buffer;

export function wire(name: Name): Buffer {
  if (typeof name !== "string") return name;
  const labels = name === "" ? [] : name.split(".");
  return Buffer.concat([...labels.map((l) => Buffer.concat([u8(l.length), Buffer.from(l, "latin1")])), u8(0)]);
}

export interface Record {
  readonly owner: Name;
  readonly type: number;
  readonly data: Buffer;
  readonly ttl?: number;
  readonly class?: number;
}

export const bytes4 = (address: string): Buffer => Buffer.from(address.split(".").map(Number));
export const a = (owner: Name, address: string, ttl = 60): Record => ({ owner, type: 1, data: bytes4(address), ttl });
export const aaaa = (owner: Name, last: number, ttl = 60): Record => ({
  owner,
  type: 28,
  data: Buffer.concat([Buffer.of(0x20, 1, 0xd, 0xb8), Buffer.alloc(11), u8(last)]),
  ttl,
});
export const cname = (owner: Name, target: Name, ttl = 60): Record => ({ owner, type: 5, data: wire(target), ttl });
export const dname = (owner: Name, target: Name, ttl = 60): Record => ({ owner, type: 39, data: wire(target), ttl });
export const txt = (owner: Name, data: Buffer): Record => ({ owner, type: 16, data });

export function https(
  owner: Name,
  priority: number,
  target: string,
  hints: readonly (readonly [number, Buffer])[],
): Record {
  const parameters = hints.map(([key, value]) => Buffer.concat([u16(key), u16(value.length), value]));
  return { owner, type: 65, data: Buffer.concat([u16(priority), wire(target), ...parameters]) };
}

export interface Sections {
  readonly questions?: readonly Name[];
  readonly answers?: readonly Record[];
  readonly others?: readonly Record[];
  readonly flags?: number;
  /** Claimed in the header, where it is to differ. */
  readonly count?: number;
}

export const RESPONSE = 0x8180;

export function message({ questions = [], answers = [], others = [], flags = RESPONSE, count }: Sections): Buffer {
  const header = [0x1234, flags, questions.length, count ?? answers.length, 0, others.length].map(u16);
  const asked = questions.map((name) => Buffer.concat([wire(name), u16(1), u16(1)]));
  const records = [...answers, ...others].map((r) =>
    Buffer.concat([
      wire(r.owner),
      u16(r.type),
      u16(r.class ?? 1),
      u16((r.ttl ?? 60) >>> 16),
      u16(r.ttl ?? 60),
      u16(r.data.length),
      r.data,
    ]),
  );
  return Buffer.concat([...header, ...asked, ...records]);
}
