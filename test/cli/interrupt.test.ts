import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { tls } from "../ingest/dissect/hello.ts";
import { conversation, pcap } from "../support/packets.ts";
import { MAIN, sallyport } from "../support/sallyport.ts";

const capture = pcap(conversation("192.0.2.1", 443, tls("api.example.com")));
const SAID = "sallyport: interrupted: reading standard input to its end; interrupt again to stop at once\n";

interface Live {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly printed: () => string;
}

/** Reads a capture of which only the first half has come, and was interrupted once. */
async function interrupted(): Promise<Live> {
  const child = spawn(process.execPath, [MAIN, "observe", "-"], { stdio: "pipe" });
  let said = "";
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stdin.on("error", () => {});
  // More than a pipe holds: once it is through, somebody reads, and listens to interrupts.
  const packet = conversation("192.0.2.2", 443, Buffer.alloc(1400, 1))[3] ?? Buffer.alloc(0);
  const much = pcap(Array.from({ length: 1000 }, () => packet)).subarray(24);
  await new Promise((resolve) => child.stdin.write(Buffer.concat([capture, much]), resolve));
  child.kill("SIGINT");
  if (said === "") await once(child.stderr, "data");
  return { child, said: () => said, printed: () => printed };
}

describe("an interrupt, which reaches every program of a pipeline", () => {
  test("lets what is on standard input come to its end first", async () => {
    const { child, said, printed } = await interrupted();
    child.stdin?.end();
    const [code] = await once(child, "close");
    expect(said()).toBe(SAID);
    expect(printed()).toContain('"name":"api.example.com"');
    expect(code).toBe(0);
  });

  test("ends the program when it comes again", async () => {
    const { child, said } = await interrupted();
    child.kill("SIGINT");
    const [, signal] = await once(child, "close");
    expect(said()).toBe(SAID);
    expect(signal).toBe("SIGINT");
  });

  test("is not told where none came", () => {
    expect(sallyport(["observe", "-"], { input: capture }).stderr).toBe("");
  });
});
