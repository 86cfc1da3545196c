/** One family's prefixes and the tags of each, made when first asked for and then kept. */
import { type Family, fromGroups, fromV4 } from "../../model/address.ts";
import type { PrefixTag } from "../../model/annotation.ts";
import type { Prefix } from "../../model/prefix.ts";
import type { Label, RankedLabels } from "./labels.ts";
import { type PrefixRows, ROW } from "./prefix-rows.ts";
import { GROUPS } from "./scanner.ts";
import { flatten, type Tree } from "./segments.ts";

export const NO_TAGS: readonly PrefixTag[] = Object.freeze([]);

export class TagTable {
  private readonly family: Family;
  private readonly prefixes: PrefixRows;
  private readonly labels: RankedLabels;
  private readonly tree: Tree;
  private readonly tags: (readonly PrefixTag[] | undefined)[];

  constructor(family: Family, prefixes: PrefixRows, labels: RankedLabels) {
    this.family = family;
    this.prefixes = prefixes;
    this.labels = labels;
    this.tree = flatten(prefixes, family);
    this.tags = Array<undefined>(this.tree.nodes).fill(undefined);
  }

  /** All tags that cover the address, narrowest first: the same frozen array whenever the same prefix is the narrowest. */
  lookup(address: Uint16Array): readonly PrefixTag[] {
    const node = this.tree.table.find(address);
    return node < 0 ? NO_TAGS : (this.tags[node] ?? this.make(node));
  }

  /** Every prefix with such a label, in order. */
  listOf(isWanted: (label: Label) => boolean): Prefix[] {
    const { rows, firstRow, nodes } = this.tree;
    const wanted = this.labels.byRank.map(isWanted);
    const found: Prefix[] = [];
    for (let node = 0; node < nodes; node++) {
      for (let place = firstRow[node] ?? 0; place < (firstRow[node + 1] ?? 0); place++) {
        const row = rows[place] ?? 0;
        if (wanted[this.labels.rankOf[this.prefixes.labels[row] ?? 0] ?? 0] !== true) continue;
        found.push(this.prefixOf(row));
        break;
      }
    }
    return found;
  }

  private make(node: number): readonly PrefixTag[] {
    const { rows, firstRow, parent } = this.tree;
    const members = rows.subarray(firstRow[node], firstRow[node + 1]);
    const prefix = this.prefixOf(members[0] ?? 0);
    const ranks = new Set([...members].map((row) => this.labels.rankOf[this.prefixes.labels[row] ?? 0] ?? 0));
    const own = [...ranks].sort((a, b) => a - b).flatMap((rank) => this.tagOf(rank, prefix));
    const wider = parent[node] ?? -1;
    const tags = Object.freeze([...own, ...(wider < 0 ? NO_TAGS : (this.tags[wider] ?? this.make(wider)))]);
    this.tags[node] = tags;
    return tags;
  }

  private tagOf(rank: number, prefix: Prefix): PrefixTag[] {
    const label = this.labels.byRank[rank];
    return label === undefined ? [] : [Object.freeze({ ...label, prefix })];
  }

  private prefixOf(row: number): Prefix {
    const { keys } = this.prefixes;
    const [...groups] = keys.subarray(row * ROW, row * ROW + GROUPS);
    const address = this.family === 4 ? fromV4(((groups[0] ?? 0) << 16) | (groups[1] ?? 0)) : fromGroups(groups);
    return `${address}/${keys[row * ROW + GROUPS]}` as Prefix;
  }
}
