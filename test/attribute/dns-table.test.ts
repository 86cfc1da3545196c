import { expect, test } from "vitest";
import { DnsTable } from "../../src/attribute/dns-table.ts";
import { SECOND } from "../../src/model/instant.ts";
import { address, answer, NOON } from "../support/build.ts";

const SHARED = "192.0.2.1";
const name = (i: number): string => `host-${i}.example.com`;

test("an address of many names has room for each once, however often it is answered, and knows each until it is over", () => {
  const table = new DnsTable();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 2000; i++)
      table.add(answer(name(i), SHARED, { at: NOON + (round * 200 + i / 100) * SECOND, ttl: 60 }));
  }
  expect(table.overflow).toBe(0);
  expect(table.namesOf(address(SHARED), "dns")).toHaveLength(2000);
  const last = NOON + 400 * SECOND;
  const resolved = (seconds: number): string | undefined =>
    table.resolve(address(SHARED), address("10.0.0.2"), last + seconds * SECOND)?.name;
  // Sixty seconds and five minutes of grace after the third answers, given over twenty seconds.
  expect(resolved(370)).toBe(name(1999));
  expect(resolved(381)).toBeUndefined();
});
