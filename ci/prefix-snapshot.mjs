// Writes data/prefixes/ from a folder of published lists as one mirror commit holds them:
//   npm run build && node ci/prefix-snapshot.mjs FOLDER REPOSITORY@COMMIT
// Run by hand when the shipped snapshots are renewed; what it writes is committed.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIST_PARSERS } from "../out/modules/annotate/lists/index.js";
import { snapshotOf } from "../out/modules/annotate/snapshot-write.js";
import { MANIFEST_SCHEMA } from "../out/modules/annotate/snapshot.js";
import { formatInstant } from "../out/modules/model/instant.js";

/** Which files of the mirror make the list of a provider, concatenated in this order. */
const SOURCES = {
  aws: ["aws-ip-ranges.json"],
  azure: ["microsoft-azure-ip-ranges.json"],
  cloudflare: ["cloudflare-v4-ip-ranges.txt", "cloudflare-v6-ip-ranges.txt"],
  digitalocean: ["digitalocean.csv"],
  fastly: ["fastly-ip-ranges.json"],
  github: ["github-ip-ranges.json"],
  google: ["google-cloud-ip-ranges.json"],
  linode: ["linode.txt"],
  oracle: ["oracle-cloud-ip-ranges.json"],
};

const [folder, mirror] = process.argv.slice(2);
if (!folder || !mirror) {
  console.error("usage: node ci/prefix-snapshot.mjs FOLDER REPOSITORY@COMMIT");
  process.exit(2);
}

const target = new URL("../data/prefixes/", import.meta.url);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const lists = Object.entries(SOURCES).map(([provider, files]) => {
  const sources = files.map((file) => ({ file, bytes: readFileSync(join(folder, file)) }));
  const text = sources.map(({ bytes }) => `${bytes.toString("utf8").trimEnd()}\n`).join("");
  return { provider, sources, list: LIST_PARSERS.get(provider)(text, files.join("+")) };
});

// The mirror's commit holds an AWS list of this time: a lower bound of its age for lists that state none.
const mirroredAfter = formatInstant(lists.find(({ provider }) => provider === "aws").list.publishedAt);

const snapshots = lists.map(({ provider, sources, list }) => {
  for (const [reason, count] of list.rejected.counts)
    console.error(`${provider}: ${count} entries rejected (${reason})`);
  const { snapshot, files } = snapshotOf(list, {
    named: "plain",
    mirroredAfter: list.publishedAt === null ? mirroredAfter : null,
    origin: `${mirror} ${sources.map((source) => `${source.file} sha256:${sha256(source.bytes)}`).join(" ")}`,
  });
  for (const [file, text] of files) writeFileSync(new URL(file, target), text);
  return snapshot;
});

writeFileSync(
  new URL("manifest.json", target),
  `${JSON.stringify({ _schema: MANIFEST_SCHEMA, snapshots }, null, 2)}\n`,
);
