/** Which of Zeek's logs a record is from: by its own word (`_path`), by the file's header, else by its fields. */
import { field, type JsonObject, text } from "../json.ts";

export type Stream = "conn" | "dns" | "ssl" | "http" | "quic" | "other";

const USED: ReadonlySet<string> = new Set(["conn", "dns", "ssl", "http", "quic"]);

export function streamOf(record: JsonObject, path: string | null): Stream {
  const named = text(record, "_path") ?? path;
  if (named !== null) return USED.has(named) ? (named as Stream) : "other";
  const has = (name: string): boolean => field(record, name) !== undefined;
  if (!has("id.orig_h") || !has("id.resp_h")) return "other";
  if (has("conn_state")) return "conn";
  if (has("trans_id") || has("qtype") || (has("query") && has("rcode"))) return "dns";
  if (has("client_initial_dcid") || has("client_protocol")) return "quic";
  if (has("trans_depth")) return "http";
  if (has("ssl_history") || has("cipher") || has("resumed") || (has("established") && has("version"))) return "ssl";
  return "other";
}

/** Whether a record of any kind can be one of Zeek's, for recognising files that begin with one we have no use for. */
export function isZeek(record: JsonObject): boolean {
  const has = (name: string): boolean => field(record, name) !== undefined;
  if (!has("ts")) return false;
  if (has("_path") || (has("uid") && has("id.orig_h"))) return true;
  return has("fuid") || has("certificate.serial") || (has("uid") && (has("conn_state") || has("proto")));
}
