// Looks for the recording machine in the recordings: `node private.mjs RUNS` fails if its names or kernel are in any.
import { readdirSync, readFileSync } from "node:fs";
import { hostname, release, userInfo } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const [folder] = process.argv.slice(2);
const { username, homedir } = userInfo();

// Shorter words turn up in cipher text by chance.
const secrets = [hostname(), release(), username, homedir].filter((word) => word.length > 4);

const betrayals = readdirSync(folder).flatMap((file) => {
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1").toLowerCase();
  return secrets.filter((word) => text.includes(word.toLowerCase())).map((word) => `${file} tells of ${word}`);
});
for (const betrayal of betrayals) console.error(betrayal);
if (betrayals.length > 0) process.exit(1);
