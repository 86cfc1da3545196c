/** Who reads standard output may stop, or have no room: a verdict stands all the same. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { expect, test } from "vitest";
import { folder, MAIN } from "../support/sallyport.ts";

const rule = (port: number): string =>
  `table inet t {\n  chain o {\n    type filter hook output priority 0; policy drop;\n    tcp dport ${port} accept\n  }\n}\n`;
const here = folder({
  "before.nft": rule(80),
  "after.nft": rule(443),
  "quoted.fpl": 'agent a {\n  default deny\n  rules {\n    permit proxy/connect host: "a.example" port: 443\n  }\n}\n',
  "runs/one.jsonl": '{"dest_ip":"192.0.2.1","dest_port":443,"proto":"tcp","host":"a.example"}\n',
  "broken.jsonl": '{"seq":1}\n',
});

function run(args: readonly string[], stdout: "pipe" | number): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: here, stdio: ["ignore", stdout, "pipe"] });
  // Closed long before the program has anything to write.
  child.stdout?.destroy();
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

test.each([
  [1, ["check", "runs", "--production", "before.nft"]],
  [1, ["--quiet", "check", "runs", "--production", "before.nft", "--json"]],
  [1, ["diff", "--production", "before.nft", "--against", "after.nft"]],
  [0, ["diff", "--production", "before.nft", "--against", "before.nft"]],
  [1, ["lint", "quoted.fpl"]],
  [1, ["audit", "verify", "broken.jsonl"]],
  [0, ["observe", "runs"]],
])("exit code %i though nobody reads what is printed by %j", async (code, args) => {
  expect((await run(args, "pipe")).code).toBe(code);
});

test.runIf(process.platform === "linux")("no room for the output is one line and exit code 2", async () => {
  expect(await run(["observe", "runs"], openSync("/dev/full", "w"))).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /^(sallyport: one\.jsonl: .*\n)*sallyport: standard output: no space left on the device\n$/,
    ),
  });
});
