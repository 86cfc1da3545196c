/** `sallyport.yaml`: paths are beside it, and what is wrong with it is said with its place. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../src/cli/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-"));

function settingsOf(text: string | Uint8Array): unknown {
  const path = join(folder, "sallyport.yaml");
  writeFileSync(path, text);
  return readSettings(path);
}

test("paths are beside the file, but for whole ones and standard input", () => {
  expect(settingsOf("version: 1\ninputs: [runs, /srv/runs, '-']\nout: report\nexpires: 30d\n")).toEqual({
    version: 1,
    inputs: [join(folder, "runs"), "/srv/runs", "-"],
    out: join(folder, "report"),
    expires: "30d",
  });
});

test.each([
  ["an unknown key", "version: 1\nfailon: [added]\n", /sallyport\.yaml: Unrecognized key: "failon"$/],
  ["a wrong value", "version: 1\nminHitRate: 2\n", /sallyport\.yaml: minHitRate: /],
  ["no YAML", "version: 1\ninputs: [\n", /sallyport\.yaml:3:1: /],
  ["a key twice", "version: 1\nversion: 1\n", /sallyport\.yaml:2:1: /],
  ["an alias", "version: 1\ninputs: &a [x]\nproduction: *a\n", /sallyport\.yaml: aliases are not used in this file$/],
  ["lists without end", `version: 1\ninputs: ${"[".repeat(100_000)}`, /sallyport\.yaml:2:\d+: nests deeper than 64$/],
  ["no UTF-8", Uint8Array.of(0xff, 0xfe), /sallyport\.yaml: not UTF-8 text$/],
])("%s is an error with its place", (_, text, message) => expect(() => settingsOf(text)).toThrow(message));

test("a file that is named must be there", () => {
  expect(() => readSettings(join(folder, "none.yaml"))).toThrow(/none\.yaml: no such file/i);
});
