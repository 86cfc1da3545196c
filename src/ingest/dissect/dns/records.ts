/** The records that lead from a name to its addresses, by owner: aliases, addresses, and the hints of services. */
import { type Address, fromV4, fromV6Bytes } from "../../../model/address.ts";
import { u16, u32 } from "../bytes.ts";
import type { Names } from "./names.ts";
import { readServiceBinding } from "./service-binding.ts";

export interface Alias {
  readonly target: string;
  readonly ttl: number;
}

export interface AddressRecord {
  readonly address: Address;
  readonly ttl: number;
  /** The host of an HTTPS or SVCB record that the address belongs to, where it is not the owner. */
  readonly target: string | null;
}

/** Where a record lies in its message: its data is `message[data..end)`, behind the fixed fields. */
interface Place {
  readonly message: Uint8Array;
  readonly names: Names;
  readonly owner: string;
  readonly data: number;
  readonly end: number;
}

const TYPE = { a: 1, cname: 5, aaaa: 28, dname: 39, svcb: 64, https: 65 } as const;

export class Records {
  readonly aliases: Map<string, Alias[]> = new Map();
  /** DNAME: a whole subtree moved. */
  readonly subtrees: Map<string, Alias> = new Map();
  readonly addresses: Map<string, AddressRecord[]> = new Map();

  /** One malformed record must not cost those beside it: like those of other types, it is left out. */
  read(place: Place): void {
    const { message, owner, data, end } = place;
    const ttl = ttlAt(message, data - 6);
    switch (u16(message, data - 10)) {
      case TYPE.a:
        if (end - data === 4) append(this.addresses, owner, { address: fromV4(u32(message, data)), ttl, target: null });
        return;
      case TYPE.aaaa:
        if (end - data === 16)
          append(this.addresses, owner, { address: fromV6Bytes(message, data), ttl, target: null });
        return;
      case TYPE.cname: {
        const target = targetOf(place);
        if (target !== null) append(this.aliases, owner, { target, ttl });
        return;
      }
      case TYPE.dname: {
        const target = targetOf(place);
        if (target !== null) this.subtrees.set(owner, { target, ttl });
        return;
      }
      case TYPE.svcb:
      case TYPE.https: {
        const binding = readServiceBinding(message.subarray(data, end));
        const target = binding?.target ? lower(binding.target) : null;
        for (const address of binding?.addresses ?? []) append(this.addresses, owner, { address, ttl, target });
      }
    }
  }
}

/** Null where the name does not fill the data. */
function targetOf({ names, data, end }: Place): string | null {
  const target = names.read(data);
  return names.end === end ? target : null;
}

/** RFC 2181 §8: a time to live with its top bit set means zero. */
function ttlAt(message: Uint8Array, at: number): number {
  const ttl = u32(message, at);
  return ttl > 0x7fff_ffff ? 0 : ttl;
}

/** RFC 4343: ASCII letters only; `toLowerCase` would also turn other alphabets' letters into ASCII ones. */
export function lower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
