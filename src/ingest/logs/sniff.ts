/** Recognises a log by its lines. The first that shows its kind decides, so lines before it may be broken or say nothing. */
import { type JsonObject, field, object, parseObject, text } from "./json.ts";
import type { LogFormat } from "./formats.ts";
import { isHubble } from "./hubble.ts";
import { ALIASES } from "./simple/fields.ts";
import { isBullfrog } from "./standalone/bullfrog.ts";
import { isAudit, isDetailed, isSquid } from "./standalone/squid.ts";
import { isVpc, isVpcText } from "./standalone/vpc.ts";
import { isZeek } from "./zeek/streams.ts";

/** Lines looked at before giving up. */
const MAX_LINES = 1000;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** `head` is the beginning of the decompressed content, at most 64 KiB of it: its last line may be cut off. */
export function sniffLog(head: Uint8Array): LogFormat | null {
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  let from = start;
  for (let count = 0; from < head.length && count < MAX_LINES; count++) {
    const lineFeed = head.indexOf(10, from);
    const end = lineFeed < 0 ? head.length : lineFeed;
    const format = formatOf(head, from, end);
    if (format !== null) return format;
    from = end + 1;
  }
  return null;
}

function formatOf(head: Uint8Array, start: number, end: number): LogFormat | null {
  const record = parseObject(head, start, end);
  if (record !== null) return jsonFormat(record);
  return textFormat(decoder.decode(head.subarray(start, Math.min(end, start + 1024))));
}

function jsonFormat(record: JsonObject): LogFormat | null {
  if (isZeek(record)) return "zeek";
  if (isSuricata(record)) return "suricata";
  if (isHubble(record)) return "hubble";
  if (isAudit(record)) return "awf";
  if (isBullfrog(record)) return "bullfrog";
  if (isVpc(record)) return "aws-vpc";
  return isSimple(record) ? "jsonl" : null;
}

function textFormat(line: string): LogFormat | null {
  if (/^#(separator \\x09|set_separator\t|fields\t)/.test(line)) return "zeek";
  if (isVpcText(line)) return "aws-vpc";
  if (isDetailed(line)) return "awf";
  return isSquid(line) ? "squid" : null;
}

/** Alerts of some outputs lack an event type, but not their own object. */
function isSuricata(record: JsonObject): boolean {
  if (text(record, "timestamp") === null) return false;
  if (text(record, "event_type") !== null) return field(record, "flow_id") !== undefined || isSensorEvent(record);
  return field(record, "flow_id") !== undefined && object(record, "alert") !== null;
}

function isSensorEvent(record: JsonObject): boolean {
  const type = text(record, "event_type") ?? "";
  return (
    object(record, type) !== null || (field(record, "src_ip") !== undefined && field(record, "dest_ip") !== undefined)
  );
}

/** An address to go to, or a host and port. */
function isSimple(record: JsonObject): boolean {
  const has = (names: readonly string[]): boolean => names.some((name) => isScalar(field(record, name)));
  return has(ALIASES.address) || (has(ALIASES.host) && has(ALIASES.port));
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
