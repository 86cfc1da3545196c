import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/sallyport.ts";
import { replay } from "../support/transcript.ts";

const THEME = join(ROOT, "fixtures/scenarios/who-said-why");
const SCENARIOS = readdirSync(THEME, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);

test("the scenarios are there", () => expect(SCENARIOS.length).toBeGreaterThan(4));

test.each(SCENARIOS)("%s happens again as it is written", async (name) => {
  await expect(replay(join(THEME, name))).toMatchFileSnapshot(join(THEME, name, "transcript.txt"));
});
