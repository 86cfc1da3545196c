/** Prints a ServiceEntry for each endpoint, and a Sidecar that knows nothing else outside the mesh. */
import { describeRule } from "../packet/plan.ts";
import { documentText, documentsText } from "../lists/documents.ts";
import { EXACT, type ListPrinter, no, type Said, wider } from "../lists/print.ts";
import { behindProxy, besideName, notByAddress, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = behindProxy(row);
  if (reason !== null) return no(reason);
  if (row.transport !== "tcp") return no(`a sidecar does not govern ${row.transport}`);
  if (row.port === null) return no("no port is known");
  if (isNamed(row)) return EXACT;
  const unplaced = notByAddress(row, "no address is known, and its first bytes name no host");
  if (unplaced !== null) return no(unplaced);
  return row.name === null ? EXACT : wider(`${besideName(row)}: its first bytes name no host`);
}

/** A sidecar sees a name only in TLS and in HTTP. */
const isNamed = ({ name, speaks }: Row): boolean => name !== null && speaks !== null;

const API = "networking.istio.io/v1";

function write(rows: readonly Row[], comments: readonly string[]): string {
  const sidecar = {
    apiVersion: API,
    kind: "Sidecar",
    metadata: { name: "default" },
    spec: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" }, egress: [{ hosts: ["./*", "istio-system/*"] }] },
  };
  const entries = rows.map((row) => `---\n# ${describeRule(row.rule)}\n${documentText(entryOf(row))}`);
  const more = [
    "Apply it to the workload's own namespace. Services of that namespace stay reachable, and UDP is not governed at all.",
  ];
  return documentsText([...comments, ...more], [sidecar]) + entries.join("");
}

function entryOf(row: Row): object {
  const { rule, name, prefixes, port, speaks } = row;
  const number = { number: port, name: `${speaks ?? "tcp"}-${port}`, protocol: (speaks ?? "tcp").toUpperCase() };
  const spec = isNamed(row)
    ? { hosts: [name], exportTo: ["."], location: "MESH_EXTERNAL", ports: [number], resolution: "DNS" }
    : {
        // A host that nothing compares: the addresses are what is matched.
        hosts: [`${rule.id}.sallyport.invalid`],
        addresses: [...prefixes],
        exportTo: ["."],
        location: "MESH_EXTERNAL",
        ports: [{ ...number, name: `tcp-${port}`, protocol: "TCP" }],
        resolution: "NONE",
      };
  return { apiVersion: API, kind: "ServiceEntry", metadata: { name: `sallyport-${rule.id}` }, spec };
}

export const istioPrinter: ListPrinter = { target: "istio", file: "candidate.istio.yaml", say, write };
