// The main job on the recorded demo: twelve sandbox runs, six before and six after a dependency bump, against production.
// It finds drift on purpose, so the check itself ends with 1; the demo ends with 0 when it did.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const policy = (name) => ["--production", `fixtures/demo/policy/${name}`];
const command = [
  "check",
  "fixtures/demo/runs",
  ...policy("production.fpl"),
  ...policy("production.nft"),
  ...policy("rules.v4"),
  ...policy("rules.v6"),
  "--allowlist",
  "fixtures/demo/allowlist.yaml",
  "--now",
  "2026-11-21T00:00:00Z",
  "--out",
  process.argv[2] ?? "reports/demo",
];

console.log(`$ sallyport ${command.join(" \\\n    ").replace(/(--\w+) \\\n {4}/g, "$1 ")}\n`);
const { status } = spawnSync(process.execPath, ["dist/cli/main.js", ...command], { cwd: root, stdio: "inherit" });
if (status !== 1) {
  console.error(`\nThe demo expects findings (exit code 1) and got ${status}.`);
  process.exit(1);
}
console.log(`\nIn CI this run would fail here (exit code 1): somebody has to look at the findings above.`);
console.log(
  `Everything it wrote is in ${process.argv[2] ?? "reports/demo"}: start with report.md, then candidate.fpl.`,
);
