/** `npm run fuzz:floods [-- WORD]`: every flood at full length, in a process of its own; what it took and what was reported. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { flood } from "./flood.ts";
import { FLOODS } from "./floods.ts";

const [, self = "", only = "", child] = process.argv;

if (child === undefined) {
  for (const { name } of FLOODS) {
    if (name.includes(only))
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, "child"], { stdio: "inherit" });
  }
} else {
  const found = FLOODS.find(({ name }) => name === only);
  if (!found) throw new Error(`${self}: no flood ${only}`);
  const start = process.hrtime.bigint();
  const { run, held } = flood(found, found.times);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const peak = process.resourceUsage().maxRSS / 1024;
  const reported = Object.entries(run.run.rejected).map(([reason, count]) => `${reason} ${count}`);
  process.stdout.write(
    `${found.name}: ${run.run.records} packets, ${seconds.toFixed(1)} s, ${(held / 2 ** 20).toFixed(0)} MB held, ` +
      `${peak.toFixed(0)} MB resident at most; ${reported.join(", ") || "nothing rejected"}\n`,
  );
}
