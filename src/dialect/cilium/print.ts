/** Prints a CiliumNetworkPolicy: names as such, and what Cilium needs to learn their addresses. */
import { sortedUnique } from "../../model/compare.ts";
import { describeRule } from "../packet/plan.ts";
import { documentsText, remarked } from "../lists/documents.ts";
import { byExpiry } from "../lists/groups.ts";
import { EXACT, type ListPrinter, no, type Said } from "../lists/print.ts";
import { behindProxy, notByAddress, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = behindProxy(row);
  if (reason !== null) return no(reason);
  if (row.port === null) return no("no port is known");
  if (!["tcp", "udp", "sctp"].includes(row.transport)) return no(`not printed for ${row.transport}`);
  const unplaced = row.name === null ? notByAddress(row, "neither a sure name nor an address is known") : null;
  return unplaced === null ? EXACT : no(unplaced);
}

function write(rows: readonly Row[], comments: readonly string[]): string {
  const groups = byExpiry(rows);
  const objects = groups.map(({ expires, rows: own }) => policy(`sallyport-egress-${expires}`, own));
  return documentsText(
    [
      ...comments,
      "It selects every endpoint of its namespace: set endpointSelector to your workload.",
      "Names are learned from DNS answers that pass Cilium's proxy, so each policy lets the names it knows, and only those, be asked",
      "of kube-dns. A resolver that tries search domains first needs the agent's --tofqdns-dns-reject-response-code=nameError.",
    ],
    objects.length > 0 ? objects : [policy("sallyport-egress", [])],
  );
}

function policy(name: string, rows: readonly Row[]): object {
  const names = sortedUnique(rows.flatMap((row) => row.name ?? []));
  return {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name },
    spec: {
      endpointSelector: {},
      // A rule that selects nothing still denies what no rule permits.
      egress: rows.length === 0 ? [{}] : [...(names.length === 0 ? [] : [questionsOf(names)]), ...rows.map(ruleOf)],
    },
  };
}

function questionsOf(names: readonly string[]): object {
  return remarked("the names below, asked of the resolver: Cilium learns their addresses from its answers", {
    toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system", "k8s:k8s-app": "kube-dns" } }],
    toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: names.map((matchName) => ({ matchName })) } }],
  });
}

function ruleOf({ rule, name, prefixes, transport, port }: Row): object {
  return remarked(describeRule(rule), {
    ...(name === null ? { toCIDR: [...prefixes] } : { toFQDNs: [{ matchName: name }] }),
    toPorts: [{ ports: [{ port: String(port), protocol: transport.toUpperCase() }] }],
  });
}

export const ciliumPrinter: ListPrinter = { target: "cilium", file: "candidate.cilium.yaml", say, write };
