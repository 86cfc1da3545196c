/** Prints access lists for Squid: what is asked for by name, on its port, and nothing else. */
import { describeRule, destinationOf } from "../packet/plan.ts";
import { EXACT, type ListPrinter, no, type Said } from "../lists/print.ts";
import { notByAddress, notProxied, type Row } from "../lists/rows.ts";

function say(row: Row): Said {
  const reason = notProxied(row);
  if (reason !== null) return no(reason);
  const unplaced = row.name === null ? notByAddress(row, "neither a sure name nor an address is known") : null;
  return unplaced === null ? EXACT : no(unplaced);
}

/** `-n`: a client that asks for an address is not let through because the address has a name. */
function write(rows: readonly Row[], comments: readonly string[]): string {
  const lines = rows.flatMap(({ rule, name, prefixes, port, access }) => {
    const host = `sallyport_${rule.id}`;
    return [
      "",
      `# ${describeRule(rule)}`,
      name === null
        ? `acl ${host} dst ${prefixes.map((prefix) => destinationOf({ prefix })).join(" ")}`
        : `acl ${host} dstdomain -n ${name}`,
      `acl ${host}_port port ${port}`,
      ...access.map((how) => `http_access allow ${how === "connect" ? "CONNECT" : "!CONNECT"} ${host} ${host}_port`),
    ];
  });
  const head = [...comments, "Put it before every other http_access line: what it does not allow, it denies."];
  return `${[...head.map((line) => `# ${line}`), ...lines, "", "http_access deny all"].join("\n")}\n`;
}

export const squidPrinter: ListPrinter = { target: "squid", file: "candidate.squid.conf", say, write };
