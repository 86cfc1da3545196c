/** What the aliases of a YAML document stand for, each found once, and how far the document grows by them. */
import { type Alias, type Document, isAlias, isCollection, isPair, isScalar, type Node } from "yaml";

const MAX_DEPTH = 200;
/** Nodes that aliases may add: a few lines of them can stand for billions. */
const MAX_GROWTH = 200_000;

export type Targets = ReadonlyMap<Alias, Node>;

export interface Unusable {
  readonly node: Node;
  readonly expected: string;
}

interface Extent {
  readonly size: number;
  readonly depth: number;
}

/** Targets by alias, or the first place where the document cannot be walked to its end. */
export function targetsOf(document: Document): Targets | Unusable {
  const walk = new Walk();
  walk.measure(document.contents, 0);
  return walk.unusable ?? walk.targets;
}

class Walk {
  readonly targets = new Map<Alias, Node>();
  /** An anchor may be set again; an alias means the last one before it. */
  readonly #anchors = new Map<string, Node>();
  /** An anchor that is known and not yet measured is still open: it would hold itself. */
  readonly #measured = new Map<Node, Extent>();
  #growth = 0;
  unusable: Unusable | null = null;

  measure(item: unknown, above: number): Extent {
    if (this.unusable !== null) return { size: 0, depth: 0 };
    if (isPair(item)) return this.#together([item.key, item.value], above);
    if (isAlias(item)) return this.#alias(item, above);
    if (!isScalar(item) && !isCollection(item)) return { size: 0, depth: 0 };
    if (item.anchor !== undefined) this.#anchors.set(item.anchor, item);
    if (above > MAX_DEPTH) this.#refuse(item, "less nesting");
    const inside = this.#together(isCollection(item) ? item.items : [], above + 1);
    const extent = { size: inside.size + 1, depth: inside.depth + 1 };
    if (item.anchor !== undefined) this.#measured.set(item, extent);
    return extent;
  }

  #alias(alias: Alias, above: number): Extent {
    const target = this.#anchors.get(alias.source);
    const extent = target && this.#measured.get(target);
    if (target === undefined) this.#refuse(alias, `an anchor &${alias.source} before it`);
    else if (extent === undefined) this.#refuse(alias, "an anchor that does not hold itself");
    if (target === undefined || extent === undefined) return { size: 0, depth: 0 };
    this.targets.set(alias, target);
    this.#growth += extent.size;
    if (this.#growth > MAX_GROWTH) this.#refuse(alias, "aliases that stand for less");
    if (above + extent.depth > MAX_DEPTH) this.#refuse(alias, "less nesting");
    return extent;
  }

  #together(items: readonly unknown[], above: number): Extent {
    let [size, depth] = [0, 0];
    for (const item of items) {
      const extent = this.measure(item, above);
      size += extent.size;
      depth = Math.max(depth, extent.depth);
    }
    return { size, depth };
  }

  #refuse(node: Node, expected: string): void {
    this.unusable ??= { node, expected };
  }
}
