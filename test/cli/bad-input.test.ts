import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { conversation, lookup, pcap } from "../support/packets.ts";
import { folder, sallyport } from "../support/sallyport.ts";
import { tls } from "../ingest/dissect/hello.ts";

const capture = pcap([
  ...lookup("api.example.com", "192.0.2.1"),
  ...conversation("192.0.2.1", 443, tls("api.example.com")),
]);
const FPL =
  'agent a {\n  default deny\n  rules {\n    permit proxy/connect host: api.example.com port: 443 reason: "x"\n  }\n}\n';

/** Exit 2, one line naming file and place, nothing on standard output. */
function refused(args: readonly string[], cwd: string, message: string | RegExp): void {
  const { code, stdout, stderr } = sallyport(args, { cwd });
  const [line = "", ...rest] = stderr.trimEnd().split("\n");
  if (typeof message === "string") expect(line).toBe(`sallyport: ${message}`);
  else expect(line).toMatch(message);
  expect(rest).toEqual([]);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}

describe("input that cannot be used is one clear line and exit code 2", () => {
  const here = folder({
    "empty.pcap": "",
    "notes.bin": "\u0000\u0001what is this",
    "half-header.pcap": capture.subarray(0, 10),
    "kuznetzov.pcap": Buffer.concat([Buffer.from([0x34, 0xcd, 0xb2, 0xa1]), Buffer.alloc(40)]),
    "all-broken.jsonl": "{\nnot json\n}\n",
    "capture.pcap": capture,
    "bad.fpl": "agent a {\n  default deny\n  rules {\n    permit proxy/connect host: a;b\n  }\n}\n",
    "bad.nft":
      "table inet t {\n  chain c {\n    type filter hook output priority 0; policy drop;\n    ip daddr 1.2.3.4 accept\n",
    "bad.rules": "*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -d 1.2.3.999 -j ACCEPT\nCOMMIT\n",
    "good.fpl": FPL,
    "a/run.pcap": capture,
    "b/run.pcap": pcap(conversation("192.0.2.9", 443, tls("other.example.com"))),
    "no-flow.jsonl": '{"dest_ip":"192.0.2.1","dest_port":443}\n',
    "typo.nft": "table inet t {\n  chain c { type filter hook outpt priority 0; policy drop; }\n}\n",
    "runs/one.pcap": capture,
    "runs/two.pcap": "",
  });

  test.each([
    ["a missing file", ["observe", "missing.pcap"], "missing.pcap: no such file or folder"],
    ["an empty file", ["observe", "empty.pcap"], "empty.pcap: empty"],
    ["a file of an unknown format", ["observe", "notes.bin"], "notes.bin: not a format that is known here"],
    ["a header cut short", ["observe", "half-header.pcap"], /^sallyport: half-header\.pcap: /],
    ["a capture of a refused kind", ["observe", "kuznetzov.pcap"], /^sallyport: kuznetzov\.pcap: .*Kuznetzov/],
    ["a log with nothing but broken lines", ["observe", "all-broken.jsonl"], /^sallyport: all-broken\.jsonl/],
    [
      "two inputs with one run id",
      ["observe", "a/run.pcap", "b/run.pcap"],
      "run run: run.pcap and run.pcap have the same run id and different content",
    ],
    ["an empty capture among the runs of a folder", ["observe", "runs"], "runs/two.pcap: empty"],
    ["a folder with nothing to read", ["observe", "."], /./],
    [
      "a format that is none",
      ["observe", "capture.pcap", "--format", "pcapp"],
      /^sallyport: --format: expected one of auto, pcap, pcapng/,
    ],
    ["an unknown option", ["check", "--prodution", "x"], "unknown option --prodution; did you mean --production?"],
    ["an unknown command", ["chekc"], "unknown command chekc; did you mean check?"],
    [
      "an option given twice",
      ["observe", "capture.pcap", "--run-id", "a", "--run-id", "b"],
      "--run-id is given 2 times and takes one value",
    ],
    ["an option without its value", ["diff", "--production"], "--production: a value is needed"],
    ["an option in place of a value", ["observe", "capture.pcap", "-o", "--quiet"], "-o: a value is needed"],
    ["an option that is needed", ["diff", "--production", "good.fpl"], "--against is needed"],
    ["a list without its file", ["review", "good.fpl", "--list"], "--allowlist is needed"],
    ["an argument that is needed", ["merge"], "usage: sallyport merge <observations...>; see --help"],
    [
      "a word that is no choice",
      ["check", "capture.pcap", "--production", "good.fpl", "--hook", "input"],
      "--hook: expected output or forward, not input",
    ],
    ["a time that is none", ["propose", "capture.pcap", "--now", "noon"], /^sallyport: /],
    [
      "a finding kind that is none",
      ["check", "capture.pcap", "--production", "good.fpl", "--fail-on", "stael"],
      /^sallyport: --fail-on: stael is no finding kind/,
    ],
    ["no production", ["check", "capture.pcap"], "--production is needed: the policy in force"],
    [
      "a policy in no dialect",
      ["check", "capture.pcap", "--production", "notes.bin"],
      "notes.bin: not a policy in FPL, nftables or iptables-save form, nor in kubernetes, cilium, istio, squid, envoy, awf, harden-runner, sandbox-runtime",
    ],
    [
      "FPL that its engine refuses",
      ["check", "capture.pcap", "--production", "bad.fpl"],
      /^sallyport: bad\.fpl:4:\d+: /,
    ],
    [
      "nftables that nft refuses",
      ["check", "capture.pcap", "--production", "bad.nft"],
      /^sallyport: bad\.nft:\d+:\d+: /,
    ],
    [
      "iptables that iptables-restore refuses",
      ["check", "capture.pcap", "--production", "bad.rules"],
      /^sallyport: bad\.rules:3:\d+: /,
    ],
    [
      "runs without a single flow",
      ["check", "no-flow.jsonl", "--production", "good.fpl", "--quiet"],
      /^sallyport: no flow in no-flow\.jsonl: /,
    ],
    [
      "a hook that there is not",
      ["decide", "typo.nft", "tcp", "192.0.2.1", "80"],
      /^sallyport: typo\.nft:2:\d+: unexpected "outpt"/,
    ],
    [
      "the same policy twice",
      ["check", "capture.pcap", "--production", "good.fpl", "--production", "./good.fpl"],
      "./good.fpl: the same policy is given twice",
    ],
    [
      "a time beyond reckoning",
      ["check", "capture.pcap", "--production", "good.fpl", "--now", "9999-12-31T00:00:00Z"],
      /^sallyport: --now: expected a time before/,
    ],
    ["observations where evidence is needed", ["propose", "good.fpl"], "good.fpl: not evidence"],
  ] as const)("%s", (_, args, message) => {
    if (args[1] === ".") refused(["observe", folder({ "README.md": "hello" }), "--quiet"], here, /nothing to read in/);
    else refused(args, here, message);
  });
});

describe("a capture that is damaged is used as far as it is whole", () => {
  const whole = sallyport(["observe", "-"], { input: capture }).stdout;

  test("its last packet cut short: the rest is used, the cut is counted and said", () => {
    const { code, stdout, stderr } = sallyport(["observe", "-"], { input: capture.subarray(0, capture.length - 7) });
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, -2)).toHaveLength(whole.split("\n").slice(0, -2).length);
    expect(stderr).toMatch(/1 truncated-/);
    expect(stdout).toMatch(/"rejected":\{"truncated-[a-z]+":1\}/);
  });

  test("a packet that claims four gigabytes: what came before is used", () => {
    const hostile = Buffer.concat([
      capture,
      Buffer.alloc(8),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.alloc(100),
    ]);
    const { code, stdout } = sallyport(["observe", "-"], { input: hostile });
    expect(code).toBe(0);
    expect(stdout).toContain('"name":"api.example.com"');
    expect(stdout).toMatch(/"rejected":\{"[a-z-]+":\d+/);
  });

  test("broken lines in a log are counted with the first line numbers", () => {
    const log = '{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp"}\nbroken\n{"dest_ip":"192.0.2.1"\n';
    const { code, stdout, stderr } = sallyport(["observe", "-"], { input: log });
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      rejected: { "broken-line": 2 },
      rejectedAt: { "broken-line": [2, 3] },
    });
    expect(stderr).toBe("sallyport: stdin: 2 broken-line (first at record 2, 3)\n");
  });
});

describe("where inputs may come from", () => {
  test("a named pipe is read as it comes", () => {
    const here = folder({ "run.pcap": capture });
    execFileSync("mkfifo", [join(here, "pipe")]);
    const writer = spawn("sh", ["-c", "cat run.pcap > pipe"], { cwd: here, stdio: "ignore" });
    expect(sallyport(["observe", "pipe"], { cwd: here }).stdout).toContain('"name":"api.example.com"');
    writer.kill();
  });

  test("a folder that outputs were written into is read again all the same", () => {
    const here = folder({ "runs/run.pcap": capture, "good.fpl": FPL });
    const args = ["check", "runs", "--production", "good.fpl", "--out", "runs", "--now", "2026-11-21T00:00:00Z"];
    const first = sallyport(args, { cwd: here });
    const again = sallyport(args, { cwd: here });
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain("runs/observations.jsonl: passed over: written by sallyport");
  });
});

describe("output appears whole or not at all", () => {
  const here = folder({ "run.pcap": capture, "good.fpl": FPL, "a-file": "x" });

  test("an output folder that is a file", () => {
    refused(
      ["check", "run.pcap", "--production", "good.fpl", "--out", "a-file", "--quiet"],
      here,
      "a-file: is not a folder",
    );
    expect(readFileSync(join(here, "a-file"), "utf8")).toBe("x");
  });

  test("an output folder below a file", () => {
    refused(
      ["check", "run.pcap", "--production", "good.fpl", "--out", "a-file/out", "--quiet"],
      here,
      /^sallyport: a-file\/out: cannot write: /,
    );
  });

  test("a name in the way of one file leaves the folder as it was", () => {
    const blocked = folder({ "out/report.md/inside": "x", "run.pcap": capture, "good.fpl": FPL });
    refused(
      ["check", "run.pcap", "--production", "good.fpl", "--out", "out", "--quiet"],
      blocked,
      /^sallyport: out: cannot write: /,
    );
    expect(readdirSync(join(blocked, "out"))).toEqual(["report.md"]);
  });

  test("an output folder where none can be made", () => {
    refused(
      ["check", "run.pcap", "--production", "good.fpl", "--out", "/proc/x", "--quiet"],
      here,
      /^sallyport: \/proc\/x: cannot write: /,
    );
  });

  test("what is no plain file is written to and stays what it is; a link stays a link", () => {
    execFileSync("mkfifo", [join(here, "pipe")]);
    const reader = spawn("cat", [join(here, "pipe")], { stdio: "ignore" });
    expect(sallyport(["observe", "run.pcap", "-o", "pipe"], { cwd: here }).code).toBe(0);
    expect(statSync(join(here, "pipe")).isFIFO()).toBe(true);
    reader.kill();
    symlinkSync("behind.jsonl", join(here, "link.jsonl"));
    writeFileSync(join(here, "behind.jsonl"), "");
    expect(sallyport(["observe", "run.pcap", "-o", "link.jsonl"], { cwd: here }).code).toBe(0);
    expect(lstatSync(join(here, "link.jsonl")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(here, "behind.jsonl"), "utf8")).toContain("api.example.com");
  });

  test("no temporary files are left behind", () => {
    sallyport(["check", "run.pcap", "--production", "good.fpl", "--out", "fresh"], { cwd: here });
    expect(existsSync(join(here, "fresh/drift.json"))).toBe(true);
    expect(readdirSync(join(here, "fresh")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("a file that cannot be read", () => {
    const locked = folder({ "run.pcap": capture });
    chmodSync(join(locked, "run.pcap"), 0);
    // Root reads everything; for anybody else this is an error like the others.
    if (process.getuid?.() !== 0) refused(["observe", "run.pcap"], locked, "run.pcap: permission denied");
    else expect(sallyport(["observe", "run.pcap"], { cwd: locked }).code).toBe(0);
  });
});
