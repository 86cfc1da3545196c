/** Runs flows and answers through attribution, in the order given. */
import { expect } from "vitest";
import { Attributor } from "../../src/attribute/index.ts";
import type { DnsAnswer, Flow } from "../../src/model/flow.ts";
import type { Observation } from "../../src/model/observation.ts";
import { facts } from "../support/build.ts";

export function attribute(events: readonly (Flow | DnsAnswer)[]): readonly Observation[] {
  const attributor = new Attributor("run-07", "run-07.pcap");
  for (const event of events) {
    if ("responder" in event) attributor.flow(event);
    else attributor.answer(event);
  }
  attributor.close(facts());
  return [...attributor.finish(null).observations];
}

/** For events that make one line. */
export const only = (events: readonly (Flow | DnsAnswer)[]): Observation => {
  const [first, ...others] = attribute(events);
  expect(others).toEqual([]);
  if (!first) throw new Error("no observation");
  return first;
};
