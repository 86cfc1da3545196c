/** Squid's native access.log, and the two logs of gh-aw-firewall, which is Squid with formats of its own. */
import { type JsonObject, number, text } from "../json.ts";
import { readTime } from "../values.ts";
import type { LineFormat } from "./adapter.ts";
import { proxyFlow } from "./proxy.ts";

/** `%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt`; the user's name is left unread. */
const NATIVE =
  /^(?<at>\d{9,10}\.\d{3}) +-?\d+ (?<client>\S+) (?<result>[A-Z_]+)\/(?<status>\d{3}) (?<bytes>\d{1,15}) (?<method>[A-Z]+|-) (?<url>\S+) \S+ [A-Z_]+\/(?<upstream>\S+) /;

/** `%ts.%03tu %>a:%>p %{Host}>h %<a:%<p %rv %rm %>Hs %Ss:%Sh %ru "%{User-Agent}>h"`. */
const DETAILED =
  /^(?<at>\d{9,10}\.\d{3}) (?<client>\S+):(?:\d+|-) (?<host>\S+) (?<upstream>\S+):(?:\d+|-) \S+ (?<method>[A-Z]+|-) (?<status>\d{3}) (?<result>[A-Z_]+):\S+ (?<url>\S+) "/;

export const squid: LineFormat = {
  fromJson: null,
  fromText: (written, line) => entryOf(NATIVE.exec(written)?.groups, line),
};

export const awf: LineFormat = {
  fromJson: (record, line) => (isAudit(record) ? proxyFlow(auditEntry(record), line) : null),
  fromText: (written, line) => entryOf(DETAILED.exec(written)?.groups, line),
};

export function isAudit(record: JsonObject): boolean {
  return ["client", "dest", "method", "decision", "url"].every((name) => typeof record[name] === "string");
}

export function isSquid(line: string): boolean {
  return NATIVE.test(line);
}

export function isDetailed(line: string): boolean {
  return DETAILED.test(line);
}

function entryOf(
  groups: Record<string, string | undefined> | undefined,
  line: number,
): ReturnType<typeof proxyFlow> | null {
  if (groups === undefined) return null;
  const { at, client = "", result = "", status, bytes, method = null, url = null, upstream = "", host = null } = groups;
  const request = { method, url, host, status: Number(status) };
  const bytesIn = bytes === undefined ? null : Number(bytes);
  return proxyFlow({ at: readTime(at ?? ""), client, request, result, upstream, bytesIn }, line);
}

/** Squid does not escape what it puts between the quotes, so some lines are no JSON; those are counted as broken. */
function auditEntry(record: JsonObject): Parameters<typeof proxyFlow>[0] {
  const at = text(record, "timestamp") ?? number(record, "ts");
  return {
    at: at === null ? null : readTime(at),
    client: text(record, "client") ?? "",
    request: {
      method: text(record, "method"),
      host: text(record, "host"),
      url: text(record, "url"),
      status: number(record, "status"),
    },
    result: text(record, "decision") ?? "",
    upstream: (text(record, "dest") ?? "").replace(/:(\d+|-)$/, ""),
    bytesIn: null,
  };
}
