/** An explanation for people: one block a flow, the verdict last, and the filters to paste into Wireshark. */
import type { Explained, FlowExplanation, NearMiss, Said, WeighedAnswer } from "../../model/explanation.ts";
import { plain } from "../escape.ts";
import { plural } from "../view.ts";
import { filtersOf } from "./filter.ts";

export interface ExplainOptions {
  /** Runs of several captures: their packet numbers run on and are not Wireshark's. */
  readonly joined: ReadonlySet<string>;
}

const COLUMN = 12;

export function explanationText({ flows, summary }: Explained, { joined }: ExplainOptions): string {
  const { question, runs, explained, nearMisses } = summary;
  const lines = flows.flatMap((flow) => [...flowLines(flow, joined.has(flow.run)), ""]);
  if (summary.flows === 0) {
    lines.push(
      `no flow matches ${question} (${plural(runs, "run")} read)`,
      ...nearMisses.map((miss) => `  ${near(miss)}`),
    );
  } else {
    const more = summary.flows - explained;
    lines.push(`${question}: ${plural(summary.flows, "flow")} (${plural(runs, "run")} read)`);
    if (more > 0) lines.push(`  ${more} of them are not shown: ask for one by its five-tuple, or read fewer runs`);
  }
  return lines.map((line) => `${plain(line)}\n`).join("");
}

function flowLines(flow: FlowExplanation, together: boolean): string[] {
  const { unit, run, transport, client, server, state, outcome, packets } = flow;
  const by = [flow.workload, flow.tool, flow.process].filter((who) => who !== null);
  const rows: (readonly [string, string])[] = [
    ["state", `${state}, ${outcome}${flow.connections > 1 ? `, ${flow.connections} connections` : ""}`],
    ["seen", flow.firstSeen === null ? "at no known time" : `${flow.firstSeen} to ${flow.lastSeen}`],
    ...(by.length > 0 ? [["by", by.join(", ")] as const] : []),
    ...(packets ? [["packets", `${packets.count}, from ${packets.first} to ${packets.last}`] as const] : []),
    ...(unit === "packet" ? [["opened", opening(flow)] as const] : []),
    ...flow.said.map((said) => ["said", saidText(said, unit)] as const),
    ...(flow.spoke === null ? [] : [["said", `${at(unit, [flow.spoke])}: nothing that names a host`] as const]),
    ...(flow.said.length === 0 && flow.hello.length > 0 ? [["said", `${at(unit, flow.hello)}: no name`] as const] : []),
    ...(flow.flags.length > 0 ? [["flags", flow.flags.join(", ")] as const] : []),
    ...flow.answers.map((answer) => ["dns", answerText(answer, unit)] as const),
    ...(flow.answersLeftOut > 0 ? [["dns", `and ${plural(flow.answersLeftOut, "answer")} more`] as const] : []),
    ...flow.verdicts.map(({ sentence }) => ["verdict", sentence] as const),
    ...filterRows(flow, together),
  ];
  const heading = `${run}: ${end(client)} > ${end(server)}/${transport}`;
  return [heading, ...rows.map(([label, text]) => `  ${label.padEnd(COLUMN)}${text}`)];
}

function filterRows(flow: FlowExplanation, together: boolean): (readonly [string, string])[] {
  const filters = filtersOf(flow, together);
  if (filters === null) return [];
  const note = "packet numbers run on over the captures of this run, so they are not Wireshark's";
  return [
    ["wireshark", filters.packets ?? (together ? note : "no packet to show")],
    ["", filters.flow],
  ];
}

const OPENINGS: Readonly<Record<FlowExplanation["opening"][number]["kind"], string>> = {
  syn: "SYN",
  "syn-ack": "SYN-ACK",
  init: "INIT",
  "init-ack": "INIT-ACK",
  first: "first",
  reply: "reply",
  refusal: "refused",
};

function opening({ opening: packets, state }: FlowExplanation): string {
  const seen = packets.map(({ kind, record }) => `packet ${record} (${OPENINGS[kind]})`).join(", ");
  if (state !== "midstream") return seen === "" ? "not captured" : seen;
  return `not captured: the direction is guessed${seen === "" ? "" : `; ${seen}`}`;
}

const SPEECH: Readonly<Record<Said["source"], string>> = {
  "http-connect": "CONNECT",
  socks: "SOCKS",
  "http-forward": "request for a whole URL at",
  literal: "the address",
  "tls-sni": "TLS server name",
  "quic-sni": "QUIC server name",
  "http-host": "HTTP host",
  log: "the log's name",
  dns: "DNS",
  "pcapng-nrb": "name resolution",
  mdns: "multicast DNS",
  llmnr: "LLMNR",
  netbios: "NetBIOS",
};

function saidText({ source, name, address, port, records }: Said, unit: FlowExplanation["unit"]): string {
  const host = name ?? address ?? "nothing usable";
  return `${at(unit, records)}: ${SPEECH[source]} ${host}${port === null ? "" : `:${port}`} (${source})`;
}

function answerText(answer: WeighedAnswer, unit: FlowExplanation["unit"]): string {
  const { source, name, chain, records, resolver, client, ttl, until, use, why } = answer;
  if (source === "pcapng-nrb") return `name resolution block: ${name}: ${use}: ${why}`;
  const aliases = chain.map((alias) => ` > ${alias}`).join("");
  const who = `${resolver ?? "a resolver"} to ${client ?? "an unknown client"}`;
  const life = ttl === null ? "" : `, TTL ${ttl} s`;
  const valid = until === null || use === "over" ? "" : `, good until ${until}`;
  return `${at(unit, records)}: ${name}${aliases}, ${who}${life}${valid}: ${use === "used" ? "" : "not used: "}${why}`;
}

function at(unit: FlowExplanation["unit"], records: readonly number[]): string {
  return `${unit}${records.length === 1 ? "" : "s"} ${records.join(", ")}`;
}

function end({ address, port }: FlowExplanation["client"]): string {
  const host = address?.includes(":") && port !== null ? `[${address}]` : (address ?? "unknown");
  return port === null ? host : `${host}:${port}`;
}

function near({ kind, name, address, transport, port, count, run, record }: NearMiss): string {
  const where = `${end({ address, port })}${transport === null ? "" : `/${transport}`}`;
  const named = name === null ? "without a name" : `named ${name}`;
  const flows = `${plural(count, "flow")}, first in ${run}`;
  switch (kind) {
    case "same-name":
      return `the same name elsewhere: ${name}${port === null ? "" : `:${port}`}/${transport} at ${address ?? "an unknown address"}: ${flows}`;
    case "same-address":
      return `the same address elsewhere: ${where}, ${named}: ${flows}`;
    case "same-hosts":
      return `between the same hosts: ${where}, ${named}: ${flows}`;
    case "as-client":
      return `the address is itself the client of ${where}, ${named}: ${flows}`;
    case "resolved":
      return `DNS gave ${name} the address ${address}: ${plural(count, "answer")}, first in ${run}${record === null ? "" : ` (record ${record})`}`;
  }
}
