import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { frame4, tcp } from "../ingest/decode/build.ts";
import { folder, ROOT } from "../support/sallyport.ts";
import { pcap } from "../support/packets.ts";

/** Zeros that 256 MB of become a quarter of one; a gzip file may be many such members, one after the other. */
const ZEROS = gzipSync(Buffer.alloc(64 << 20));
const MEMBERS = 4;
/** What docs/captures-limits.md promises, which is not much above what Node itself takes. */
const PROMISED_KB = 400 * 1024;

const REPORT_MEMORY =
  "data:text/javascript,process.on('exit',()=>process.stderr.write(`PEAK ${process.resourceUsage().maxRSS}\\n`))";

function observed(file: string): { code: number | null; stdout: string; stderr: string; peak: number } {
  const args = ["--import", REPORT_MEMORY, join(ROOT, "dist/cli/main.js"), "observe", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { code: status, stdout, stderr, peak: Number(/PEAK (\d+)/.exec(stderr)?.[1]) };
}

const SYN = frame4({ protocol: 6 }, tcp(40_000, 443, { flags: 2 }));
const NG = Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000", "hex");

describe("a quarter of a gigabyte of zeros in a quarter of a megabyte", () => {
  const bomb = (...head: readonly Uint8Array[]): string => {
    const members = [...head.map((bytes) => gzipSync(bytes)), ...Array.from({ length: MEMBERS }, () => ZEROS)];
    return join(folder({ "bomb.pcap.gz": Buffer.concat(members) }), "bomb.pcap.gz");
  };

  test("alone is refused in one line", () => {
    const { code, stderr, peak } = observed(bomb());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[^\n]*bomb\.pcap\.gz: [^\n]+\nPEAK \d+\n$/);
    expect(peak).toBeLessThan(PROMISED_KB);
  });

  test("behind a capture is counted as the packets without a byte that it is", () => {
    const { code, stdout, peak } = observed(bomb(pcap([SYN])));
    expect(code).toBe(0);
    expect(stdout).toContain(`"rejected":{"truncated-packet":${(MEMBERS * (64 << 20)) / 16}}`);
    expect(peak).toBeLessThan(PROMISED_KB);
  });

  test("behind a pcapng section ends what is read of it", () => {
    const { code, stdout, peak } = observed(bomb(NG));
    expect(code).toBe(0);
    expect(stdout).toContain('"rejected":{"bad-length":1}');
    expect(peak).toBeLessThan(PROMISED_KB);
  });
});
