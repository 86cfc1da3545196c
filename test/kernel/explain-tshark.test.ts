/** The packets that `explain` names, asked of tshark: its filters find exactly those, and they say what we say they do. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FlowExplanation } from "../../src/model/explanation.ts";
import type { Observation } from "../../src/model/observation.ts";
import { sallyport } from "../support/sallyport.ts";

type Line = FlowExplanation & { readonly filters: { readonly packets: string; readonly flow: string } };

const RUNS = "fixtures/demo/runs";
const captures = readdirSync(RUNS).filter((name) => name.includes(".pcap"));

function lines<T>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Every endpoint of a capture explained, each of its flows once. */
function explained(capture: string): Line[] {
  const observed = lines<Observation | { kind: "run" }>(sallyport(["observe", `${RUNS}/${capture}`]).stdout);
  const addresses = observed.flatMap((line) => (line.kind === "observation" ? (line.address ?? []) : []));
  const questions = [...new Set(addresses)].flatMap((address) => ["--explain", address]);
  const { stdout } = sallyport(["observe", `${RUNS}/${capture}`, "--json", ...questions]);
  return lines<Line>(stdout).filter(({ kind }) => kind === "flow");
}

/** The frames that a display filter shows: number, TLS server name, HTTP host, request target, DNS names and addresses. */
function shown(capture: string, filter: string): Map<number, string> {
  const fields = [
    "frame.number",
    "tls.handshake.extensions_server_name",
    "http.host",
    "http.request.uri",
    "dns.qry.name",
    "dns.a",
    "dns.aaaa",
  ].flatMap((field) => ["-e", field]);
  const args = ["-n", "-r", `${RUNS}/${capture}`, "-Y", filter, "-T", "fields", "-E", "separator=|", ...fields];
  const out = execFileSync("tshark", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const rows = out
    .trimEnd()
    .split("\n")
    .filter((row) => row !== "");
  return new Map(rows.map((row) => [Number(row.slice(0, row.indexOf("|"))), row]));
}

describe.each(captures)("%s", (capture) => {
  const flows = explained(capture);

  test("has its flows explained", () => expect(flows.length).toBeGreaterThan(10));

  test("the filters by number show those packets, and they hold the names", () => {
    const numbers = new Set(flows.flatMap(({ filters }) => filters.packets.match(/\d+/g) ?? []).map(Number));
    const rows = shown(capture, `frame.number in {${[...numbers].join(", ")}}`);
    expect(new Set(rows.keys())).toEqual(numbers);
    for (const { said, answers, server } of flows) {
      for (const { name, records } of said) expect(rows.get(Math.max(...records))).toContain(name);
      for (const { name, record } of answers) {
        expect(rows.get(record)).toContain(name);
        expect(rows.get(record)).toContain(server.address);
      }
    }
  });

  test("the filter of a flow shows as many packets as it has", () => {
    const sample = flows.filter((_, i) => i % 8 === 0);
    expect(sample.length).toBeGreaterThan(1);
    for (const { filters, packets } of sample) {
      const frames = [...shown(capture, filters.flow).keys()];
      expect([frames.length, frames[0], frames.at(-1)]).toEqual([packets?.count, packets?.first, packets?.last]);
    }
  });
});
