import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Judge } from "../../../../src/dialect/packet/judge.ts";
import { FROM_HOST, packetOf } from "../../../../src/dialect/packet/packet.ts";
import { compareJudges } from "../../../../src/dialect/packet/region/compare.ts";
import { regionOf } from "../../../../src/dialect/packet/region/region.ts";
import { fromBigInt } from "../../../../src/model/address.ts";
import { SECOND } from "../../../../src/model/instant.ts";
import type { Decision, Question } from "../../../../src/model/policy.ts";
import { sides } from "../../../../src/model/set/destinations.ts";
import { addressesAround, NOW_SECONDS, portsAround, PROGRAM, VERSIONS } from "./programs.ts";

const NOW = Number(NOW_SECONDS) * SECOND;

const QUESTIONS: readonly Question[] = sides()
  .filter(([, transport]) => transport !== "sctp" && transport !== "udp")
  .flatMap(([family, transport]) =>
    addressesAround().flatMap((address) =>
      (transport === "tcp" ? portsAround() : [null]).map((port) => ({
        transport,
        address: fromBigInt(address, family),
        name: null,
        port,
      })),
    ),
  );

function decide(judge: Judge, question: Question): Decision {
  const packet = packetOf(question, NOW, judge.context);
  if (packet === null) throw new Error("every question has an address");
  const { verdict, rule, reason, within } = judge.judge(packet);
  return { verdict, rule, reason, ...(within !== undefined && { within }) };
}

const pair = (before: Decision, after: Decision): string =>
  [before, after].map(({ verdict, rule, reason, within }) => [verdict, rule ?? reason, within].join(" ")).join(" > ");

describe("two policies compared", () => {
  it("differ exactly where deciding says so, by the rules and limits it names, and each witness shows its difference", () => {
    fc.assert(
      fc.property(VERSIONS, ([one, other]) => {
        const [before, after] = [new Judge(one, FROM_HOST), new Judge(other, FROM_HOST)];
        const { differences } = compareJudges(before, after, NOW);
        const told = new Set(differences.map((difference) => pair(difference.before, difference.after)));
        for (const { witness, before: was, after: is } of differences) {
          expect([decide(before, witness), decide(after, witness)]).toEqual([was, is]);
        }
        for (const question of QUESTIONS) {
          const [was, is] = [decide(before, question), decide(after, question)];
          if (was.verdict !== is.verdict || was.within !== is.within) expect(told).toContain(pair(was, is));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("open and shut as many destinations as the difference of their sets holds", () => {
    fc.assert(
      fc.property(VERSIONS, ([one, other]) => {
        const [before, after] = [new Judge(one, FROM_HOST), new Judge(other, FROM_HOST)];
        const [was, is] = [regionOf(before, NOW), regionOf(after, NOW)];
        const { differences } = compareJudges(before, after, NOW);
        const sum = (from: string, to: string): bigint =>
          differences
            .filter((each) => each.before.verdict === from && each.after.verdict === to)
            .reduce((total, { destinations }) => total + (destinations ?? 0n), 0n);
        expect(sum("deny", "permit")).toBe(is.permitted.combine("difference", was.possible).size);
        expect(sum("permit", "deny")).toBe(was.permitted.combine("difference", is.possible).size);
      }),
      { numRuns: 60 },
    );
  });

  it("a policy does not differ from itself, whatever of it cannot be told", () => {
    fc.assert(
      fc.property(PROGRAM, (program) => {
        const { differences, exact } = compareJudges(new Judge(program, FROM_HOST), new Judge(program, FROM_HOST), NOW);
        expect([differences, exact]).toEqual([[], true]);
      }),
      { numRuns: 60 },
    );
  });

  it("a rule called idle decides no destination", () => {
    fc.assert(
      fc.property(PROGRAM, (program) => {
        const judge = new Judge(program, FROM_HOST);
        const { idle } = compareJudges(judge, judge, NOW);
        const decided = new Set(QUESTIONS.map((question) => decide(judge, question).rule));
        expect(idle.after.filter(({ rule }) => decided.has(rule.place))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("says up to where it came when its budget was spent, and claims nothing beyond", () => {
    fc.assert(
      fc.property(VERSIONS, ([one, other]) => {
        const [before, after] = [new Judge(one, FROM_HOST), new Judge(other, FROM_HOST)];
        const whole = compareJudges(before, after, NOW);
        const part = compareJudges(before, after, NOW, 50);
        if (part.notes.length === 0) return;
        expect(part.exact).toBe(false);
        const known = new Set(whole.differences.map((each) => pair(each.before, each.after)));
        for (const each of part.differences) expect(known).toContain(pair(each.before, each.after));
      }),
      { numRuns: 40 },
    );
  });
});
