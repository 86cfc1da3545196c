// The workload: `node agent.mjs RUN CA JOURNAL [LOG]` uses its tools one after the other and writes down what it did.
import { appendFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { LAB } from "./cast.mjs";
import { clients } from "./clients.mjs";
import { labClock } from "./clock.mjs";
import { findRun } from "./plan.mjs";
import { TOOLS } from "./tools.mjs";

const [id, caFile, journalFile, logFile] = process.argv.slice(2);
const plan = findRun(id);
const now = labClock();

/** What was attempted, in order; with a log file, also a line for every connection that came about. */
const journal = {
  attempts: [],
  add({ transport = "tcp", name, address, port, how, tool, via }) {
    journal.attempts.push({ transport, name, address, port, how, tool, ...(via && { via }) });
    if (logFile === undefined || how === "refused") return;
    const line = { ts: now(), dest_ip: address, dest_port: port, proto: transport, ...(name && { host: name }), tool };
    appendFileSync(logFile, `${JSON.stringify(line)}\n`);
  },
  /** A tunnel is two things: a connection to the proxy, and what the proxy was asked for. */
  throughProxy({ tool, name, port, proxy }) {
    const via = { kind: "http-connect", address: proxy, port: LAB.proxy.port };
    journal.add({ name: LAB.proxy.name, address: proxy, port: LAB.proxy.port, how: "dns", tool });
    journal.add({ name, address: proxy, port, how: "connect", tool, via });
  },
};

const talk = clients({ caFile, onlyProxy: plan.capture === "proxy-log", journal });
for (const tool of plan.tools) {
  await TOOLS[tool](talk, tool);
  await pause(40);
}
writeFileSync(journalFile, JSON.stringify(journal.attempts));
