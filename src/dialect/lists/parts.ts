/** Blocks, ports and doubts as the dialects of orchestrators write them. */
import { parsePrefix, type Prefix } from "../../model/prefix.ts";
import type { Transport } from "../../model/flow.ts";
import type { NotModelled } from "../../model/policy.ts";
import { safeProse } from "../packet/prose.ts";
import type { Field } from "./field.ts";
import { all, type Test } from "./list.ts";

export const EVERY_PORT = { first: 0, last: 65_535 } as const;

export function prefixAt(field: Field): Prefix {
  return parsePrefix(field.text() ?? "") ?? field.fail("a prefix such as 192.0.2.0/24");
}

/** A block without those inside it that are excepted. */
export function blockTest(block: Prefix, except: readonly Prefix[]): Test {
  return all([
    { kind: "block", prefix: block },
    ...except.map((prefix): Test => ({ kind: "not", of: { kind: "block", prefix } })),
  ]);
}

export function transportAt(field: Field, known: readonly Transport[], missing: Transport): Transport {
  const text = field.text();
  if (text === null) return missing;
  return (
    known.find((transport) => transport.toUpperCase() === text) ??
    field.fail(known.map((t) => t.toUpperCase()).join(", "))
  );
}

/** What a rule asks that is not known here makes it neither match nor not match. */
export function doubtAbout(field: Field, keys: readonly string[], notModelled: NotModelled[]): Test[] {
  if (keys.length === 0) return [];
  const reason = `${keys.map((key) => safeProse(key, 40)).join(", ")} is not modelled`;
  notModelled.push({ place: field.place, text: reason });
  return [{ kind: "doubt", reason }];
}
