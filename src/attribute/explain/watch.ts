/** An attributor that hands on each flow together with all that it was attributed to. */
import type { DnsAnswer, Flow, RunFacts, RunSink } from "../../model/flow.ts";
import type { Attribution } from "../accumulate.ts";
import { Attributor } from "../attributor.ts";

export interface Watcher {
  flow(flow: Flow, to: readonly Attribution[]): void;
  answer(answer: DnsAnswer): void;
  close(facts: RunFacts): void;
}

export function watched(run: string, source: string, watcher: Watcher): RunSink {
  let current: Attribution[] = [];
  const attributor = new Attributor(run, source, (_, to) => current.push(to));
  return {
    flow(flow) {
      current = [];
      attributor.flow(flow);
      watcher.flow(flow, current);
    },
    answer(answer) {
      attributor.answer(answer);
      watcher.answer(answer);
    },
    close: (facts) => watcher.close(facts),
  };
}
