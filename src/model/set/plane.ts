/** Sets over addresses x ports of one family and transport: for each stretch of addresses the ports that belong. */
import type { Family } from "../address.ts";
import { widthOf } from "../prefix.ts";
import { Ports } from "./ports.ts";
import { type Operation, passed, type Point } from "./toggles.ts";

/** Addresses `first` to `last` with one set of ports. */
export interface Stretch {
  readonly first: bigint;
  readonly last: bigint;
  readonly ports: Ports;
}

/** Canonical: neighbouring stretches differ, so equal sets have equal stretches. */
export class Plane {
  readonly family: Family;
  readonly #starts: Point[] = [];
  /** What belongs from the start of the same index up to the next start; before the first start, nothing does. */
  readonly #ports: Ports[] = [];

  constructor(family: Family) {
    this.family = family;
  }

  /** Says what belongs from here on; starts ascend. */
  append(start: Point, ports: Ports): void {
    const last = this.#ports.at(-1) ?? Ports.NONE;
    if (!last.equals(ports)) {
      this.#starts.push(start);
      this.#ports.push(ports);
    }
  }

  combine(operation: Operation, other: Plane): Plane {
    const result = new Plane(this.family);
    const operate = memoised(operation);
    let [i, j] = [0, 0];
    while (i < this.#starts.length || j < other.#starts.length) {
      const [x, y] = [this.#starts[i], other.#starts[j]];
      const at = y === undefined || (x !== undefined && x <= y) ? x : y;
      if (at === undefined) break;
      if (x === at) i++;
      if (y === at) j++;
      result.append(at, operate(this.#ports[i - 1] ?? Ports.NONE, other.#ports[j - 1] ?? Ports.NONE));
    }
    return result;
  }

  get isEmpty(): boolean {
    return this.#starts.length === 0;
  }

  has(address: bigint, port: number): boolean {
    const at: Point = this.family === 4 ? Number(address) : address;
    return (this.#ports[passed(this.#starts, at) - 1] ?? Ports.NONE).has(port);
  }

  /** The stretches that have ports at all, in order. */
  *stretches(): Generator<Stretch> {
    for (const [i, start] of this.#starts.entries()) {
      const ports = this.#ports[i] ?? Ports.NONE;
      const end = this.#starts[i + 1] ?? 1n << BigInt(widthOf(this.family));
      if (!ports.isEmpty) yield { first: BigInt(start), last: BigInt(end) - 1n, ports };
    }
  }
}

/** Few different sets of ports meet, and they meet often. */
function memoised(operation: Operation): (a: Ports, b: Ports) => Ports {
  const known = new Map<Ports, Map<Ports, Ports>>();
  return (a, b) => {
    const row = known.get(a) ?? new Map<Ports, Ports>();
    const result = row.get(b) ?? a.combine(operation, b);
    known.set(a, row);
    row.set(b, result);
    return result;
  };
}
