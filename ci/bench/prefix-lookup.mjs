// Load of and look-ups in all prefix lists at once: `node prefix-lookup.mjs [COUNT]`. The shipped lists, filled up to
// COUNT entries with prefixes as route tables have them; each figure is of one process, so run it more than once.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseManifest, readSnapshots } from "../../out/modules/annotate/snapshot.js";

const count = Number(process.argv[2] ?? "130000");
const folder = new URL("../../data/prefixes/", import.meta.url);
const shipped = parseManifest(readFileSync(new URL("manifest.json", folder), "utf8"), "manifest.json");

let state = 7;
const random = () => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
};
const dotted = (n) => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;

/** A list like any other, so that there are as many entries as were asked for. */
function filler(entries) {
  const lines = Array.from({ length: entries }, () => {
    const length = [20, 22, 24, 24, 28, 32][random() % 6];
    return `${dotted((random() & (length === 32 ? -1 : ~(2 ** (32 - length) - 1))) >>> 0)}/${length}`;
  });
  const bytes = Buffer.from(`sallyport/prefixes/v1 filler 1\n@all\n${lines.join("\n")}\n`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const more = { publishedAt: null, mirroredAfter: null, origin: "generated" };
  return { bytes, snapshot: { provider: "filler", file: "filler.txt", sha256, version: "1", entries, ...more } };
}

const there = shipped.snapshots.reduce((sum, { entries }) => sum + entries, 0);
const { bytes, snapshot } = filler(Math.max(1, count - there));
const manifest = { ...shipped, snapshots: [...shipped.snapshots, snapshot] };
const bytesOf = (file) => (file === snapshot.file ? bytes : readFileSync(new URL(file, folder)));

const ms = () => Number(process.hrtime.bigint()) / 1e6;
const started = ms();
const index = readSnapshots(manifest, bytesOf);
const first = ms() - started;
const again = ms();
readSnapshots(manifest, bytesOf);
const second = ms() - again;
console.log(
  `  ${there + snapshot.entries} entries: loaded in ${first.toFixed(0)} ms, again in ${second.toFixed(0)} ms`,
);

const within = manifest.snapshots
  .flatMap(({ file }) => Buffer.from(bytesOf(file)).toString().split("\n"))
  .filter((line) => /^[0-9.]+\//.test(line))
  // A copy: a slice of a large text is slower to read than the addresses of evidence are.
  .map((line) => Buffer.from(line.slice(0, line.indexOf("/"))).toString("latin1"));
const sets = {
  "random IPv4 addresses": Array.from({ length: 200_000 }, () => dotted(random())),
  "2,000 addresses within prefixes, over and over": Array.from(
    { length: 2000 },
    () => within[random() % within.length],
  ),
  "150,000 addresses within prefixes": Array.from({ length: 150_000 }, () => within[random() % within.length]),
};
for (const [name, addresses] of Object.entries(sets)) {
  let tags = 0;
  let done = 0;
  // Once to make the tags, which are kept.
  for (const address of addresses) tags += index.lookup(address).length;
  const from = ms();
  while (ms() - from < 1000) {
    for (const address of addresses) tags += index.lookup(address).length;
    done += addresses.length;
  }
  console.log(
    `  ${(done / (ms() - from) / 1000).toFixed(1).padStart(5)} million look-ups a second: ${name} (${tags > 0 ? "found" : "none"})`,
  );
}
