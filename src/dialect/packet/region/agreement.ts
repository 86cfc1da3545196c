/** Whether two policies that cannot tell what becomes of a packet agree on it all the same, whatever is not known of it. */
import { casesOf } from "../cases.ts";
import type { Judge, Ruling } from "../judge.ts";

/** Rules looked at again, case by case; policies that need more are not found to agree, which their differences say. */
const MOST_WORK = 1 << 24;

export class Agreement {
  readonly #before: Judge;
  readonly #after: Judge;
  #work = 0;
  /** Segments of addresses share their rulings, and are as many as policies have prefixes. */
  readonly #known = new WeakMap<Ruling, Map<Ruling, boolean>>();

  constructor(before: Judge, after: Judge) {
    this.#before = before;
    this.#after = after;
  }

  /** Both are on one packet. */
  always(before: Ruling, after: Ruling): boolean {
    const known = this.#known.get(before) ?? new Map<Ruling, boolean>();
    this.#known.set(before, known);
    const answer = known.get(after) ?? this.#compare(before, after);
    known.set(after, answer);
    return answer;
  }

  #compare(before: Ruling, after: Ruling): boolean {
    // They are asked from one place, but of its addresses one judge may have taken the first for all, as its rules do.
    const wider = before.packet.facts.saddr === null ? this.#before : this.#after;
    const { packet: asked } = wider === this.#before ? before : after;
    const steps = [...before.steps, ...after.steps];
    const cases = casesOf(asked, steps, wider.context);
    this.#work += steps.length * (cases?.length ?? 1);
    if (cases === null || this.#work > MOST_WORK) return false;
    return cases.every((packet) => {
      const [was, is] = [this.#before.again(packet, before), this.#after.again(packet, after)];
      return was.verdict !== "unknown" && was.verdict === is.verdict && was.within === is.within;
    });
  }
}
