/** The set algebra against iprange, on published prefix lists. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parsePrefix, type Prefix, rangeOf } from "../../src/model/prefix.ts";
import { Addresses } from "../../src/model/set/addresses.ts";
import { folder, ROOT } from "../support/sallyport.ts";

const PREFIXES = join(ROOT, "../shared/corpus/prefixes");

/** Whatever of a published file is an IPv4 prefix, in its order, duplicates and overlaps and all. */
function prefixesIn(path: string): Prefix[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/\b\d+\.\d+\.\d+\.\d+\/\d+\b/g)].flatMap(([word]) => parsePrefix(word) ?? []);
}

const LISTS = readdirSync(PREFIXES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(json|txt|csv)$/.test(name))
  .sort()
  .map((name) => ({ name, prefixes: prefixesIn(join(PREFIXES, name)) }))
  .filter(({ prefixes }) => prefixes.length > 0);

const setOf = (prefixes: readonly Prefix[]): Addresses => Addresses.of(4, prefixes.map(rangeOf));
/** iprange leaves out the length of a single address. */
const printed = (set: Addresses): string =>
  [...set.prefixes()].map((prefix) => `${prefix.replace(/\/32$/, "")}\n`).join("");

const here = folder(
  Object.fromEntries(LISTS.map(({ prefixes }, i) => [`${i}.txt`, prefixes.map((prefix) => `${prefix}\n`).join("")])),
);
const iprange = (...args: readonly string[]): string =>
  execFileSync("iprange", args, { cwd: here, encoding: "utf8", maxBuffer: 1 << 28 });

it("finds lists to compare", () => {
  expect(LISTS.length).toBeGreaterThan(10);
});

it.each(LISTS.map(({ name }, i) => [name, i] as const))("%s and the next one", (_, i) => {
  const j = (i + 1) % LISTS.length;
  const [one, other] = [setOf(LISTS[i]?.prefixes ?? []), setOf(LISTS[j]?.prefixes ?? [])];
  const files = [`${i}.txt`, `${j}.txt`];
  expect(printed(one.combine("union", other))).toBe(iprange(...files));
  expect(printed(one.combine("intersection", other))).toBe(iprange(`${i}.txt`, "--common", `${j}.txt`));
  expect(printed(one.combine("difference", other))).toBe(iprange(`${i}.txt`, "--except", `${j}.txt`));
  writeFileSync(join(here, "own.txt"), printed(one));
  expect(iprange("own.txt", "--diff", `${i}.txt`)).toBe("");
});
