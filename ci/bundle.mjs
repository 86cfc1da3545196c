// Joins the compiled modules into a few files of each command's, since Node takes longer to find and load several hundred
// than to run most commands. Packages stay packages: their licences, versions and advisories are theirs.
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const modules = here("../out/modules/cli/");
const target = here("../dist/");
const { dependencies } = JSON.parse(readFileSync(here("../package.json"), "utf8"));

const bundle = await rolldown({
  input: { main: `${modules}main.js`, "read-worker": `${modules}read-worker.js` },
  external: Object.keys(dependencies),
  platform: "node",
});
rmSync(target, { recursive: true, force: true });
await bundle.write({
  dir: `${target}cli`,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
});
// npm links the path as it is.
chmodSync(`${target}cli/main.js`, 0o755);
