// Prints the plan for the shell, a run a line: id, file, capture, start, IPv6.
import { RUNS } from "./plan.mjs";

for (const { id, file, capture, startedAt, ipv6 } of RUNS) console.log([id, file, capture, startedAt, ipv6].join("\t"));
