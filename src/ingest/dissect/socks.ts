/** SOCKS 4, 4a and 5 (RFC 1928, RFC 1929): what the client asks the proxy to connect to. */
import { type Address, fromV4, fromV6Bytes } from "../../model/address.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import { parseHost } from "./authority.ts";
import { latin1, u16, u32 } from "./bytes.ts";
import { type Expectation, type Layer, MORE, OTHER, type StreamFlag } from "./verdict.ts";

const CONNECT = 1;
const UDP_ASSOCIATE = 3;
/** The registered port, and Tor's two. */
const CUSTOMARY_PORTS: ReadonlySet<number> = new Set([1080, 9050, 9150]);
const MAX_FIELD = 255;

/**
 * `04 command port address user-id 00 [name 00]`. With an address alone these are nine bytes with little in them to
 * recognise, so that on an uncustomary port only a known protocol inside proves it was SOCKS.
 */
export function readSocks4(bytes: Uint8Array, port: number): Layer {
  if (bytes[0] !== 4) return OTHER;
  if (bytes.length > 1 && bytes[1] !== CONNECT) return OTHER;
  if (bytes.length < 9) return MORE;
  const targetPort = u16(bytes, 2);
  const user = textUntilNul(bytes, 8);
  if (targetPort === 0) return OTHER;
  if (user.kind !== "text") return user;
  const address = u32(bytes, 4);
  if (address === 0) return OTHER;
  if (address > MAX_FIELD) {
    const expects = CUSTOMARY_PORTS.has(port) ? "anything" : "proof";
    return connected(user.end, { name: null, address: fromV4(address) }, targetPort, expects);
  }
  // 0.0.0.x marks version 4a: the name follows.
  const name = textUntilNul(bytes, user.end);
  if (name.kind !== "text") return name;
  return connected(name.end, parseHost(latin1(bytes, user.end, name.end - 1)), targetPort, "anything");
}

/** Printable text up to a NUL byte; `end` is just past it. */
function textUntilNul(
  bytes: Uint8Array,
  from: number,
): { readonly kind: "text"; readonly end: number } | typeof MORE | typeof OTHER {
  for (let at = from; at < bytes.length && at - from <= MAX_FIELD; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) return { kind: "text", end: at + 1 };
    if (byte < 0x20 || byte === 0x7f) return OTHER;
  }
  return bytes.length - from > MAX_FIELD ? OTHER : MORE;
}

/** `05 n methods…`, then what the chosen method needs, then the request. */
export function readSocks5(bytes: Uint8Array): Layer {
  if (bytes[0] !== 5) return OTHER;
  if (bytes.length < 2) return MORE;
  const methods = bytes.subarray(2, 2 + (bytes[1] ?? 0));
  if (bytes[1] === 0 || methods.includes(0xff) || new Set(methods).size !== methods.length) return OTHER;
  let at = 2 + (bytes[1] ?? 0);
  if (bytes[at] === 1) {
    // Only user name and password (method 2) can be read through; GSSAPI (method 1) may encrypt all that follows.
    if (!methods.includes(2)) return OTHER;
    const password = at + 2 + (bytes[at + 1] ?? 0);
    if (bytes.length <= password) return MORE;
    at = password + 1 + (bytes[password] ?? 0);
  }
  return bytes.length <= at ? MORE : readRequest(bytes, at);
}

/** `05 command 00 type address port`. */
function readRequest(bytes: Uint8Array, at: number): Layer {
  if (bytes[at] !== 5 || (bytes.length > at + 2 && bytes[at + 2] !== 0)) return OTHER;
  if (bytes.length < at + 5) return MORE;
  const size = addressSize(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0);
  if (size === null) return OTHER;
  const end = at + 4 + size + 2;
  if (bytes.length < end) return MORE;
  const command = bytes[at + 1];
  // Datagrams by way of the proxy go on another flow; BIND waits for somebody to come in.
  if (command === UDP_ASSOCIATE) return { kind: "end", claims: [], flags: ["socks-udp"] };
  if (command !== CONNECT) return OTHER;
  return connected(end, readAddress(bytes, at + 3), u16(bytes, end - 2), "anything");
}

/** Bytes of the address, the length byte of a name included; null for an unknown type. */
function addressSize(type: number, length: number): number | null {
  if (type === 1) return 4;
  if (type === 4) return 16;
  return type === 3 && length > 0 ? 1 + length : null;
}

function readAddress(bytes: Uint8Array, at: number): Host {
  if (bytes[at] === 1) return { name: null, address: fromV4(u32(bytes, at + 1)) };
  if (bytes[at] === 4) return { name: null, address: fromV6Bytes(bytes, at + 1) };
  return parseHost(latin1(bytes, at + 2, at + 2 + (bytes[at + 1] ?? 0)));
}

interface Host {
  readonly name: Fqdn | null;
  readonly address: Address | null;
}

function connected(length: number, host: Host, port: number, expects: Expectation): Layer {
  const flags: StreamFlag[] = host.name === null && host.address === null ? ["invalid-name"] : [];
  return { kind: "preamble", length, tunnel: { kind: "socks", ...host, port }, flags, expects };
}
