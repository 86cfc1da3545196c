import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";

const MAIN = join(ROOT, "dist/cli/main.js");

const here = folder({
  "policy.fpl": `agent a {
  default deny
  rules {
    permit proxy/connect host: api.example.com port: 443 when now() < date("2027-01-01") reason: "the model"
    permit proxy/http host: metrics port: 80 method: GET reason: "metrics"
    defer proxy/connect host: *.paste.example reason: "ask"
  }
}
`,
  "policy.nft": `table inet filter {
  chain output {
    type filter hook output priority 0; policy drop;
    oifname "lo" accept
    ip daddr 192.0.2.0/24 tcp dport 443 accept comment "the lab"
  }
}
`,
  "broken.nft": "table inet filter {",
});

const decide = (args: readonly string[], input = ""): ReturnType<typeof sallyport> =>
  sallyport(["decide", ...args, "--now", "2026-11-21T00:00:00Z"], { cwd: here, input });

describe("one destination", () => {
  test.each([
    [["policy.nft", "tcp", "192.0.2.7", "443"], "permit  policy.nft:5  the lab"],
    [["policy.nft", "tcp", "192.0.2.7", "80"], "deny  default  "],
    [["policy.nft", "udp", "192.0.2.7", "443"], "deny  default  "],
    [["policy.nft", "tcp", "127.0.0.1", "80"], "permit  policy.nft:4  "],
    [["policy.nft", "tcp", "api.example.com", "443"], "unknown  default  "],
    [["policy.fpl", "tcp", "api.example.com", "443"], "permit  policy.fpl:4  "],
    [["policy.fpl", "tcp", "API.example.com", "443"], "permit  policy.fpl:4  "],
    [["policy.fpl", "tcp", "a.paste.example", "443"], "defer  policy.fpl:6  "],
    [["policy.fpl", "udp", "api.example.com", "443"], "unknown  default  "],
  ])("%j", (args, answer) => {
    const { code, stdout } = decide(args);
    expect(stdout.startsWith(answer)).toBe(true);
    expect(code).toBe(0);
  });

  test("after its expiry a rule permits nothing", () => {
    const late = sallyport(["decide", "policy.fpl", "tcp", "api.example.com", "443", "--now", "2027-01-01T00:00:00Z"], {
      cwd: here,
    });
    expect(late.stdout).toMatch(/^deny {2}default/);
  });

  test("as JSON", () => {
    expect(JSON.parse(decide(["policy.nft", "tcp", "192.0.2.7", "443", "--json"]).stdout)).toMatchObject({
      transport: "tcp",
      address: "192.0.2.7",
      port: 443,
      verdict: "permit",
      rule: "policy.nft:5",
    });
  });
});

describe("from where the question is asked", () => {
  const place = folder({
    "forward.nft": `table inet t {
  chain o { type filter hook output priority 0; policy drop; }
  chain f { type filter hook forward priority 0; policy drop; ip saddr 10.0.0.0/25 tcp dport 443 accept; }
}
`,
    "a/rules.v4": "*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
    "rules.v4": "*filter\n:OUTPUT DROP [0:0]\nCOMMIT\n",
    "comment.nft": `table inet t {\n  chain o { type filter hook output priority 0; tcp dport 443 accept comment "a\u001b[2Jb"; }\n}\n`,
  });
  const ask = (...words: string[]): string =>
    sallyport(["decide", "forward.nft", "tcp", "192.0.2.1", "443", ...words], { cwd: place }).stdout;

  test.each([
    [[], "deny"],
    [["--hook", "forward", "--source", "10.0.0.7"], "permit"],
    [["--hook", "forward", "--source", "10.0.0.200"], "deny"],
    [["--hook", "forward", "--source", "10.0.0.64/26"], "permit"],
    [["--hook", "forward", "--source", "10.0.1.0/24"], "deny"],
    [["--hook", "forward", "--source", "10.0.0.0/24"], "unknown"],
    [["--context", "forward", "--source", "10.0.0.0/25"], "permit"],
    [["--hook", "forward"], "unknown"],
    [["--context", "output"], "deny"],
    [["--context", "forward"], "unknown"],
    [["--context", "forward", "--source", "10.0.0.7"], "permit"],
    [["--context", "forward", "--source", "10.0.0.200"], "deny"],
  ])("%j: %s", (words, verdict) => {
    expect(ask(...words).split(" ")[0]).toBe(verdict);
  });

  test("two contexts that differ are refused", () => {
    const { code, stderr } = sallyport(
      ["decide", "forward.nft", "tcp", "192.0.2.1", "443", "--context", "output", "--hook", "forward"],
      { cwd: place },
    );
    expect([code, stderr]).toEqual([2, "sallyport: --hook is given 2 times and takes one value\n"]);
  });

  test("two files of one name are told apart, and no path of the machine is printed", () => {
    const log = '{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp"}';
    const args = ["check", "-", "--production", "rules.v4", "--production", "a/rules.v4", "--json", "--quiet"];
    const { layers } = JSON.parse(sallyport(args, { cwd: place, input: log }).stdout) as {
      layers: { files: string[] }[];
    };
    expect(new Set(layers[0]?.files).size).toBe(2);
    for (const file of layers[0]?.files ?? []) expect(file).toMatch(/^[^/]+\/rules\.v4$/);
  });

  test("a comment of the policy cannot act in the terminal", () => {
    const { stdout } = sallyport(["decide", "comment.nft", "tcp", "192.0.2.1", "443"], { cwd: place });
    expect(stdout).toContain("permit");
    expect(stdout.trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});

describe("questions as JSONL", () => {
  const ask = (policy: string, lines: readonly string[]): Record<string, unknown>[] => {
    const { code, stdout } = decide([policy], `${lines.join("\n")}\n`);
    expect(code).toBe(0);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  test("are answered in order, with the fields they came with; a bad line is unknown with its number", () => {
    const answers = ask("policy.nft", [
      '{"transport":"tcp","address":"192.0.2.1","port":443,"id":1}',
      "not json",
      '{"transport":"tcp","address":"192.0.2.999","port":443,"id":3}',
      '{"transport":"tcp","port":443}',
      '{"address":"192.0.2.1","port":443}',
      '{"transport":"tcp","address":"198.51.100.1","port":443,"id":6}',
      '{"transport":"tcp","address":"192.0.2.1","port":"443"}',
      `{"transport":"tcp","address":"192.0.2.1","port":443,"id":8,"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      `{"transport":"tcp","address":"192.0.2.1","port":443,"id":9,"x":${"[".repeat(63)}${"]".repeat(63)}}`,
    ]);
    expect(answers.map((a) => [a["id"], a["verdict"], a["line"]])).toEqual([
      [1, "permit", undefined],
      [undefined, "unknown", 2],
      [3, "unknown", 3],
      [undefined, "unknown", 4],
      [undefined, "unknown", 5],
      [6, "deny", undefined],
      [undefined, "unknown", 7],
      [undefined, "unknown", 8],
      [9, "permit", undefined],
    ]);
    expect(answers[1]?.["reason"]).toBe("line 2: not a JSON object");
    expect(answers[7]?.["reason"]).toBe("line 8: nests deeper than 64");
  });

  test("are answered as they come, and a line may come in pieces", async () => {
    const run = spawn(process.execPath, [MAIN, "decide", "policy.nft"], {
      cwd: here,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const answers = createInterface(run.stdout)[Symbol.asyncIterator]();
    const answer = async (): Promise<unknown> => JSON.parse(String((await answers.next()).value));
    run.stdin.write('{"transport":"tcp","address":"192.0.2.1","port":443}\n\n{"transport":"tcp",');
    expect(await answer()).toMatchObject({ verdict: "permit" });
    expect(await answer()).toMatchObject({ verdict: "unknown", line: 2 });
    run.stdin.write('"address":"192.0.2.1","port":80}\n');
    expect(await answer()).toMatchObject({ verdict: "deny" });
    run.stdin.end('{"transport":"tcp","address":"192.0.2.2","port":443}');
    expect(await answer()).toMatchObject({ verdict: "permit", address: "192.0.2.2" });
    expect((await answers.next()).done).toBe(true);
  });

  test("do not come from where the policy does", () => {
    const { code, stderr } = decide(["-"], "*filter\n:OUTPUT DROP [0:0]\nCOMMIT\n");
    expect([code, stderr]).toEqual([2, "sallyport: -: standard input is the policy or the questions, not both\n"]);
  });

  test("may be raw requests for FPL", () => {
    const answers = ask("policy.fpl", [
      '{"tool":"proxy/connect","args":{"host":"api.example.com","port":443}}',
      '{"tool":"proxy/http","args":{"host":"metrics","port":80,"method":"GET","path":"/m"}}',
      '{"tool":"proxy/http","args":{"host":"metrics","port":80,"method":"POST","path":"/m"}}',
      '{"transport":"tcp","name":"api.example.com","port":443}',
    ]);
    expect(answers.map((a) => a["verdict"])).toEqual(["permit", "permit", "deny", "permit"]);
  });

  test("raw requests mean nothing to a packet filter", () => {
    expect(ask("policy.fpl", ['{"tool":"proxy/connect"}'])[0]).toEqual({
      ...ask("policy.fpl", ['{"tool":"proxy/connect","args":{}}'])[0],
      args: undefined,
    });
    expect(ask("policy.nft", ['{"tool":"proxy/connect","args":{}}'])[0]).toMatchObject({ verdict: "unknown", line: 1 });
  });
});

test.each([
  [["broken.nft", "tcp", "192.0.2.1", "443"], /^sallyport: broken\.nft:\d+:\d+: /],
  [["policy.nft", "tcpp", "192.0.2.1", "443"], /^sallyport: transport: expected one of tcp, udp/],
  [["policy.nft", "tcp", "a b", "443"], /^sallyport: a b: neither an address nor a host name/],
  [["policy.nft", "tcp", "192.0.2.1", "70000"], /^sallyport: port: expected 0 to 65535/],
  [["policy.nft", "tcp", "192.0.2.1"], /^sallyport: tcp needs a port/],
])("%j is exit code 2", (args, message) => {
  const { code, stdout, stderr } = decide(args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
});
