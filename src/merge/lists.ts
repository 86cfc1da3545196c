/** Lists of names and labels, each kept once: the runs of a workload say the same things over and over. */

/** Ends each part of a key; validated names and labels cannot hold it. */
const END = " ";

export class Lists {
  readonly #ids = new Map<string, number>([["", 0]]);
  readonly #lists: (readonly string[])[] = [[]];

  idOf(list: readonly string[]): number {
    if (list.length === 0) return 0;
    const key = `${list.join(END)}${END}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#lists.length;
    this.#ids.set(key, id);
    this.#lists.push([...list]);
    return id;
  }

  at(id: number): readonly string[] {
    return this.#lists[id] ?? [];
  }
}
