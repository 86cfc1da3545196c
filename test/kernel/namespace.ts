/** A network namespace with one interface and default routes in both families, thrown away after each use. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Question } from "../../src/model/policy.ts";

export const SETUP: string = `set -e
ip link set lo up
ip link add out0 type veth peer name far0
ip link set out0 up
ip link set far0 up
ip addr add 198.18.0.1/24 dev out0
ip addr add 2001:db8:ffff::1/64 dev out0 nodad
ip route add default via 198.18.0.2
ip -6 route add default via 2001:db8:ffff::2
`;

/** Who one is in a namespace: its root, or a user with root's powers, for programs that give up root and cannot there. */
const AS_ROOT: readonly string[] = ["-r"];
export const AS_USER: readonly string[] = ["-U", "--map-user=1000", "--map-group=1000", "--keep-caps"];

/** Runs shell text in a fresh namespace, with `files` beside it under the names given; returns its standard output. */
export function inNamespace(
  script: string,
  files: Readonly<Record<string, string>> = {},
  input = "",
  identity = AS_ROOT,
): string {
  return run("sh", ["-c", SETUP + script], files, input, identity);
}

/** Runs a program in a fresh namespace with nothing in it. */
export function run(
  program: string,
  words: readonly string[],
  files: Readonly<Record<string, string>>,
  input: string,
  identity = AS_ROOT,
): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-kernel-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    return execFileSync("unshare", [...identity, "-n", program, ...words], {
      cwd: folder,
      input,
      encoding: "utf8",
      env: { ...process.env, HERE: import.meta.dirname },
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 1 << 28,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the kernel does with each packet under the rules that `load` brings in. */
export function kernelVerdicts(
  load: string,
  files: Readonly<Record<string, string>>,
  questions: readonly Pick<Question, "transport" | "address" | "port">[],
): string[] {
  const input = questions.map(({ transport, address, port }) => `${JSON.stringify({ transport, address, port })}\n`);
  const script = `( ${load} ) >/dev/null\npython3 "$HERE/probe.py"`;
  return inNamespace(script, files, input.join("")).trim().split("\n");
}
