/** `npm run agree`: random rulesets in the kernel against our verdicts, as many as asked. Needs root, nftables and iptables. */
import { parseArgs } from "node:util";
import { runnerImport } from "vite";

const { values } = parseArgs({
  options: {
    rulesets: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    dialect: { type: "string" },
  },
});
const { module } = await runnerImport(new URL("../test/kernel/agree/main.ts", import.meta.url).pathname);
const clean = await module.main(Number(values.rulesets), Number(values.seed), values.dialect ?? null);
process.exitCode = clean ? 0 : 1;
