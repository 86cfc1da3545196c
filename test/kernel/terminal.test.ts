import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tls } from "../ingest/dissect/hello.ts";
import { conversation, pcap } from "../support/packets.ts";
import { MAIN, sallyport } from "../support/sallyport.ts";

const capture = pcap(conversation("192.0.2.1", 443, tls("api.example.com")));

interface Seen {
  /** With `<` for the sequence that erases the line. */
  readonly terminal: string;
  readonly printed: string;
}

/** Reads a pipe that takes its time, before a terminal. */
function read(
  awaited: "line" | "nothing",
  more: { args?: string[]; env?: object; width?: number; input?: Buffer },
): Seen {
  const { args = [], env = {}, width = 80, input = capture } = more;
  const words = [awaited, String(width), process.execPath, MAIN, "observe", "-", ...args];
  const { CI: _, ...usual } = process.env;
  const output = execFileSync("python3", [join(import.meta.dirname, "terminal.py"), ...words], {
    input,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...usual, TERM: "xterm", ...env },
  });
  const seen = JSON.parse(output) as Seen;
  return { ...seen, terminal: seen.terminal.replaceAll("\r\u001B[K", "<") };
}

describe("a read of more than a second, before a terminal", () => {
  test.each([
    ["shows how far it is, and leaves nothing behind", {}],
    ["where CI is said not to be", { env: { CI: "false" } }],
    ["where CI is set to nothing", { env: { CI: "" } }],
  ])("%s", (_, more) => {
    const { terminal, printed } = read("line", more);
    expect(terminal).toMatch(/^(<\d records, \d+ B, \d+ B\/s)+<$/);
    expect(printed).toBe(sallyport(["observe", "-"], { input: capture }).stdout);
  });

  test("makes room for a notice", () => {
    const { terminal } = read("line", { input: capture.subarray(0, -1) });
    expect(terminal.slice(terminal.lastIndexOf("<"))).toBe(
      `<sallyport: stdin: 1 truncated-file (first at record 7)\r\n`,
    );
  });

  test("makes room for an error", () => {
    const { terminal } = read("line", {
      input: Buffer.from(`{broken\n${" ".repeat(100_000)}`),
      args: ["--format", "jsonl"],
    });
    expect(terminal.slice(terminal.lastIndexOf("<"))).toMatch(/^<sallyport: stdin:1: no line /);
  });

  test("fits a narrow one", () => {
    const { terminal } = read("line", { width: 12 });
    for (const line of terminal.split("<")) expect(line.length).toBeLessThan(12);
    expect(terminal).toMatch(/\d B\/s/);
  });

  test.each([
    ["--quiet", { args: ["--quiet"] }],
    ["in CI", { env: { CI: "true" } }],
    ["where the terminal cannot erase", { env: { TERM: "dumb" } }],
  ])("shows nothing: %s", (_, more) => {
    const { terminal, printed } = read("nothing", more);
    expect(terminal).toBe("");
    expect(printed).toContain('"name":"api.example.com"');
  });
});

test("a read of more than a second, before no terminal, shows nothing", () => {
  const script = `{ cat; sleep 1.5; } | '${process.execPath}' '${MAIN}' observe - 2>&1 >/dev/null`;
  const { CI: _, ...env } = process.env;
  expect(execFileSync("sh", ["-c", script], { input: capture, encoding: "utf8", env })).toBe("");
});
