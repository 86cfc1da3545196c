/** HTTP/2 as Node's client and server speak it in a namespace, and tshark's word on which authorities it asked for. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { read } from "../ingest/track/play.ts";
import { sortedUnique } from "../../src/model/compare.ts";
import { DISSECTORS } from "../../src/ingest/track/dissectors.ts";
import { AS_USER, inNamespace } from "./namespace.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-http2-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A capture of `http2-talk.mjs`, up to a packet that says it is over. */
function captured(): string {
  const file = join(folder, "talk.pcap");
  inNamespace(
    `
    tcpdump -i lo -U -w - >'${file}' 2>said & capture=$!
    until grep -q 'listening on' said; do
      kill -0 $capture || { cat said >&2; exit 1; }
      sleep 0.05
    done
    timeout 60 '${process.execPath}' "$HERE/http2-talk.mjs" 198.18.0.1 8080
    timeout 60 python3 "$HERE/talk.py" 198.18.0.1 9090 '${file}' the.end.example
    kill -INT $capture
    wait $capture`,
    {},
    "",
    AS_USER,
  );
  return file;
}

test("tshark reads the same authorities, connection by connection", () => {
  const file = captured();
  const fields = ["tcp.stream", "http2.headers.authority", "http.host"].flatMap((field) => ["-e", field]);
  const filter = "http2.headers.authority or http.request";
  const output = execFileSync("tshark", ["-n", "-r", file, "-Y", filter, "-T", "fields", ...fields], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const theirs = new Map<string, Set<string>>();
  for (const line of output.trimEnd().split("\n")) {
    const [stream = "", ...columns] = line.split("\t");
    const hosts = columns.flatMap((column) => column.split(",")).filter((host) => host !== "");
    theirs.set(stream, new Set([...(theirs.get(stream) ?? []), ...hosts.map((host) => host.replace(/:\d+$/, ""))]));
  }
  const { flows } = read(readFileSync(file), { dissectors: DISSECTORS });
  expect(flows.flatMap(({ flags }) => flags)).toEqual([]);
  // The capture may end in the middle of the last connection.
  const ours = flows.map(({ claims, tunnels }) => [...claims, ...tunnels].flatMap(({ name }) => name ?? []));
  const inOrder = (lists: readonly Iterable<string>[]): string[] =>
    sortedUnique(lists.map((list) => sortedUnique(list).join(" "))).filter((names) => names !== "");
  expect(inOrder(ours)).toEqual(inOrder([...theirs.values()]));
  expect(inOrder(ours)).toEqual(
    inOrder([
      [
        ...Array.from({ length: 23 }, (_, i) => `host${i}.example`),
        ...Array.from({ length: 12 }, (_, i) => `together${i}.example`),
      ],
      ["first.tunnel.example", "second.tunnel.example"],
      ["upgrade.example", "behind-upgrade.example", "behind-both.example"],
      ["the.end.example"],
    ]),
  );
});
