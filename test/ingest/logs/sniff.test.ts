import { expect, test } from "vitest";
import { type LogFormat, sniffLog } from "../../../src/ingest/logs/registry.ts";

const API = '{"dest_ip":"203.0.113.7","dest_port":443,"proto":"tcp"}';

test.for<[string, LogFormat | null]>([
  [API, "jsonl"],
  [`\ufeff${API}`, "jsonl"],
  [`${API}\n{"dest_ip":"203.0.1`, "jsonl"],
  [`{oops\n\n{"level":"info","message":"started"}\n${API}\n`, "jsonl"],
  ['{"destination":{"ip":"203.0.113.7","port":443},"network":{"transport":"tcp"}}', "jsonl"],
  ['{"host":"api.example.net","dest_port":443,"proto":"tcp"}', "jsonl"],
  ['{"host":"worker-3","message":"started"}', null],
  ['{"_path":"conn","ts":1,"uid":"C1"}', "zeek"],
  ['{"ts":1,"uid":"C1","id.orig_h":"10.0.0.2","id.resp_h":"203.0.113.7"}', "zeek"],
  ['{"ts":1,"uid":"C1","id":{"orig_h":"10.0.0.2","resp_h":"203.0.113.7"},"conn_state":"SF"}', "zeek"],
  ['{"ts":1,"fuid":"F1","source":"SSL"}', "zeek"],
  ["#separator \\x09\n#set_separator\t,\n", "zeek"],
  ['{"timestamp":"2026-11-01T10:00:00+0000","flow_id":1,"event_type":"dns","dest_ip":"203.0.113.7"}', "suricata"],
  ['{"timestamp":"2026-11-01T10:00:00+0000","event_type":"stats","stats":{"uptime":1}}', "suricata"],
  ['{"timestamp":"2026-11-01T10:00:00+0000","flow_id":1,"alert":{"action":"allowed"}}', "suricata"],
  ["version account-id srcaddr dstaddr srcport\n", "aws-vpc"],
  ["Nov  1 10:00:00 the srcaddr and the dstaddr differ\n", null],
  // What the tool itself writes is no log.
  [
    '{"_schema":"sallyport/observation/v1","kind":"observation","name":"api.example.net","address":"203.0.113.7","port":443}',
    null,
  ],
  ["", null],
  ["\n\n\n", null],
  ["[1,2]\n", null],
  ["Nov  1 10:00:00 worker kernel: booted\n", null],
  ["\u0000".repeat(64), null],
])("%j is %s", ([text, format]) => {
  expect(sniffLog(new TextEncoder().encode(text))).toBe(format);
});
