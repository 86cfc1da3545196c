import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tls } from "../ingest/dissect/hello.ts";
import { conversation, lookup, pcap } from "../support/packets.ts";
import { folder, sallyport } from "../support/sallyport.ts";

/** Each would act somewhere: a rule file, a shell, a terminal, Markdown, HTML, CSV. The marker tells them in outputs. */
const HOSTILE = [
  'evilmark"; add rule inet filter output accept; "',
  'evilmark";\naccept',
  "evilmark;reboot",
  "evilmark`reboot`",
  "evilmark$(reboot)",
  "evilmark\u001B[2J",
  "evilmark|[x](javascript:alert(1))",
  "<img src=evilmark onerror=alert(1)>",
  "evilmark' or '1'='1",
  "=evilmark()",
  "evilmark .example.com",
  "evilmark\\.example.com",
  "evilmark\u0000.example.com",
  "ëvilmark.example.com",
  "{evilmark}",
  "#evilmark;x",
];

/** Real names must not be lost to that. */
const REAL: readonly (readonly [spoken: string, kept: string])[] = [
  ["under_score.example.com", "under_score.example.com"],
  ["metrics", "metrics"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["trailing.example.com.", "trailing.example.com"],
  ["UPPER.example.COM", "upper.example.com"],
  ["1password.example", "1password.example"],
  ["-hyphen.example", "-hyphen.example"],
];

const spoken = [...HOSTILE, ...REAL.map(([name]) => name)];
const frames = spoken.flatMap((name, i) => [
  ...(Buffer.byteLength(name) < 60 && !name.includes("\u0000") ? lookup(name, `198.51.100.${i}`) : []),
  ...conversation(`192.0.2.${i}`, 443, tls(name)),
  ...conversation(`192.0.2.${i}`, 80, Buffer.from(`GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`)),
  ...conversation(`203.0.113.${i}`, 3128, Buffer.from(`CONNECT ${name}:443 HTTP/1.1\r\nHost: ${name}\r\n\r\n`)),
  ...conversation(`198.51.100.${i}`, 22, Buffer.from("SSH-2.0-x\r\n")),
]);
const log = spoken.map((host, i) => ({
  dest_ip: `192.0.2.${100 + i}`,
  dest_port: 443,
  proto: "tcp",
  host,
  tool: host,
  process: host,
  workload: host,
}));
const FPL =
  'agent a {\n  default deny\n  rules {\n    permit proxy/connect host: a.example port: 443 reason: "x"\n  }\n}\n';

const here = folder({
  "runs/capture.pcap": pcap(frames),
  "runs/log.jsonl": log.map((line) => JSON.stringify(line)).join("\n"),
  'runs/evilmark"$(reboot)\u001B[2J;<b>.jsonl': '{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp"}',
  "production.fpl": FPL,
});
const check = sallyport(
  ["check", "runs", "--production", "production.fpl", "--out", "out", "--now", "2026-11-21T00:00:00Z"],
  { cwd: here },
);
const outputs = new Map<string, string>([
  ["standard output", check.stdout],
  ["standard error", check.stderr],
  ...["text", "json", "markdown", "unified"].map((format): [string, string] => [
    `diff --format ${format}`,
    sallyport(["diff", "--production", "production.fpl", "--against", "out/candidate.json", "--format", format], {
      cwd: here,
    }).stdout,
  ]),
  ...readdirSync(join(here, "out")).map((name): [string, string] => [
    name,
    readFileSync(join(here, "out", name), "utf8"),
  ]),
]);

test("the check ran, and wrote every artefact", () => {
  expect(check.code).toBe(1);
  // So many endpoints are told to iptables as a set, in a file of its own.
  expect(outputs.size).toBe(2 + 4 + 11);
});

describe("a name that wants to act reaches no output", () => {
  test.each([...outputs])("%s", (_, text) => {
    // What is left of a hostile label is percent-encoded, so the marker is followed by nothing that acts.
    expect(text).not.toMatch(/evilmark["`;|$<>\\'(){}\s]/);
    for (const name of HOSTILE) expect(text).not.toContain(name);
    expect(text).not.toMatch(/[^\n\t\P{Cc}]/u);
  });
});

describe("a name that is only unusual is kept", () => {
  test.each(REAL)("%j is %j", (_, kept) => {
    const observations = outputs.get("observations.jsonl") ?? "";
    const sources = observations
      .split("\n")
      .filter((line) => line.includes(`"name":"${kept}"`))
      .map((line) => (JSON.parse(line) as { nameSource: string }).nameSource);
    expect(new Set(sources)).toEqual(new Set(["dns", "http-connect", "http-host", "log", "tls-sni"]));
    expect(outputs.get("candidate.fpl")).toContain(kept);
    expect(outputs.get("candidate.nft")).toContain(kept);
  });
});

test("what was refused as a name is counted, not silently dropped", () => {
  const runs = (outputs.get("observations.jsonl") ?? "")
    .split("\n")
    .filter((line) => line.includes('"kind":"run"'))
    .map((line) => JSON.parse(line) as { run: string; rejected: Record<string, number> });
  expect(runs.map((r) => r.run)).toEqual(["capture", "evilmark%22%24%28reboot%29%1B%5B2J%3B%3Cb%3E", "log"]);
  expect(runs[0]?.rejected["invalid-name"]).toBeGreaterThanOrEqual(HOSTILE.length - 1);
  expect(runs[2]?.rejected["invalid-name"]).toBeGreaterThanOrEqual(HOSTILE.length - 1);
});
