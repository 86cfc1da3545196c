// `sallyport diff --production FILE --against FILE`, whose exit code 1 (findings) is a success here.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [before, after] = process.argv.slice(2);
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const args = ["--max-old-space-size=8192", main, "diff", "--production", before, "--against", after, "--json"];
const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
process.exitCode = status === 1 ? 0 : 2;
