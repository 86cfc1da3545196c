/** The destinations that two lists have to be asked about: where both ask the same in the same order, they answer the same. */
import type { Address } from "../../model/address.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { Question } from "../../model/policy.ts";
import { entriesMetBy } from "./judge.ts";
import type { ListLayer } from "./layer.ts";
import type { Entry, Test } from "./list.ts";

export const MAX_QUESTIONS = 1_000_000;

export interface Host {
  readonly name: Fqdn | null;
  readonly text: string;
}

/** From `address` up to the next class of its family. */
export interface Span {
  readonly address: Address | null;
  readonly text: string;
  readonly size: bigint;
}

export interface Place {
  readonly host: Host;
  readonly span: Span;
}

export function placesToAsk(
  before: ListLayer,
  after: ListLayer,
  hosts: readonly Host[],
  spans: readonly Span[],
  notes: string[],
): Place[] {
  const sameDefault = before.list.otherwise === after.list.otherwise && before.list.otherwise !== "unknown";
  const forms = new Forms();
  const places: Place[] = [];
  let seen = 0;
  for (const host of hosts)
    for (const span of spans) {
      if (++seen > MAX_QUESTIONS) {
        notes.push(`too many names and addresses: compared up to ${host.text} ${span.text}`);
        return places;
      }
      const asked: Question = { transport: "tcp", address: span.address, name: host.name, port: null };
      const [was, is] = [entriesMetBy(before.list, asked), entriesMetBy(after.list, asked)];
      const same = sameDefault && was.length === is.length && was.every((entry, i) => forms.isSame(entry, is[i]));
      if (!same || !was.every(({ test }) => forms.isTold(test, asked))) places.push({ host, span });
    }
  return places;
}

/** What a test looks at that may not be known. */
interface Form {
  readonly text: string;
  readonly doubts: boolean;
  readonly names: boolean;
  readonly blocks: boolean;
}

/** Each test is looked through once, however many destinations meet it. */
class Forms {
  readonly #forms = new WeakMap<Test, Form>();
  /** Equal texts are kept as one, so that long ones are compared at once. */
  readonly #texts = new Map<string, string>();

  isSame(left: Entry, right: Entry | undefined): boolean {
    if (right === undefined || left.effect !== right.effect) return false;
    return this.#of(left.test).text === this.#of(right.test).text;
  }

  /** Whether it is always answered for a destination whose port is known. */
  isTold(test: Test, { name, address }: Question): boolean {
    const { doubts, names, blocks } = this.#of(test);
    return !doubts && (!names || name !== null) && (!blocks || address !== null);
  }

  #of(test: Test): Form {
    const known = this.#forms.get(test);
    if (known !== undefined) return known;
    const written = JSON.stringify(test);
    const text = this.#texts.get(written) ?? written;
    this.#texts.set(text, text);
    const holdsKind = (kind: Test["kind"]): boolean => text.includes(`"kind":"${kind}"`);
    const form = { text, doubts: holdsKind("doubt"), names: holdsKind("host"), blocks: holdsKind("block") };
    this.#forms.set(test, form);
    return form;
  }
}
