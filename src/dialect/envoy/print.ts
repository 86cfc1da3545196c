/** Prints the access rules of Envoy's network filter: server names of TLS, addresses for the rest. */
import { addressOf, lengthOf } from "../../model/prefix.ts";
import { describeRule } from "../packet/plan.ts";
import { documentText, remarked } from "../lists/documents.ts";
import { EXACT, type ListPrinter, no, type Said, wider } from "../lists/print.ts";
import { behindProxy, besideName, notByAddress, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = behindProxy(row);
  if (reason !== null) return no(reason);
  if (row.transport !== "tcp") return no(`the filter does not govern ${row.transport}`);
  if (row.port === null) return no("no port is known");
  if (isNamed(row)) return wider("whatever answers to that server name, wherever it is");
  const unplaced = notByAddress(row, "no address is known, and no server name of TLS was seen");
  if (unplaced !== null) return no(unplaced);
  return row.name === null ? EXACT : wider(`${besideName(row)}: no server name of TLS was seen`);
}

const isNamed = ({ name, speaks }: Row): boolean => name !== null && speaks === "tls";

function write(rows: readonly Row[], comments: readonly string[]): string {
  const head = [
    ...comments,
    "Put it first among the network filters of a listener for outgoing connections that has envoy.filters.listener.tls_inspector.",
  ];
  const filter = {
    name: "envoy.filters.network.rbac",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC",
      stat_prefix: "sallyport",
      rules: {
        action: "ALLOW",
        policies: Object.fromEntries(rows.map((row) => [`sallyport-${row.rule.id}`, policyOf(row)])),
      },
    },
  };
  return head.map((line) => `# ${line}\n`).join("") + documentText(filter);
}

function policyOf(row: Row): object {
  const { name, prefixes, port } = row;
  const ranges = prefixes.map((prefix) => ({
    destination_ip: { address_prefix: addressOf(prefix), prefix_len: lengthOf(prefix) },
  }));
  const where = isNamed(row) ? { requested_server_name: { exact: name } } : { or_rules: { rules: ranges } };
  return remarked(describeRule(row.rule), {
    permissions: [{ and_rules: { rules: [where, { destination_port: port }] } }],
    principals: [{ any: true }],
  });
}

export const envoyPrinter: ListPrinter = { target: "envoy", file: "candidate.envoy.yaml", say, write };
