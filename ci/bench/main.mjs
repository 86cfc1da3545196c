// Speed as ratios against public tools on the same input in the same run: `npm run bench [-- SIZE LINES ROUNDS]`.
// SIZE is that of the capture (1G), LINES that of the log (1500000). Inputs are made once and kept in BENCH_DIR or the
// system's folder for temporary files.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compare, table } from "./measure.mjs";

const [size = "1G", lines = "1500000", rounds = "3"] = process.argv.slice(2);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const node = process.execPath;
const folder = process.env.BENCH_DIR ?? join(tmpdir(), "sallyport-bench");
mkdirSync(folder, { recursive: true });

function made(name, script, args) {
  const path = join(folder, name);
  if (!existsSync(path)) execFileSync(node, [here(script), path, ...args], { stdio: "inherit" });
  console.log(`${name}: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`);
  return path;
}

const observe = (path) => ({
  name: "sallyport observe",
  command: node,
  args: [here("../../dist/cli/main.js"), "observe", path, "--quiet"],
});
const FILTER = "tcp[tcpflags] & tcp-syn != 0 or udp port 53";

const capture = made(`tls-${size}.pcap`, "generate-capture.mjs", [size]);
const captureCommands = [
  observe(capture),
  { name: `tcpdump -nn -r FILE '${FILTER}'`, command: "tcpdump", args: ["-nn", "-r", capture, FILTER] },
  { name: "pcap-parser, framing only", command: node, args: [here("pcap-parser-loop.mjs"), capture] },
];
const tshark = {
  name: "tshark, the same filter",
  command: "tshark",
  args: ["-n", "-r", capture, "-Y", "tcp.flags.syn == 1 or udp.port == 53"],
};
const medians = compare(captureCommands, Number(rounds));
// tshark takes twenty times as long: once is enough.
for (const [name, seconds] of compare([tshark], 1)) medians.set(name, seconds);
table(`captures (${size})`, [...captureCommands, tshark], medians);

const log = made(`flows-${lines}.jsonl`, "generate-logs.mjs", [lines]);
const logCommands = [
  observe(log),
  { name: "Node loop with ndjson", command: node, args: [here("ndjson-loop.mjs"), log] },
  { name: "Python loop with json.loads", command: "python3", args: [here("json_loop.py"), log] },
];
table(`logs (${lines} lines)`, logCommands, compare(logCommands, Number(rounds)));

const lists = [1, 2].map((seed) => made(`prefixes-${seed}.txt`, "generate-prefixes.mjs", ["1000000", String(seed)]));
for (const [operation, option] of [
  ["union", "--union"],
  ["difference", "--except"],
]) {
  const [one, other] = lists;
  const setCommands = [
    { name: `set ${operation}`, command: node, args: [here("set-algebra.mjs"), operation, one, other] },
    { name: `iprange ${option}`, command: "iprange", args: operation === "union" ? lists : [one, option, other] },
  ];
  table(`${operation} of two lists of a million IPv4 prefixes`, setCommands, compare(setCommands, Number(rounds)));
}

// Two versions of a policy, compared by themselves: the times should grow as the rules do.
for (const kind of ["iptables", "nft", "set"]) {
  const diffs = ["10000", "100000", ...(kind === "set" ? ["1000000"] : [])].map((count) => {
    const path = join(folder, `policy-${kind}-${count}`);
    if (!existsSync(path)) execFileSync(node, [here("generate-policy.mjs"), path, count, kind], { stdio: "inherit" });
    const [before, after] = ["before", "after"].map((version) => join(path, version));
    const args = [here("diff-policies.mjs"), before, after];
    return { name: `diff of two ${kind} policies of ${count}`, command: node, args };
  });
  table(`two versions of a policy (${kind})`, diffs.toReversed(), compare(diffs, 1));
}
