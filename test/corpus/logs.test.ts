/** Logs that nobody on this project wrote, against endpoints extracted field by field by an independent script. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createLogReader, type LogFormat, sniffLog } from "../../src/ingest/logs/registry.ts";
import { parseAddress } from "../../src/model/address.ts";
import type { RunFacts } from "../../src/model/flow.ts";
import { parseFqdn } from "../../src/model/fqdn.ts";

const CORPUS = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));

interface Found {
  readonly endpoints: Set<string>;
  readonly facts: RunFacts;
  readonly flags: Set<string>;
}

function endpointsOf(format: LogFormat, paths: readonly string[]): Found {
  const endpoints = new Set<string>();
  const flags = new Set<string>();
  const closed: RunFacts[] = [];
  const reader = createLogReader(format, {
    source: paths.join(" "),
    runField: null,
    sinkFor: () => ({
      flow(flow) {
        const end = `${flow.responder.address} ${flow.responder.port} ${flow.transport}`;
        endpoints.add(`${end} -`);
        for (const claim of flow.claims) endpoints.add(`${end} ${claim.name}`);
        for (const flag of flow.flags) flags.add(flag);
      },
      answer() {},
      close: (facts) => closed.push(facts),
    }),
  });
  for (const path of paths) {
    reader.push(readFileSync(`${CORPUS}logs/${path}`));
    reader.endOfFile();
  }
  reader.finish();
  const [facts] = closed;
  if (facts === undefined || closed.length > 1) throw new Error("closed once");
  return { endpoints, facts, flags };
}

/** The expectation takes fields as they are; an address literal in a name's place is none, so its row says `-`. */
function expectedOf(path: string): Set<string> {
  const [, ...rows] = readFileSync(`${CORPUS}expected/logs/${path}.endpoints.tsv`, "utf8").trimEnd().split("\n");
  return new Set(
    rows.map((row) => {
      const [address = "", port = "", proto = "", name = ""] = row.split("\t");
      return `${parseAddress(address)} ${port} ${proto} ${parseFqdn(name) ?? "-"}`;
    }),
  );
}

const named = (endpoints: Iterable<string>): string[] => [...endpoints].filter((line) => !line.endsWith(" -")).sort();
const sorted = (endpoints: Iterable<string>): string[] => [...endpoints].sort();
const ZEEK = ["conn.log", "dns.log", "http.log", "ssl.log"].map((file) => `zeek-json/${file}`);

describe.skipIf(!existsSync(CORPUS))("logs of the corpus", () => {
  test.for(ZEEK)("%s alone has the expected endpoints", (path) => {
    const { endpoints, facts } = endpointsOf("zeek", [path]);
    const expected = expectedOf(path);
    // A named endpoint is one without a name, too, for the purpose of this comparison.
    const nameless = [...expected].map((line) => line.replace(/ \S+$/, " -"));
    expect(sorted(endpoints)).toEqual(sorted(new Set([...expected, ...nameless])));
    expect([...facts.rejected.keys()].filter((reason) => reason !== "duplicate-record")).toEqual([]);
  });

  test("Zeek's four logs together have the endpoints of each, named where any of them names it", () => {
    const { endpoints } = endpointsOf("zeek", ZEEK);
    const expected = ZEEK.map(expectedOf).flatMap((lines) => [...lines]);
    const nameless = expected.map((line) => line.replace(/ \S+$/, " -"));
    expect(sorted(endpoints)).toEqual(sorted(new Set([...expected, ...nameless])));
    expect(named(endpoints)).toHaveLength(10);
  });

  test("Suricata's training log has exactly the expected endpoints, and shows ECH", () => {
    const { endpoints, facts, flags } = endpointsOf("suricata", ["suricata-eve/training-02-eve.json"]);
    const expected = expectedOf("suricata-eve/training-02-eve.json");
    expect(sorted(endpoints)).toEqual(sorted(expected));
    expect(facts.rejected.size).toBe(0);
    expect([...flags]).toContain("ech");
  });

  test("events without a flow event still show where their connection went", () => {
    const { endpoints } = endpointsOf("suricata", ["sekoia/suricata.jsonl"]);
    for (const line of expectedOf("sekoia/suricata.jsonl")) expect([...endpoints]).toContain(line);
    // Beyond the flow event: dns, ssh and rdp events, and alerts and an anomaly whose direction the ports show.
    expect(sorted(endpoints)).toEqual([
      "1.2.3.4 443 tcp -",
      "10.0.1.4 3389 tcp -",
      "10.0.4.4 22 tcp -",
      "10.0.4.4 2375 tcp -",
      "10.200.52.1 80 tcp -",
      "172.31.0.2 53 udp -",
      "190.214.13.2 449 tcp -",
      "203.176.135.102 8082 tcp -",
    ]);
  });

  test.for<[string, LogFormat | null]>([
    ...ZEEK.map((path): [string, LogFormat] => [path, "zeek"]),
    ["suricata-eve/training-02-eve.json", "suricata"],
    ["sekoia/suricata.jsonl", "suricata"],
    ["hubble/flows.jsonl", "hubble"],
    ["squid-gh-aw/access.log", "awf"],
    ["squid-gh-aw/audit.jsonl", "awf"],
    ["sekoia/squid.log", "squid"],
    ["sekoia/aws-flow-logs.log", "aws-vpc"],
    ["sekoia/bind.log", null],
    ["sekoia/zscaler-zia.jsonl", null],
    ["squid-gh-aw/policy-manifest.json", null],
    ["tetragon/02-process_exec.json", null],
    ["tracee/net_packet_dns-first200.jsonl", null],
  ])("%s is recognised as %s", ([path, format]) => {
    expect(sniffLog(readFileSync(`${CORPUS}logs/${path}`).subarray(0, 65_536))).toBe(format);
  });
});
