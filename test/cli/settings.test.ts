import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../src/cli/settings.ts";
import { folder } from "../support/sallyport.ts";

test.each([
  ["a field that there is not", "version: 1\nprodution: [a.nft]\n", ":2: prodution: no such setting"],
  ["a value of another type", "version: 1\n\nexpires: 90\n", ":3: expires: "],
  ["one value of a list", "version: 1\ninputs:\n  - runs\n  - 7\n", ":2: inputs.1: "],
  ["a number out of range", "version: 1\nminCoverage: 95\n", ":2: minCoverage: "],
  ["no version", "inputs: [runs]\n", ":1: version: "],
  ["a key twice", "version: 1\nout: a\nout: b\n", ":3:1: Map keys must be unique"],
  ["no YAML", "version: 1\ninputs: [a\n", ":3:1: Flow sequence"],
  ["a list", "- 1\n", ":1: "],
  ["aliases", "version: 1\ninputs: &a [x]\nproduction: *a\n", ": aliases are not used in this file"],
])("%s is refused with its place, in one line", (_, text, message) => {
  const path = join(folder({ "sallyport.yaml": text }), "sallyport.yaml");
  const refusal = (): unknown => readSettings(path);
  expect(refusal).toThrow(`sallyport.yaml${message}`);
  expect(refusal).not.toThrow("\n");
});
