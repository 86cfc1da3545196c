// A deterministic JSONL connection log: `node generate-logs.mjs FILE LINES`. The same arguments give the same bytes.
import { createWriteStream } from "node:fs";
import { once } from "node:events";

const [file, count] = [process.argv[2], Number(process.argv[3])];
if (!file || !Number.isInteger(count) || count < 1) {
  console.error("usage: node generate-logs.mjs FILE LINES");
  process.exit(2);
}

// xorshift32: random enough to defeat caches of the last line, and the same on every machine.
let state = 0x2545f491;
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};

const HOSTS = Array.from(
  { length: 400 },
  (_, i) => `${["api", "cdn", "telemetry", "registry"][i % 4]}-${i}.example.net`,
);
const TOOLS = ["node", "python3", "git", "curl", "pip"];
const START = 1_793_527_200_000_000;

const out = createWriteStream(file);
for (let i = 0; i < count; i++) {
  const host = random(HOSTS.length);
  const time = new Date((START + i * 2000) / 1000).toISOString().replace("Z", "000Z");
  const record = {
    ts: time,
    src_ip: "10.0.0.2",
    src_port: 32_768 + random(28_000),
    dest_ip: `198.18.${host % 256}.${1 + random(4)}`,
    dest_port: host % 50 === 0 ? 8443 : 443,
    proto: "tcp",
    host: HOSTS[host],
    tool: TOOLS[host % TOOLS.length],
    bytes_out: random(5000),
    bytes_in: random(90_000),
    decision: host % 100 === 7 ? "denied" : "allowed",
    run: `run-${String(Math.floor((i * 12) / count)).padStart(2, "0")}`,
  };
  if (!out.write(`${JSON.stringify(record)}\n`)) await once(out, "drain");
}
out.end();
await once(out, "finish");
