/** What tracking asks of the dissectors; tests put their own in the place of these. */
import { type DnsMessage, readDns } from "../dissect/dns.ts";
import { looksLikeQuic, QuicInitials } from "../dissect/quic.ts";
import { dissectStream, MAX_STREAM_BYTES, type StreamVerdict } from "../dissect/stream.ts";

export interface Dissectors {
  /** Client bytes after which nothing new can be learnt. */
  readonly streamBytes: number;
  /** `ended`: no byte will follow. */
  stream(client: Uint8Array, port: number, ended: boolean): StreamVerdict;
  dns(message: Uint8Array): DnsMessage | null;
  isQuic(datagram: Uint8Array): boolean;
  quic(): { add(datagram: Uint8Array): StreamVerdict; end(): StreamVerdict };
}

export const DISSECTORS: Dissectors = {
  streamBytes: MAX_STREAM_BYTES,
  stream: dissectStream,
  dns: readDns,
  isQuic: looksLikeQuic,
  quic: () => new QuicInitials(),
};
