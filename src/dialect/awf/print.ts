/** Prints the domains for gh-aw-firewall, each of which takes everything below it too. */
import { describeRule } from "../packet/plan.ts";
import { type ListPrinter, no, type Said, wider } from "../lists/print.ts";
import { notProxied, type Row } from "../lists/rows.ts";
import { AWF_PORTS } from "./read.ts";

function say(row: Row): Said {
  const reason = notProxied(row);
  if (reason !== null) return no(reason);
  if (row.name === null) return no("no sure name is known, and it takes no addresses");
  if (!row.name.includes(".")) return no("it takes no name of one label");
  if (!AWF_PORTS.includes(row.port ?? 0)) return no(`it lets nothing through to port ${row.port}`);
  return wider(`every name below ${row.name}, and the other of the ports ${AWF_PORTS.join(" and ")}`);
}

function write(rows: readonly Row[], comments: readonly string[]): string {
  const lines = rows.flatMap(({ rule, name, access }) => {
    const [only, ...more] = access;
    const protocol = more.length > 0 ? "" : only === "http" ? "http://" : "https://";
    return [`# ${describeRule(rule)}`, `${protocol}${name}`];
  });
  return `${[...comments.map((line) => `# ${line}`), ...lines].join("\n")}\n`;
}

export const awfPrinter: ListPrinter = { target: "awf", file: "candidate.awf.txt", say, write };
