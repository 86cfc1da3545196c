/** The first reading: which flows of a run are meant, so that the second one need note only their packets. */
import type { Address } from "../../model/address.ts";
import type { DnsAnswer, Flow, RunSink } from "../../model/flow.ts";
import type { Attribution } from "../accumulate.ts";
import { NearMisses } from "./near.ts";
import { isAbout, type Question } from "./question.ts";
import { watched } from "./watch.ts";

/** Flows explained for one question in one run; more than these nobody reads, and each one needs memory. */
export const MAX_EXPLAINED = 100;

/** What the first reading of one run found. */
export interface Found {
  /** For the packets to be traced. */
  readonly flows: Pick<Flow, "transport" | "originator" | "responder">[];
  /** For the answers to be kept. */
  readonly addresses: Set<Address>;
}

/** One question over all runs. */
export class Inquiry {
  readonly question: Question;
  readonly near: NearMisses;
  flows = 0;

  constructor(question: Question) {
    this.question = question;
    this.near = new NearMisses(question);
  }
}

/** A sink for one run's first reading, which fills `found` and counts into the inquiries. */
export function search(run: string, inquiries: readonly Inquiry[], found: Found): RunSink {
  const inRun = new Map(inquiries.map((inquiry) => [inquiry, 0]));
  const meet = (inquiry: Inquiry, flow: Flow, to: readonly Attribution[]): void => {
    if (!isAbout(inquiry.question, flow, to)) {
      inquiry.near.flow(run, flow, to);
      return;
    }
    inquiry.flows++;
    const count = inRun.get(inquiry) ?? 0;
    inRun.set(inquiry, count + 1);
    if (count >= MAX_EXPLAINED) return;
    const { transport, originator, responder } = flow;
    found.flows.push({ transport, originator, responder });
    if (responder.address !== null) found.addresses.add(responder.address);
  };
  return watched(run, run, {
    flow(flow, to) {
      for (const inquiry of inquiries) meet(inquiry, flow, to);
    },
    answer(answer: DnsAnswer) {
      for (const inquiry of inquiries) inquiry.near.answer(run, answer);
    },
    close: () => {},
  });
}
