import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tls } from "../ingest/dissect/hello.ts";
import { conversation, lookup, pcap } from "../support/packets.ts";
import { folder, sallyport } from "../support/sallyport.ts";

const api = pcap([
  ...lookup("api.example.com", "192.0.2.1"),
  ...conversation("192.0.2.1", 443, tls("api.example.com")),
]);
const here = folder({
  "runs/a.pcap": api,
  "runs/b.pcap": pcap(conversation("192.0.2.7", 22, Buffer.from("SSH-2.0-x\r\n"))),
  "runs/c.jsonl": '\n{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp","host":"api.example.com","tool":"fetch"}\n',
});
const explain = (...args: string[]): ReturnType<typeof sallyport> => sallyport(args, { cwd: here });
const verdicts = (stdout: string): string[] =>
  stdout.split("\n").flatMap((line) => /^ {2}verdict +(.*)$/.exec(line)?.[1] ?? []);

describe("explain", () => {
  test("tells of each run what it rests on", () => {
    const { code, stdout } = explain("explain", "api.example.com:443/tcp", "runs");
    expect(verdicts(stdout)).toEqual([
      "named api.example.com by tls-sni (packet 6)",
      "named api.example.com by log (line 2)",
    ]);
    expect(stdout).toContain("  by          fetch\n");
    expect(stdout).toMatch(/\napi\.example\.com:443\/tcp: 2 flows \(3 runs read\)\n$/);
    expect(code).toBe(0);
  });

  test("says when nothing matches, and exits 0", () => {
    const { code, stdout } = explain("explain", "192.0.2.1:80", "runs");
    expect(stdout).toBe(
      [
        "no flow matches 192.0.2.1:80 (3 runs read)",
        "  the same address elsewhere: 192.0.2.1:443/tcp, named api.example.com: 2 flows, first in a",
        "  DNS gave api.example.com the address 192.0.2.1: 1 answer, first in a (record 2)",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
  });

  test("numbers that run on over several captures are not given as Wireshark's", () => {
    const { stdout } = explain("explain", "192.0.2.7", "runs/a.pcap", "runs/b.pcap", "--run-id", "all");
    expect(stdout).not.toContain("frame.number");
    expect(stdout).toContain("packet numbers run on over the captures of this run");
    expect(stdout).toContain("tcp.port == 22");
  });

  test("with --json every line has its schema and kind", () => {
    const { stdout } = explain("explain", "192.0.2.1", "runs", "--json");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ _schema, kind }) => `${String(_schema)} ${String(kind)}`)).toEqual([
      "sallyport/explanation/v1 flow",
      "sallyport/explanation/v1 flow",
      "sallyport/explanation/v1 question",
    ]);
    expect(lines[0]?.["filters"]).toMatchObject({ packets: "frame.number in {2, 3, 4, 6}" });
  });
});

describe("observe --explain", () => {
  test("prints what explain prints, one question after another", () => {
    const one = explain("explain", "192.0.2.1", "runs").stdout;
    const two = explain("explain", "192.0.2.7:22", "runs").stdout;
    const both = explain("observe", "runs", "--explain", "192.0.2.1", "--explain", "192.0.2.7:22");
    expect(both).toEqual({ code: 0, stdout: `${one}\n${two}`, stderr: "" });
  });

  test("answers a question once, however often and in whatever form it is asked", () => {
    const once = explain("explain", "192.0.2.1:443/tcp", "runs").stdout;
    expect(explain("observe", "runs", "--explain", "192.0.2.1:443/tcp", "--explain", " 192.0.2.1:443/TCP").stdout).toBe(
      once,
    );
  });

  test("writes the observations to the file of -o, the same as without it", () => {
    const { stdout } = explain("observe", "runs", "--explain", "192.0.2.1", "-o", "out.jsonl");
    expect(verdicts(stdout)).toHaveLength(2);
    expect(readFileSync(join(here, "out.jsonl"), "utf8")).toBe(explain("observe", "runs").stdout);
  });
});

describe("what cannot be explained is one line and exit code 2", () => {
  test.each([
    ["no question", ["explain", "a b", "runs"], "a b: expected an address, a name, either with :port and"],
    ["no question either", ["observe", "runs", "--explain", "192.0.2.1:x"], "192.0.2.1:x: expected an address"],
    ["standard input", ["explain", "192.0.2.1", "-"], "standard input: an explanation reads its input twice"],
    ["a missing file", ["explain", "192.0.2.1", "none.pcap"], "none.pcap: no such file or folder"],
  ])("%s", (_, args, message) => {
    const { code, stdout, stderr } = explain(...args);
    expect(stderr.startsWith(`sallyport: ${message}`)).toBe(true);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("explain --production", () => {
  const policy = folder({
    "rules.v4":
      "*filter\n:OUTPUT DROP [0:0]\n:web - [0:0]\n-A OUTPUT -p tcp -j web\n-A web -m mark --mark 1 -j ACCEPT\nCOMMIT\n",
    "policy.fpl": "agent a {\n  default deny\n  permit proxy/connect host: api.example.com port: 443\n}\n",
  });
  const ask = (...args: string[]): ReturnType<typeof sallyport> => sallyport(["explain", ...args], { cwd: policy });

  test("tells the way through each layer, and what could not be told on it", () => {
    const { code, stdout } = ask("192.0.2.1:443", "--production", "rules.v4", "--production", "policy.fpl");
    expect(stdout).toBe(
      [
        "192.0.2.1:443/tcp by fpl: deny, default: no rule matches; the default is deny",
        "  rules for proxy/connect",
        "    default deny",
        "",
        "192.0.2.1:443/tcp by iptables: unknown, default: depends on rules.v4:5: --mark 1, which cannot be told",
        "  chain OUTPUT of table filter",
        "    rules.v4:4  jump web: -A OUTPUT -p tcp -j web",
        "      chain web",
        "        rules.v4:5  accept: -A web --mark 1 -j ACCEPT",
        "          only if it matches, which cannot be told: --mark 1",
        "    policy drop, if it gets here",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
  });

  test("with --json a line for each layer", () => {
    const { stdout } = ask("api.example.com:443/tcp", "--production", "policy.fpl", "--json");
    expect(JSON.parse(stdout)).toEqual({
      _schema: "sallyport/trail/v1",
      layer: "fpl",
      files: ["policy.fpl"],
      transport: "tcp",
      address: null,
      name: "api.example.com",
      port: 443,
      verdict: "permit",
      rule: "policy.fpl:3",
      reason: "permit",
      steps: [
        { kind: "chain", depth: 0, text: "rules for proxy/connect" },
        {
          kind: "rule",
          depth: 1,
          place: "policy.fpl:3",
          text: "permit proxy/connect host: api.example.com port: 443",
          action: "permit",
          doubt: null,
        },
      ],
    });
  });

  test.each([
    [["192.0.2.1:443"], "explain needs captures or logs to look in, or --production to ask"],
    [["192.0.2.1", "--production", "rules.v4"], "192.0.2.1: a policy is asked about a port, as in 192.0.2.1:443"],
    [["192.0.2.1:443", "x.pcap", "--production", "rules.v4"], "--production asks a policy"],
    [["10.0.0.1:9 > 192.0.2.1:443", "--production", "rules.v4"], "not about a flow"],
  ])("%j is one line and exit code 2", (args, problem) => {
    const { code, stderr } = ask(...args);
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
  });
});
