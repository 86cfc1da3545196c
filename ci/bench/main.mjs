// Speed as ratios against public tools on the same input in the same run, and peak memory:
// `npm run bench [-- ROUNDS]`. Inputs (4 GB) are made once and kept in BENCH_DIR or the system's folder for temporary files.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compare, run } from "./measure.mjs";

const rounds = Number(process.argv[2] ?? "3");
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

const captured = (kind, size) => made(`${kind}-${size}.pcap`, "generate-capture.mjs", [size, kind]);

const observe = (input) => ({
  name: "sallyport observe",
  command: node,
  args: [here("../../dist/cli/main.js"), "observe", input, "--quiet"],
});
const FILTER = "tcp[tcpflags] & tcp-syn != 0 or udp port 53";
const tcpdump = (capture) => ({
  name: `tcpdump -nn -r FILE '${FILTER}'`,
  command: "tcpdump",
  args: ["-nn", "-r", capture, FILTER],
});
/** Prints nothing. Printing, tcpdump takes time with the square of the connections it has met. */
const tcpdumpFilter = (capture) => ({
  name: "tcpdump -r FILE -w /dev/null, the same filter",
  command: "tcpdump",
  args: ["-r", capture, "-w", "/dev/null", FILTER],
});
const tsharkFilter = (capture) => ({
  name: "tshark -n -r FILE, the same filter",
  command: "tshark",
  args: ["-n", "-r", capture, "-Y", "tcp.flags.syn == 1 or udp.port == 53"],
});
/** What a user would run to be told the same: every flow's ends and bytes, and every name. */
const FIELDS =
  "frame.time_epoch ip.src ip.dst ipv6.src ipv6.dst tcp.stream tcp.srcport tcp.dstport tcp.flags tcp.len udp.stream " +
  "udp.srcport udp.dstport udp.length dns.qry.name dns.resp.name dns.a dns.aaaa dns.cname dns.resp.ttl " +
  "tls.handshake.extensions_server_name tls.handshake.extensions_alpn_str http.host";
const tsharkFields = (capture) => ({
  name: "tshark -n -r FILE -T fields, addresses, ports and names",
  command: "tshark",
  args: ["-n", "-r", capture, "-T", "fields", ...FIELDS.split(" ").flatMap((field) => ["-e", field])],
});

const tls = captured("tls", "1G");
const small = captured("small", "700M");
const short = captured("short", "1336M");
const fewer = captured("short", "100M");
const pcapParser = { name: "pcap-parser, framing only", command: node, args: [here("pcap-parser-loop.mjs"), tls] };

compare("1 GiB, 20,000 TLS flows with DNS", [observe(tls), tcpdump(tls), pcapParser], rounds, [
  tsharkFilter(tls),
  tsharkFields(tls),
]);
compare("700 MiB, 6 million packets of 64 to 200 bytes", [observe(small), tcpdump(small)], rounds);
compare("1.3 GiB, 2 million short flows", [observe(short), tcpdumpFilter(short)], rounds);
compare("100 MiB, the first 150,000 of them", [observe(fewer)], rounds, [tcpdump(fewer), tsharkFields(fewer)]);

const log = made("flows-1500000.jsonl", "generate-logs.mjs", ["1500000"]);
const logCommands = [
  observe(log),
  { name: "Node loop with ndjson", command: node, args: [here("ndjson-loop.mjs"), log] },
  { name: "Python loop with json.loads", command: "python3", args: [here("json_loop.py"), log] },
];
compare("JSONL log, 1.5 million lines", logCommands, rounds);

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
  compare(`${operation} of two lists of a million IPv4 prefixes`, setCommands, rounds);
}

// No public tool answers with every list that holds an address, so these are figures and no ratios.
console.log("\npublished prefix lists, 130,000 entries");
execFileSync(node, [here("prefix-lookup.mjs"), "130000"], { stdio: "inherit" });

// Two versions of a policy, compared by themselves: the times and the memory should grow as the rules do.
for (const kind of ["iptables", "nft", "set"]) {
  const diffs = ["10000", "100000", "1000000"].map((count) => {
    const path = join(folder, `policy-${kind}-${count}`);
    if (!existsSync(path)) execFileSync(node, [here("generate-policy.mjs"), path, count, kind], { stdio: "inherit" });
    const [before, after] = ["before", "after"].map((version) => join(path, version));
    const args = [here("diff-policies.mjs"), before, after];
    return { name: `diff of two ${kind} policies of ${count}`, command: node, args };
  });
  compare(`two versions of a policy (${kind})`, diffs.toReversed(), 1);
}

const set = made("set-100000.nft", "generate-nft-set.mjs", ["100000"]);
const decide = {
  name: "sallyport decide, a set of 100,000 elements",
  command: node,
  args: [here("../../dist/cli/main.js"), "decide", set, "tcp", "192.0.2.1", "443"],
};
compare(
  "nftables set of 100,000 elements",
  [decide, { name: "nft -c -f", command: "nft", args: ["-c", "-f", set] }],
  rounds,
);

const observations = made("observations-10000x200.jsonl", "generate-observations.mjs", ["10000", "200"]);
const merge = {
  name: "sallyport merge",
  command: node,
  args: [here("../../dist/cli/main.js"), "merge", observations, "-o", join(folder, "evidence-10000x200.json")],
};
compare("observations of 10,000 runs with 200 endpoints", [merge], 1);
const again = {
  name: "sallyport merge of evidence",
  command: node,
  args: [...merge.args.slice(0, 2), merge.args.at(-1), "-o", join(folder, "evidence-again.json")],
};
compare("evidence of 10,000 runs with 200 endpoints, read back", [again], 1);

const piped = (times) => ({ ...observe("-"), feed: [node, here("repeat-capture.mjs"), tls, String(times)] });
const MEMORY = [
  ["1 GiB file", observe(tls)],
  ["1 GiB through standard input", piped(1)],
  ["4 GiB through standard input", piped(4)],
  ["merge of 10,000 runs with 200 endpoints", merge],
  ["the same merged again, from its evidence", again],
  ["6 million small packets", observe(small)],
  ["2 million short flows to 20,000 servers", observe(short)],
  ["2 million short flows, each to another server", observe(captured("scan", "1336M"))],
  ["5 million half-open flows, each to another server", observe(captured("half-open", "335M"))],
];
console.log("\npeak memory of the whole process");
for (const [name, command] of MEMORY)
  console.log(`  ${name.padEnd(58)} ${run(command).peak.toFixed(0).padStart(5)} MB`);
