/** Wireshark display filters that show a flow, and the very packets that its name came from. */
import type { FlowExplanation } from "../../model/explanation.ts";

/** The numbered packets of an explanation, in order; empty for a log. */
function packetsOf({ unit, opening, spoke, hello, said, answers }: FlowExplanation): number[] {
  if (unit !== "packet") return [];
  const numbers = new Set([
    ...opening.map(({ record }) => record),
    ...hello,
    ...said.flatMap(({ records }) => records),
  ]);
  if (spoke !== null) numbers.add(spoke);
  // A name resolution block is no packet.
  for (const { source, records } of answers) if (source !== "pcapng-nrb") for (const n of records) numbers.add(n);
  return [...numbers].sort((a, b) => a - b);
}

export interface Filters {
  /** Those packets; null where a packet's number is not the one that Wireshark gives it. */
  readonly packets: string | null;
  readonly flow: string;
}

/** Null where there are no packets to show. `together`: the run's numbers run on over several files. */
export function filtersOf(explanation: FlowExplanation, together: boolean): Filters | null {
  const { unit, transport, client, server } = explanation;
  if (unit !== "packet" || client.address === null || server.address === null) return null;
  const numbers = packetsOf(explanation);
  const version = server.address.includes(":") ? "ipv6" : "ip";
  const hosts = `${version}.addr == ${client.address} && ${version}.addr == ${server.address}`;
  const ports =
    client.port === null || server.port === null
      ? transport
      : `${transport}.port == ${client.port} && ${transport}.port == ${server.port}`;
  return {
    packets: together || numbers.length === 0 ? null : `frame.number in {${numbers.join(", ")}}`,
    flow: `${hosts} && ${ports}`,
  };
}
