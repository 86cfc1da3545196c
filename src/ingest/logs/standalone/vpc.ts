/** AWS VPC flow logs: version 2 by its fixed order, any by its header line, and as JSON. Bytes are whole packets. */
import { familyOf, parseAddress } from "../../../model/address.ts";
import type { Flow } from "../../../model/flow.ts";
import type { JsonObject } from "../json.ts";
import { hasPorts, readCount, readPort, readTime, readTransport } from "../values.ts";
import { flowOf, type LineFormat, type Unusable } from "./adapter.ts";

const VERSION_2 =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );

/** Linux picks ephemeral ports from here on; IANA's range lies within. */
const FIRST_EPHEMERAL = 32_768;

const MAX_COLUMNS = 100;

export function isVpcText(line: string): boolean {
  if (/^[a-z0-9 -]+$/.test(line) && isHeader(line.split(" "))) return true;
  return /^2 (\d{12}|unknown) eni-[0-9a-f]+ \S+ \S+( \S+){7} (ACCEPT|REJECT|-) (OK|NODATA|SKIPDATA)$/.test(line);
}

function isHeader(cells: readonly string[]): boolean {
  return cells.includes("srcaddr") && cells.includes("dstaddr");
}

export function isVpc(record: JsonObject): boolean {
  return typeof record["srcaddr"] === "string" && typeof record["dstaddr"] === "string";
}

/** Keeps the columns that the latest header line names. */
export function vpcFormat(): LineFormat {
  let columns: readonly string[] = VERSION_2;
  return {
    fromJson(record, line) {
      if (!isVpc(record)) return null;
      const cells = Object.entries(record).map(([key, value]) => [key.replaceAll("_", "-"), scalar(value)] as const);
      return readFlow(new Map(cells), line);
    },
    fromText(text, line) {
      const cells = text.split(" ", MAX_COLUMNS);
      if (isHeader(cells)) {
        columns = cells;
        return "comment";
      }
      if (cells.length !== columns.length) return null;
      return readFlow(new Map(columns.map((column, i) => [column, cells[i] ?? ""])), line);
    },
  };
}

function scalar(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function readFlow(cells: ReadonlyMap<string, string>, line: number): Flow | Unusable {
  const told = (column: string): string => cells.get(column) ?? "";
  // SKIPDATA means that AWS dropped records in this interval: a loss, and so counted apart.
  if (told("log-status") === "NODATA") return { unusable: "no-data" };
  if (told("log-status") === "SKIPDATA") return { unusable: "skipped-by-source" };
  const [from, to] = [parseAddress(told("srcaddr")), parseAddress(told("dstaddr"))];
  if (from === null || to === null) return { unusable: "bad-address" };
  if (told("protocol") === "") return { unusable: "no-protocol" };
  const named = readTransport(told("protocol"));
  if (named === null) return { unusable: "unknown-protocol" };
  if (told("flow-direction") === "ingress") return { unusable: "ingress" };
  const transport = named === "icmp" && familyOf(to) === 6 ? "icmpv6" : named;
  const port = (column: string): number | null => (hasPorts(transport) ? readPort(told(column)) : null);
  const [source, destination] = [port("srcport"), port("dstport")];
  const direction = directionOf(source, destination);
  if (direction === "reply") return { unusable: "reply" };
  const [start, end] = [readTime(told("start")), readTime(told("end"))];
  return flowOf(
    {
      transport,
      originator: { address: from, port: source },
      responder: { address: to, port: destination },
      outcome: told("action") === "REJECT" ? "denied" : "allowed",
      firstSeen: start,
      lastSeen: end ?? start,
      bytesOut: readCount(told("bytes")),
      ...(direction === "unknown" && { state: "midstream", flags: ["midstream"] }),
    },
    null,
    line,
  );
}

/** The two directions of a connection are records of their own; only the ports tell the answer from the question. */
function directionOf(source: number | null, destination: number | null): "request" | "reply" | "unknown" {
  if (source === null || destination === null) return "request";
  if (source >= FIRST_EPHEMERAL === destination >= FIRST_EPHEMERAL) return "unknown";
  return source >= FIRST_EPHEMERAL ? "request" : "reply";
}
