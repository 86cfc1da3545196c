// Asks tshark whether the captures hold what the agent says it did, whole and nothing else: `node verify.mjs TRUTH RUNS`.
// Every difference is a line, and any makes the exit code 1. ARP, neighbour discovery and the resolver are taken as given.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAB } from "./cast.mjs";

const [truthFile, folder] = process.argv.slice(2);
const truth = JSON.parse(readFileSync(truthFile, "utf8"));
const problems = truth.runs.flatMap((run) => {
  const file = join(folder, run.file);
  const found = run.file.endsWith(".jsonl") ? checkLog(run, file) : checkCapture(run, file);
  return found.map((problem) => `${run.file}: ${problem}`);
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`verified ${truth.runs.length} runs`);

function checkLog({ attempts }, file) {
  const lines = readFileSync(file, "utf8").trim().split("\n").map(JSON.parse);
  const logged = lines.map((l) => [l.proto, l.host ?? "-", l.dest_ip, l.dest_port, l.tool].join(" "));
  const done = attempts.map((a) => [a.transport, a.name ?? "-", a.upstream ?? a.address, a.port, a.tool].join(" "));
  return differences(done, logged);
}

function checkCapture({ attempts }, file) {
  const flows = flowsOf(file);
  const seen = [...flows.values()].filter((flow) => flow.port !== 53);
  const sent = attempts.filter(({ how }) => how !== "connect");
  const asked = attempts.filter(({ how }) => how === "connect").map(({ name, port }) => `${name}:${port}`);
  const tunnels = seen.flatMap(({ tunnel }) => tunnel ?? []);
  return [
    ...differences(sent.map(expectation), seen.map(sight)),
    ...differences(asked, tunnels),
    ...checkAnswers(attempts, file),
    ...seen.filter(isTorn).map((flow) => `${sight(flow)} is not whole: ${[...flow.ends].join(" ")}`),
  ];
}

/** How a flow must look on the wire for the agent to have told the truth about it. */
function expectation({ transport, name, address, port, how }) {
  const spoken = how === "sni" || how === "host" ? name : "-";
  return [transport, address, port, spoken, how === "refused" ? "refused" : "open"].join(" ");
}

function sight({ transport, address, port, spoken, refused }) {
  return [transport, address, port, spoken ?? "-", refused ? "refused" : "open"].join(" ");
}

/** Both sides said good-bye and neither slammed the door; datagrams and refusals have no good-bye. */
function isTorn({ transport, refused, ends }) {
  return transport === "tcp" && !refused && (ends.size !== 2 || ends.has("reset"));
}

function flowsOf(file) {
  const addresses = "ip.src ipv6.src ip.dst ipv6.dst tcp.stream udp.stream tcp.dstport udp.dstport";
  const spoken = "tcp.flags tls.handshake.extensions_server_name http.host http.request.method http.request.uri";
  const rows = tshark(file, "(tcp || udp) && !icmp", "f", `${addresses} ${spoken}`);
  const flows = new Map();
  for (const row of rows) {
    const [src4, src6, dst4, dst6, tcp, udp, tcpPort, udpPort, flags, sni, host, method, uri] = row;
    const transport = tcp === "" ? "udp" : "tcp";
    const outbound = [LAB.agent4, LAB.agent6].includes(src4 || src6);
    const key = `${transport} ${tcp || udp}`;
    const port = Number(tcpPort || udpPort);
    if (!flows.has(key)) flows.set(key, { transport, address: dst4 || dst6, port, ends: new Set() });
    const flow = flows.get(key);
    const [isFin, isReset] = [(Number(flags) & 1) !== 0, (Number(flags) & 4) !== 0];
    if (isFin) flow.ends.add(outbound ? "agent" : "server");
    if (isReset && flow.packets === 1) flow.refused = true;
    else if (isReset) flow.ends.add("reset");
    flow.packets = (flow.packets ?? 0) + 1;
    if (method === "CONNECT") flow.tunnel = uri;
    else if (flow.tunnel === undefined) flow.spoken ??= sni || host || undefined;
  }
  return flows;
}

/** The rows of one tshark run; `occurrence` is `f` for a field's first value in a packet, `a` for all of them. */
function tshark(file, filter, occurrence, fields) {
  const options = ["-r", file, "-n", "-Y", filter, "-T", "fields", "-E", `occurrence=${occurrence}`];
  const wanted = fields.split(" ").flatMap((field) => ["-e", field]);
  const text = execFileSync("tshark", [...options, ...wanted], { encoding: "utf8", stdio: "pipe" });
  return text.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")]));
}

/** Whoever was named was asked for at the resolver first, and answered with the address; the raw address never was. */
function checkAnswers(attempts, file) {
  const rows = tshark(file, "dns.flags.response == 1", "a", "dns.qry.name dns.a dns.aaaa");
  const answers = new Set(
    rows.flatMap(([name, a, aaaa]) =>
      [a, aaaa].flatMap((list) => list.split(",").map((address) => `${name} ${address}`)),
    ),
  );
  const direct = attempts.filter(({ how }) => how !== "connect");
  return [
    ...direct
      .filter(({ name, address }) => name !== null && !answers.has(`${name} ${address}`))
      .map(({ name, address }) => `no answer gave ${address} for ${name}`),
    ...direct
      .filter(({ how, address }) => how === "raw" && [...answers].some((answer) => answer.endsWith(` ${address}`)))
      .map(({ address }) => `a resolver knew ${address}`),
  ];
}

function differences(expected, actual) {
  const left = [...actual];
  const missing = expected.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((line) => `missing: ${line}`), ...left.map((line) => `unexpected: ${line}`)];
}
