import { expect, test } from "vitest";
import { brief, read, rejected } from "../reading.ts";

const header = (path: string, fields: string, types: string): string =>
  [
    `#separator \\x09`,
    `#set_separator\t,`,
    `#empty_field\t(empty)`,
    `#unset_field\t-`,
    `#path\t${path}`,
    `#open\t2026-11-01-10-00-00`,
    `#fields\t${fields}`,
    `#types\t${types}`,
    "",
  ].join("\n");

const IDS = "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p";
const ID_TYPES = "time\tstring\taddr\tport\taddr\tport";
const CONN = `${header("conn", `${IDS}\tproto\tduration\torig_bytes\tconn_state`, `${ID_TYPES}\tenum\tinterval\tcount\tstring`)}1793527200.500000\tC1\t10.0.0.2\t40000\t203.0.113.7\t443\ttcp\t1.5\t100\tSF\n1793527199.000000\tC2\t10.0.0.2\t40001\t203.0.113.53\t53\tudp\t-\t-\tSF\n#close\t2026-11-01-10-00-09\n`;
const SSL = `${header("ssl", `${IDS}\tserver_name`, `${ID_TYPES}\tstring`)}1793527200.6\tC1\t10.0.0.2\t40000\t203.0.113.7\t443\tapi.example.net\n`;
const DNS = `${header("dns", `${IDS}\tproto\tquery\tqtype\trcode\tanswers\tTTLs`, `${ID_TYPES}\tenum\tstring\tcount\tcount\tvector[string]\tvector[interval]`)}1793527199.0\tC2\t10.0.0.2\t40001\t203.0.113.53\t53\tudp\tapi.example.net\t1\t0\tedge.example.org,203.0.113.7\t300.0,60.0\n`;
const WEIRD = `${header("weird", "ts\tname", "time\tstring")}1793527199.0\tbad_HTTP_request\n`;

test("Zeek's tab-separated logs say what its JSON logs say", () => {
  const { flows, answers, facts } = read("zeek", [CONN, SSL, DNS, WEIRD]);
  expect(flows.map(brief)).toEqual([
    "udp 10.0.0.2:40001 > 203.0.113.53:53 established allowed +dns",
    "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed tls-sni=api.example.net",
  ]);
  expect(flows[1]).toMatchObject({ bytesOut: 100, bytesIn: null, lastSeen: 1_793_527_202_000_000 });
  expect(answers).toMatchObject([
    { name: "api.example.net", chain: ["edge.example.org"], address: "203.0.113.7", ttl: 60 },
  ]);
  expect(rejected(facts)).toEqual({ "other-stream": 1 });
});

test("a row with another number of columns is broken", () => {
  const { facts } = read("zeek", `${CONN}1793527200.5\tC9\n`);
  expect(rejected(facts)).toEqual({ "broken-line": 1 });
});
