// Observations of many runs of a workload, as `observe` prints them: node generate-observations.mjs FILE RUNS ENDPOINTS.
// Each run sees nine endpoints in ten, most at one of a few addresses that change over time as a content network's do.
import { closeSync, openSync, writeSync } from "node:fs";

const [path, runs, endpoints] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const file = openSync(path, "w");
const schema = "sallyport/observation/v1";
let seed = 1;
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const at = (run, second) =>
  `${new Date(Date.UTC(2026, 0, 1) + run * 600_000 + second * 1000).toISOString().slice(0, 19)}.000000Z`;

for (let r = 0; r < runs; r++) {
  const run = `run-${String(r).padStart(6, "0")}`;
  const lines = [];
  for (let e = 0; e < endpoints; e++) {
    if (random() < 0.1) continue;
    const address = `203.0.${e % 256}.${Math.floor(r / 500 + random() * 3) % 256}`;
    const count = 1 + Math.floor(random() * 5);
    const who = { _schema: schema, kind: "observation", run, transport: "tcp", name: `e${e}.service.example` };
    const where = { nameSource: "tls-sni", otherNames: [], address, port: 443, outcome: "allowed" };
    const much = {
      connections: count,
      established: count,
      bytesOut: count * 1000,
      bytesIn: Math.floor(random() * 1e6),
    };
    const when = { firstSeen: at(r, 1), lastSeen: at(r, 90) };
    const tool = ["pip", "git", "curl"][e % 3];
    lines.push({ ...who, ...where, ...much, ...when, workload: null, tool, process: null, flags: [] });
  }
  const what = { _schema: schema, kind: "run", run, source: `${run}.pcap`, sha256: null, format: "pcap" };
  const times = { firstSeen: at(r, 0), lastSeen: at(r, 120) };
  lines.push({ ...what, ...times, records: 1000, flows: lines.length, rejected: {}, blindSpots: [] });
  writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
closeSync(file);
