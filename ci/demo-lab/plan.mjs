// The twelve runs: how each is recorded, when it is said to have happened, and which tools the agent uses in it.

const EVERY_RUN = [
  "clock.sync",
  "model.chat",
  "github.list_issues",
  "git.clone",
  "pip.install",
  "npm.install",
  "db.query",
  "statsd.count",
  "license.check",
  "otel.export",
  "artifact.upload",
  "metrics.push",
  "logs.push",
];

/** A runner that lets nothing out but its proxy: what does not speak HTTP cannot run there. */
const THROUGH_PROXY = [
  "model.chat",
  "github.list_issues",
  "git.clone",
  "pip.install",
  "npm.install",
  "web.fetch",
  "artifact.upload",
];

const TELEMETRY = "quillhook.telemetry";

/**
 * `capture` is the program and its variant: `tcpdump`, `tcpdump-nano` (nanosecond stamps), `tcpdump-any` (all interfaces,
 * so Linux cooked frames), `dumpcap`, `agent-log`, `proxy-log`. `ipv6` gives the sandbox an IPv6 address too.
 */
export const RUNS = [
  run("before-01", "pcap", "tcpdump", "2026-11-01T09:14:07.412093Z", { extra: ["git.verify"] }),
  run("before-02", "pcapng", "dumpcap", "2026-11-02T09:13:41.027310Z", {
    extra: ["web.fetch", "gcs.fetch"],
    ipv6: true,
  }),
  run("before-03", "pcap.gz", "tcpdump", "2026-11-03T14:52:18.660457Z", { extra: ["docs.import"] }),
  run("before-04", "jsonl", "agent-log", "2026-11-04T09:15:02.300118Z", { extra: ["gcs.fetch"] }),
  run("before-05", "pcap", "tcpdump-any", "2026-11-05T09:14:30.881746Z", { extra: ["web.fetch"] }),
  run("before-06", "pcapng", "dumpcap", "2026-11-06T09:13:56.140925Z", {
    extra: ["gcs.fetch", "git.verify"],
    ipv6: true,
  }),
  run("after-01", "pcap", "tcpdump", "2026-11-07T11:31:22.518204Z", { extra: ["gcs.fetch", TELEMETRY] }),
  run("after-02", "pcapng", "dumpcap", "2026-11-08T09:14:11.903377Z", {
    extra: ["web.fetch", "git.verify", TELEMETRY],
    ipv6: true,
  }),
  run("after-03", "pcap", "tcpdump-nano", "2026-11-09T09:13:48.275561Z", { extra: [TELEMETRY] }),
  run("after-04", "jsonl", "proxy-log", "2026-11-10T09:15:27.044832Z", { tools: [...THROUGH_PROXY, TELEMETRY] }),
  run("after-05", "pcapng", "dumpcap-any", "2026-11-11T09:14:52.736019Z", {
    extra: ["web.fetch", "gcs.fetch", TELEMETRY],
  }),
  run("after-06", "pcap", "tcpdump", "2026-11-12T09:13:33.591640Z", { extra: ["git.verify", TELEMETRY], ipv6: true }),
];

function run(id, extension, capture, startedAt, { extra = [], tools = [...EVERY_RUN, ...extra], ipv6 = false }) {
  return { id, file: `${id}.${extension}`, capture, startedAt, tools, ipv6 };
}

export function findRun(id) {
  const index = RUNS.findIndex((candidate) => candidate.id === id);
  if (index < 0) throw new Error(`no such run: ${id}`);
  return { index, ...RUNS[index] };
}
