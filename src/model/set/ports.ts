/** Sets of ports; a transport without ports has the one port 0. */
import { combine, cover, type Operation, passed, samePoints } from "./toggles.ts";

/** Inclusive on both ends. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const next = (port: number): number => port + 1;

export class Ports {
  static readonly NONE: Ports = new Ports([]);
  static readonly ALL: Ports = new Ports([0, 65_536]);
  /** What a transport without ports has. */
  static readonly ONE: Ports = new Ports([0, 1]);

  readonly #toggles: readonly number[];

  private constructor(toggles: readonly number[]) {
    this.#toggles = toggles;
  }

  /** The union of the ranges, in any order, overlapping or not. */
  static of(ranges: readonly PortRange[]): Ports {
    const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
    const toggles: number[] = [];
    cover(ascending(ranges.map(({ first }) => first)), ascending(ranges.map(({ last }) => last)), next, toggles);
    return new Ports(toggles);
  }

  combine(operation: Operation, other: Ports): Ports {
    const toggles: number[] = [];
    combine(this.#toggles, other.#toggles, operation, toggles);
    return toggles.length === 0 ? Ports.NONE : new Ports(toggles);
  }

  get isEmpty(): boolean {
    return this.#toggles.length === 0;
  }

  get size(): number {
    return this.ranges().reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  has(port: number): boolean {
    return passed(this.#toggles, port) % 2 === 1;
  }

  equals(other: Ports): boolean {
    return this === other || samePoints(this.#toggles, other.#toggles);
  }

  /** Disjoint, in order, with a gap between any two. */
  ranges(): PortRange[] {
    const ranges: PortRange[] = [];
    for (let i = 0; i + 1 < this.#toggles.length; i += 2) {
      ranges.push({ first: this.#toggles[i] ?? 0, last: (this.#toggles[i + 1] ?? 0) - 1 });
    }
    return ranges;
  }
}
