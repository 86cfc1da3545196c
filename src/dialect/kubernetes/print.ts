/** Prints a NetworkPolicy: addresses, because it knows no names. */
import { formatSeconds } from "../../model/instant.ts";
import { describeRule } from "../packet/plan.ts";
import { documentsText, remarked } from "../lists/documents.ts";
import { byExpiry } from "../lists/groups.ts";
import { EXACT, type ListPrinter, no, type Said, wider } from "../lists/print.ts";
import { behindProxy, besideName, notByAddress, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = behindProxy(row) ?? notByAddress(row, "no address is known: a NetworkPolicy has no names");
  if (reason !== null) return no(reason);
  if (row.port === null) return no("no port is known");
  if (!["tcp", "udp", "sctp"].includes(row.transport)) return no(`a NetworkPolicy has no ${row.transport}`);
  return row.name === null ? EXACT : wider(besideName(row));
}

/** One object for each end, so that what has ended is deleted as a whole; together they permit what each permits. */
function write(rows: readonly Row[], comments: readonly string[]): string {
  const groups = byExpiry(rows);
  const objects = groups.map(({ expires, rows: own }) =>
    policy(`sallyport-egress-${expires}`, formatSeconds(own[0]?.expires ?? 0), own),
  );
  return documentsText(
    [...comments, "It selects every pod of its namespace: set podSelector to your workload."],
    objects.length > 0 ? objects : [policy("sallyport-egress", "", [])],
  );
}

function policy(name: string, until: string, rows: readonly Row[]): object {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, ...(until !== "" && { annotations: { "sallyport/until": until } }) },
    spec: { podSelector: {}, policyTypes: ["Egress"], egress: rows.map(ruleOf) },
  };
}

function ruleOf({ rule, prefixes, transport, port }: Row): object {
  return remarked(describeRule(rule), {
    to: prefixes.map((cidr) => ({ ipBlock: { cidr } })),
    ports: [{ protocol: transport.toUpperCase(), port }],
  });
}

export const kubernetesPrinter: ListPrinter = {
  target: "kubernetes",
  file: "candidate.networkpolicy.yaml",
  say,
  write,
};
