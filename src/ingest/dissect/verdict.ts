/** What dissection says of a client's bytes, and what one layer of them turns out to be. */
import type { Address } from "../../model/address.ts";
import type { NameClaim } from "../../model/flow.ts";
import type { Fqdn } from "../../model/fqdn.ts";

export interface StreamClaim {
  readonly source: NameClaim["source"];
  readonly name: Fqdn;
}

/** Neither name nor address: a tunnel was asked for, to something that is no valid host. */
export interface StreamTunnel {
  readonly kind: "http-connect" | "socks";
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly port: number;
}

/** What a reviewer should know of a flow beside its names. */
export type StreamFlag =
  /** Encrypted ClientHello, or the extension with random content: the name is the outer one. */
  | "ech"
  /** Encrypted SNI, the drafts before ECH. */
  | "esni"
  /** The server name is an address. */
  | "sni-ip"
  /** A name was given that is no host name, or several where one is allowed. */
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
  /** CONNECT without a usable port. */
  | "invalid-port"
  /** Several tunnels asked for, one inside the other or one after the other; the last one is told. */
  | "proxy-chain"
  /** Datagrams by way of a SOCKS proxy; where they go is not on this flow. */
  | "socks-udp";

export type StreamVerdict =
  | { readonly kind: "more" }
  | {
      readonly kind: "done";
      /** With a tunnel, the claims are about what lies inside it, never about the proxy. */
      readonly claims: readonly StreamClaim[];
      readonly tunnel: StreamTunnel | null;
      /** Sorted. */
      readonly flags: readonly StreamFlag[];
    };

/** `tls`: only a ClientHello may follow. `proof`: so weakly recognised that it stands only with a known protocol inside. */
export type Expectation = "anything" | "tls" | "proof";

/**
 * One layer of a stream. `other`: not this protocol, and no further byte can make it so. `more`: so far it is.
 * `end`: the last layer that matters. `preamble`: look again `length` bytes further on.
 */
export type Layer =
  | { readonly kind: "other" }
  | { readonly kind: "more" }
  | {
      readonly kind: "end";
      readonly claims: readonly StreamClaim[];
      readonly flags: readonly StreamFlag[];
    }
  | {
      readonly kind: "preamble";
      readonly length: number;
      readonly tunnel: StreamTunnel | null;
      readonly flags: readonly StreamFlag[];
      readonly expects: Expectation;
    };

/** A verdict that a limit brought about: without a name, it says so. */
export function limited(verdict: StreamVerdict): StreamVerdict {
  if (verdict.kind === "more" || verdict.claims.length > 0) return verdict;
  return { ...verdict, flags: [...new Set<StreamFlag>([...verdict.flags, "name-limit"])].sort() };
}

export const OTHER: { readonly kind: "other" } = { kind: "other" };
export const MORE: { readonly kind: "more" } = { kind: "more" };
export const NOTHING: StreamVerdict = { kind: "done", claims: [], tunnel: null, flags: [] };
