/** Zeek logs (conn, dns, ssl, http, quic), as JSON lines or in Zeek's own tab-separated form, joined by uid. */
import type { Adapter, LineVerdict } from "../adapter.ts";
import { AddressReader } from "../addresses.ts";
import { Join } from "../join.ts";
import { type JsonObject, number, parseObject, runName, text } from "../json.ts";
import type { Ledger } from "../ledger.ts";
import { addRequest } from "../proxied.ts";
import type { Runs } from "../runs.ts";
import { readHost } from "../values.ts";
import { conversationOf, readConnection } from "./conn.ts";
import { readAnswers } from "./dns.ts";
import { streamOf } from "./streams.ts";
import { TsvReader } from "./tsv.ts";

export class ZeekAdapter implements Adapter {
  private readonly runs: Runs;
  private readonly runField: string | null;
  private readonly join: Join;
  private readonly tsv = new TsvReader();
  private readonly addresses = new AddressReader();

  constructor(runs: Runs, runField: string | null, join: Join = new Join()) {
    this.runs = runs;
    this.runField = runField;
    this.join = join;
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): LineVerdict {
    const record = this.tsv.active ? this.tsv.read(bytes, start, end) : this.json(bytes, start, end);
    if (record === "comment" || record === "broken") return record;
    const ledger = this.runs.of(runName(record, this.runField), line);
    ledger.record();
    this.record(ledger, record, line);
    return "record";
  }

  endOfFile(): void {
    this.tsv.reset();
  }

  finish(): void {
    this.join.finish();
  }

  private json(bytes: Uint8Array, start: number, end: number): JsonObject | "comment" | "broken" {
    return bytes[start] === 0x23 ? this.tsv.read(bytes, start, end) : (parseObject(bytes, start, end) ?? "broken");
  }

  private record(ledger: Ledger, record: JsonObject, line: number): void {
    const stream = streamOf(record, this.tsv.path);
    if (stream === "other") {
      ledger.reject("other-stream", line);
      return;
    }
    const uid = text(record, "uid");
    const seen =
      stream === "conn" ? readConnection(record, this.addresses) : conversationOf(record, stream, this.addresses);
    if (typeof seen === "string") {
      ledger.reject(seen, line);
      return;
    }
    // A record without a uid (a log that was cut down) can join nothing, and so stands for itself.
    const id = uid ?? `${stream} ${line} ${this.tsv.file}`;
    const joined = this.join.connection(ledger, id, stream === "conn" ? "whole" : "protocol", seen, line);
    switch (stream) {
      case "conn":
        return;
      case "ssl":
        return joined.claim("tls-sni", hostOf(record, "server_name"), line);
      case "quic":
        return joined.claim("quic-sni", hostOf(record, "server_name"), line);
      case "http":
        // The log's user name and password are left unread.
        return addRequest(
          joined,
          {
            method: text(record, "method"),
            host: text(record, "host"),
            url: text(record, "uri"),
            status: number(record, "status_code"),
          },
          line,
        );
      case "dns": {
        const { answers, answered } = readAnswers(ledger, record, line);
        if (answered) joined.flag("dns");
        for (const answer of answers) this.join.answer(ledger, answer);
      }
    }
  }
}

function hostOf(record: JsonObject, path: string): ReturnType<typeof readHost> | null {
  const host = text(record, path);
  return host === null ? null : readHost(host);
}
