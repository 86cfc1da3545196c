import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/sallyport.ts";
import { replay } from "../support/transcript.ts";

const THEME = join(ROOT, "fixtures/scenarios/merge");

test.each([
  ["shards", /\$ same one\.json other\.json\nthe same bytes\n\n\$ same one\.json all\.json\nthe same bytes\n/],
  ["store", /\$ same second\.jsonl without\.jsonl\nthe same bytes\n/],
])("%s happens again as it is written", async (name, promised) => {
  const played = replay(join(THEME, name));
  expect(played).toMatch(promised);
  await expect(played).toMatchFileSnapshot(join(THEME, name, "transcript.txt"));
});
