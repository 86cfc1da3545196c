/** What comes near to a question, for when nothing answers it. */
import type { Address } from "../../model/address.ts";
import { compareNumbers, compareText } from "../../model/compare.ts";
import type { NearMiss } from "../../model/explanation.ts";
import type { DnsAnswer, Flow } from "../../model/flow.ts";
import type { Attribution } from "../accumulate.ts";
import type { Question } from "./question.ts";

/** Different near misses that are kept, and that are told. */
const MAX_KEPT = 1000;
const MAX_TOLD = 10;

type Found = Omit<NearMiss, "count" | "run" | "record">;

/** The near misses of one question over all runs. */
export class NearMisses {
  readonly #question: Question;
  readonly #found = new Map<string, { readonly first: NearMiss; count: number }>();

  constructor(question: Question) {
    this.#question = question;
  }

  flow(run: string, flow: Flow, to: readonly Attribution[]): void {
    for (const each of to) {
      const found = this.#nearFlow(flow, each);
      if (found !== null) this.#add(found, run, null);
    }
  }

  answer(run: string, answer: DnsAnswer): void {
    const question = this.#question;
    const { name, chain, address } = answer;
    const isNear =
      question.kind === "name"
        ? name === question.name || chain.includes(question.name)
        : question.kind === "address" && address === question.address;
    if (isNear) this.#add({ kind: "resolved", name, address, transport: null, port: null }, run, answer.record);
  }

  told(): NearMiss[] {
    return [...this.#found.values()]
      .map(({ first, count }) => ({ ...first, count }))
      .sort((a, b) => b.count - a.count || compareMisses(a, b))
      .slice(0, MAX_TOLD);
  }

  #nearFlow(flow: Flow, { name, otherNames, address, port }: Attribution): Found | null {
    const question = this.#question;
    const at = { name, address, transport: flow.transport, port };
    switch (question.kind) {
      case "name":
        return name === question.name || otherNames.includes(question.name) ? { kind: "same-name", ...at } : null;
      case "address":
        if (address === question.address) return { kind: "same-address", ...at };
        return flow.originator.address === question.address ? { kind: "as-client", ...at } : null;
      case "flow": {
        const asked: readonly (Address | null)[] = [question.client.address, question.server.address];
        const isSamePair = asked.includes(flow.originator.address) && asked.includes(flow.responder.address);
        return isSamePair ? { kind: "same-hosts", ...at } : null;
      }
    }
  }

  #add(found: Found, run: string, record: number | null): void {
    const key = `${found.kind}|${found.name ?? ""}|${found.address ?? ""}|${found.transport ?? ""}|${found.port ?? ""}`;
    const known = this.#found.get(key);
    if (known) known.count++;
    else if (this.#found.size < MAX_KEPT)
      this.#found.set(key, { first: { ...found, count: 1, run, record }, count: 1 });
  }
}

function compareMisses(a: NearMiss, b: NearMiss): number {
  return (
    compareText(a.kind, b.kind) ||
    compareText(a.name ?? "", b.name ?? "") ||
    compareText(a.address ?? "", b.address ?? "") ||
    compareText(a.transport ?? "", b.transport ?? "") ||
    compareNumbers(a.port, b.port)
  );
}
