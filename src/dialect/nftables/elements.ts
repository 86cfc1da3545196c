/** Elements put into sets and taken out again, as nft does it. */
import { PolicySyntaxError } from "../contract.ts";
import { canonicalKey } from "./key.ts";
import type { SetState } from "./state.ts";
import { shown } from "./token.ts";
import type { Element, Value } from "./tree.ts";
import { printValue } from "./write.ts";

/** nft takes no spans into a set that was declared without them. */
export function addElements(set: SetState, elements: readonly Element[]): void {
  const spans = set.type === null || set.flags.has("interval");
  for (const element of elements) {
    const span = spans ? undefined : partsOf(element.key).find(({ kind }) => kind === "range" || kind === "prefix");
    if (span !== undefined) {
      const { file, line, column } = span.at;
      const said = `set ${shown(set.name)} has no "flags interval" for ${shown(printValue(span))}`;
      throw new PolicySyntaxError(file, line, column, said);
    }
    const { timeout } = element;
    if (timeout !== null && set.type !== null && !set.timeout && !set.flags.has("timeout") && /[1-9]/.test(timeout)) {
      const { file, line, column } = element.key.at;
      throw new PolicySyntaxError(
        file,
        line,
        column,
        `set ${shown(set.name)} has no "flags timeout" for timeout ${timeout}`,
      );
    }
    set.elements.push(element);
  }
}

const partsOf = (key: Value): readonly Value[] => (key.kind === "concat" ? key.parts : [key]);

/**
 * What one file adds to a set of intervals and takes out again, nft 1.0.6 leaves in; a part of an interval, versions with
 * `auto-merge` take out and others refuse to.
 */
export function removeElements(set: SetState, elements: readonly Element[]): void {
  const gone = new Set(elements.map(({ key }) => canonicalKey(key)));
  const found = new Set<string>();
  const staying: Element[] = [];
  let [loaded, here] = [0, false];
  for (const [i, element] of set.elements.entries()) {
    const key = canonicalKey(element.key);
    const earlier = i < set.loaded;
    if (gone.has(key)) {
      found.add(key);
      here ||= !earlier;
    } else {
      staying.push(element);
      if (earlier) loaded++;
    }
  }
  const intervals = set.flags.has("interval") && set.type?.key.includes(".") !== true;
  if (intervals && (here || found.size < gone.size)) set.leftovers = true;
  [set.elements, set.loaded] = [staying, loaded];
}
