import { describe, expect, test } from "vitest";
import { MAIN } from "../support/sallyport.ts";
import { AS_USER, inNamespace } from "./namespace.ts";

/** Captures until a connection has come through, then ends the capture as Ctrl-C does; prints what was observed. */
const observed = (capture: string): string[] =>
  inNamespace(
    `
    mkfifo captured read
    touch said
    ${capture} >captured 2>said & capture=$!
    tee copy <captured >read &
    '${process.execPath}' '${MAIN}' observe - <read >observed 2>notices & reader=$!
    until grep -qE 'listening on|File: -' said; do
      kill -0 $capture || { cat said >&2; exit 1; }
      sleep 0.05
    done
    timeout 60 python3 "$HERE/talk.py" 198.18.0.1 8080 copy live.example.com
    kill -INT $capture
    wait $reader
    cat observed notices`,
    {},
    "",
    AS_USER,
  )
    .trimEnd()
    .split("\n");

describe("a live capture on standard input", () => {
  test.each([
    ["tcpdump -U -w -", "tcpdump -i lo -U -w -", "pcap"],
    ["dumpcap -w -", "dumpcap -i lo -w -", "pcapng"],
    ["dumpcap -P -w -", "dumpcap -i lo -P -w -", "pcap"],
  ])("%s", (_, capture, format) => {
    const lines = observed(capture).map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = lines.find(({ name }) => name === "live.example.com");
    expect(found).toMatchObject({
      run: "stdin",
      nameSource: "http-host",
      transport: "tcp",
      address: "198.18.0.1",
      port: 8080,
      outcome: "allowed",
    });
    expect(found?.["established"]).toBeGreaterThan(0);
    expect(lines.at(-1)).toMatchObject({ kind: "run", run: "stdin", format, rejected: {} });
  });
});
