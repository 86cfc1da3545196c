/** What dissection says of a client's bytes, and what one layer of them turns out to be. */
import type { Address } from "../../model/address.ts";
import type { NameClaim, ProxyKind } from "../../model/flow.ts";
import type { Fqdn } from "../../model/fqdn.ts";

type StreamClaim = Pick<NameClaim, "source" | "name" | "doubted">;

/** What was asked of a proxy. Neither name nor address: it was something that is no valid host. */
export interface StreamTunnel {
  readonly kind: ProxyKind;
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly port: number;
}

export function isSame(a: StreamTunnel, b: StreamTunnel): boolean {
  return a.kind === b.kind && a.name === b.name && a.address === b.address && a.port === b.port;
}

/** What a reviewer should know of a flow beside its names. */
export type StreamFlag =
  /** Encrypted ClientHello, or the extension with random content: the name is the outer one. */
  | "ech"
  /** Encrypted SNI, the drafts before ECH. */
  | "esni"
  /** The server name is an address. */
  | "sni-ip"
  /** A name was given that is no host name, or several where one is allowed, which are doubted. */
  | "invalid-name"
  /** A limit on what is read was reached before the end; the name may lie beyond it. */
  | "name-limit"
  /** The hello was not whole when no more could come; what is missing may have held a name. */
  | "hello-cut"
  /** The hello contradicts itself, or broke off. */
  | "malformed-hello"
  | "malformed-http2"
  /** DNS over TLS, QUIC and HTTPS: names are resolved where the capture does not show it. */
  | "dot"
  | "doq"
  | "doh"
  /** The request is in the form for proxies: the address is likely a proxy's, and later requests may be for other hosts. */
  | "absolute-form"
  /** Host fields that differ among themselves or from the absolute target. */
  | "host-mismatch"
  /** Requests may follow that cannot be told from the body of this one. */
  | "requests-unread"
  /** A user name before the host, where RFC 9110 §4.2.4 and RFC 9113 §8.3.1 forbid one. */
  | "userinfo"
  /** CONNECT, or a URL asked of a proxy, without a usable port. */
  | "invalid-port"
  /** Several tunnels asked for, one inside the other or one after the other; what lies inside is the last one's. */
  | "proxy-chain"
  /** Datagrams by way of a SOCKS proxy; where they go is not on this flow. */
  | "socks-udp";

export type StreamVerdict = { readonly kind: "more" } | Done;

export interface Done {
  readonly kind: "done";
  /** With a tunnel, claims and literals are about what lies inside it, never about the proxy. */
  readonly claims: readonly StreamClaim[];
  /** Addresses in the place of names. */
  readonly literals: readonly Address[];
  /** In the order asked. */
  readonly tunnels: readonly StreamTunnel[];
  /** Which tunnel claims and literals lie inside, where several are side by side; otherwise it is the last one asked for. */
  readonly inside?: StreamTunnel;
  /** Sorted. */
  readonly flags: readonly StreamFlag[];
  /** How far from the first byte the next request begins, received or not; null when none can be told. */
  readonly next: number | null;
  /** There a body in chunks begins, and the request behind it. */
  readonly isChunked?: boolean;
  /** What reads on there; without it requests are recognised as the first one was. */
  readonly behind?: Behind;
}

/** What the first bytes of a stream say: `dissectStream`, for those who are part of it. */
export type Judge = (client: Uint8Array, port: number, ended: boolean) => StreamVerdict;

/** The rest of a connection whose requests cannot be read each for itself. */
export interface Behind {
  /** Bytes of memory, about. */
  readonly held: number;
  /** What the bytes say that follow those read so far; none, if the connection is over. After any answer but `more` they are read. */
  read(bytes: Uint8Array, last: boolean, judge: Judge): Layer;
}

/** `tls`: only a ClientHello may follow. `proof`: so weakly recognised that it stands only with a known protocol inside. */
export type Expectation = "anything" | "tls" | "proof";

/**
 * One layer of a stream. `other`: not this protocol, and no further byte can make it so. `more`: so far it is.
 * `end`: the last layer that matters. `preamble`: look again `length` bytes further on.
 */
export type Layer =
  | { readonly kind: "other" }
  | { readonly kind: "more" }
  | End
  | {
      readonly kind: "preamble";
      readonly length: number;
      readonly tunnel: StreamTunnel | null;
      readonly flags: readonly StreamFlag[];
      readonly expects: Expectation;
    };

export interface End {
  readonly kind: "end";
  readonly claims: readonly StreamClaim[];
  readonly literals?: readonly Address[];
  /** Asked of a proxy without a tunnel behind it. */
  readonly tunnel?: StreamTunnel | null;
  /** Asked for inside `inside`, or inside each other. */
  readonly tunnels?: readonly StreamTunnel[];
  /** As in {@link Done}. */
  readonly inside?: StreamTunnel;
  readonly flags: readonly StreamFlag[];
  /** How far from the layer's first byte the next request begins, where that can be told. */
  readonly next?: number | null;
  /** There a body in chunks begins, and the request behind it. */
  readonly isChunked?: boolean;
  /** What reads on there. */
  readonly behind?: Behind;
}

/** A verdict that a limit brought about: without a name, it says so. */
export function limited(verdict: StreamVerdict): StreamVerdict {
  if (verdict.kind === "more" || verdict.claims.length + verdict.literals.length > 0) return verdict;
  return { ...verdict, flags: [...new Set<StreamFlag>([...verdict.flags, "name-limit"])].sort() };
}

export const OTHER: { readonly kind: "other" } = { kind: "other" };
export const MORE: { readonly kind: "more" } = { kind: "more" };
export const NOTHING: Done = {
  kind: "done",
  claims: [],
  literals: [],
  tunnels: [],
  flags: [],
  next: null,
};
