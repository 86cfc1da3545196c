/** HTTP/2 without TLS (RFC 9113 §3.3): its preface and first request; what follows is read by {@link Http2Requests}. */
import { agrees } from "../bytes.ts";
import { type Layer, MORE, OTHER } from "../verdict.ts";
import { Http2Requests } from "./http2-requests.ts";

const PREFACE = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (char) => char.charCodeAt(0));
/**
 * Clients send SETTINGS, WINDOW_UPDATE and a few PRIORITY before the first request. Behind an upgrade (RFC 7540 §3.2)
 * there may be none at all, so what comes behind so many frames is read as later requests are.
 */
const MAX_FRAMES = 256;

export function readHttp2(bytes: Uint8Array, last: boolean): Layer {
  if (!agrees(bytes, PREFACE)) return OTHER;
  if (bytes.length < PREFACE.length) return MORE;
  return new Http2Requests().first(bytes, PREFACE.length, MAX_FRAMES, last);
}
