/** What tracking asks of the dissectors; tests put their own in the place of these. */
import type { LinkSource } from "../../model/flow.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import { type DnsMessage, readAnnouncement, readAsked, readDns } from "../dissect/dns.ts";
import { readNetbios } from "../dissect/dns/netbios.ts";
import { type Question, readQuestion } from "../dissect/dns/question.ts";
import { DtlsHello, looksLikeDtls } from "../dissect/dtls.ts";
import { GoogleHello, looksLikeGoogleQuic } from "../dissect/quic/google.ts";
import { looksLikeQuic, QuicInitials } from "../dissect/quic.ts";
import type { Behind } from "../dissect/verdict.ts";
import { beginsClientHello } from "../dissect/tls/records.ts";
import { dissectStream, MAX_STREAM_BYTES, type StreamVerdict } from "../dissect/stream.ts";

export interface Dissectors {
  /** Client bytes after which nothing new can be learnt. */
  readonly streamBytes: number;
  /** `ended`: no byte will follow. `behind`: what an earlier verdict gave to read on with. */
  stream(client: Uint8Array, port: number, ended: boolean, behind?: Behind | null): StreamVerdict;
  dns(message: Uint8Array, source: "dns" | LinkSource): DnsMessage | null;
  /** The names that a query to the link asks for. */
  asked(message: Uint8Array): readonly Fqdn[];
  /** What is surely DNS, wherever it comes from. */
  question(message: Uint8Array): Question | null;
  /** Whether a client begins TLS so, be it in the midst of its stream. */
  beginsTls(segment: Uint8Array): boolean;
  /** Whether a client of QUIC or DTLS begins so. */
  beginsHello(datagram: Uint8Array): boolean;
  /** `first` is what it began with. */
  hello(first: Uint8Array): { add(datagram: Uint8Array): StreamVerdict; end(): StreamVerdict };
}

export const DISSECTORS: Dissectors = {
  streamBytes: MAX_STREAM_BYTES,
  stream: dissectStream,
  dns(message, source) {
    switch (source) {
      case "mdns":
        return readAnnouncement(message);
      case "netbios":
        return readNetbios(message);
      case "dns":
      case "llmnr":
        return readDns(message);
    }
  },
  asked: readAsked,
  question: readQuestion,
  beginsTls: beginsClientHello,
  beginsHello: (datagram) => looksLikeQuic(datagram) || looksLikeDtls(datagram) || looksLikeGoogleQuic(datagram),
  hello(first) {
    if (looksLikeDtls(first)) return new DtlsHello();
    return looksLikeGoogleQuic(first) ? new GoogleHello() : new QuicInitials();
  },
};
