// Puts the agent's journals together: `node truth.mjs WORK` prints what every run really attempted, an attempt a line.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HOSTS, LAB } from "./cast.mjs";
import { RUNS } from "./plan.mjs";

const [work] = process.argv.slice(2);
const aliases = HOSTS.filter(({ cname }) => cname !== undefined).map(({ name, cname }) => [name, cname]);

const runs = RUNS.map((plan) => {
  const journal = JSON.parse(readFileSync(join(work, `${plan.id}.journal.json`), "utf8"));
  const attempts = withUpstreams(journal, plan.id);
  return {
    run: plan.id,
    file: plan.file,
    capture: plan.capture,
    startedAt: plan.startedAt,
    ipv6: plan.ipv6,
    attempts: attempts.filter((attempt) => isRecorded(plan, attempt)),
    unrecorded: attempts.filter((attempt) => !isRecorded(plan, attempt)),
  };
});

/** Only the proxy knows which address a tunnel led to; its log has the tunnels in the same order. */
function withUpstreams(journal, id) {
  const log = join(work, `${id}.proxy.jsonl`);
  const tunnels = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").map(JSON.parse) : [];
  return journal.map((attempt) =>
    attempt.how === "connect" ? { ...attempt, upstream: tunnels.shift().dest_ip } : attempt,
  );
}

/** The agent's own log has no failures, the proxy's nothing but tunnels; a capture has everything. */
function isRecorded({ capture }, { how }) {
  if (capture === "agent-log") return how !== "refused";
  return capture !== "proxy-log" || how === "connect";
}

const lines = (attempts) => `[${attempts.map((attempt) => `\n      ${JSON.stringify(attempt)}`).join()}\n    ]`;
const printed = runs.map(({ attempts, unrecorded, ...head }) => {
  const about = JSON.stringify(head).slice(1, -1);
  const missing = unrecorded.length > 0 ? `,\n    "unrecorded": ${lines(unrecorded)}` : "";
  return `    {${about},\n    "attempts": ${lines(attempts)}${missing}}`;
});
console.log(`{
  "resolver": { "transport": "udp", "address": "${LAB.resolver}", "port": 53 },
  "aliases": ${JSON.stringify(Object.fromEntries(aliases))},
  "runs": [\n${printed.join(",\n")}\n  ]
}`);
