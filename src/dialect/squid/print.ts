/** Prints access lists for Squid: what is asked for by name, on its port, and nothing else. */
import { describeRule } from "../packet/plan.ts";
import { EXACT, type ListPrinter, no, type Said } from "../lists/print.ts";
import { notProxied, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = notProxied(row);
  if (reason !== null) return no(reason);
  return row.name === null && row.addresses.length === 0 ? no("neither a sure name nor an address is known") : EXACT;
}

/** `-n`: a client that asks for an address is not let through because the address has a name. */
function write(rows: readonly Row[], comments: readonly string[]): string {
  const lines = rows.flatMap(({ rule, name, addresses, port, access }) => {
    const host = `sallyport_${rule.id}`;
    return [
      "",
      `# ${describeRule(rule)}`,
      ...(name === null ? [`acl ${host} dst ${addresses.join(" ")}`] : [`acl ${host} dstdomain -n ${name}`]),
      `acl ${host}_port port ${port}`,
      ...access.map((how) => `http_access allow ${how === "connect" ? "CONNECT" : "!CONNECT"} ${host} ${host}_port`),
    ];
  });
  const head = [...comments, "Put it before every other http_access line: what it does not allow, it denies."];
  return `${[...head.map((line) => `# ${line}`), ...lines, "", "http_access deny all"].join("\n")}\n`;
}

export const squidPrinter: ListPrinter = { target: "squid", file: "candidate.squid.conf", say, write };
