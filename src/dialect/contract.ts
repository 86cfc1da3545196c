/** What every dialect offers: printing a candidate, parsing what is in force, and lowering that to a Layer. */
import type { Family } from "../model/address.ts";
import type { Candidate, NotExpressed } from "../model/candidate.ts";
import { at, InputError } from "../model/error.ts";
import type { Instant } from "../model/instant.ts";
import type { Prefix } from "../model/prefix.ts";

/** Where a packet filter stands: before the host's own traffic, or before what it forwards for containers. */
export interface PrintOptions {
  readonly hook: "output" | "forward";
  /** With `forward`: only traffic from these sources or this interface is judged; the rest is left alone. */
  readonly source: Prefix | null;
  readonly interface: string | null;
  /** Also a form that counts and logs what would be refused, and lets it pass. */
  readonly audit?: boolean;
  /** iptables: files that replace the whole filter table, instead of adding a chain to it. */
  readonly wholeTable?: boolean;
}

/** Who asks, where rules tell: what is null is not known, and answers that depend on it are neither yes nor no. */
export interface Asker {
  readonly uid: number | null;
  readonly outInterface: string | null;
}

/** One file of a target, and what could not be said in it. */
export interface Printed {
  readonly text: string;
  readonly notExpressed: readonly NotExpressed[];
}

export type Print = (candidate: Candidate, now: Instant, options: PrintOptions) => Printed;

/** A policy file as it was given: the path for messages, and its text. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
  /** How the files it includes are found; without it no include is followed. */
  readonly include?: Include;
  /** The zone its loader or lister had, where somebody said so; quoted dates mean something only with it. */
  readonly zone?: Zone;
  /** iptables: the family of its rules, where somebody said so; the name of a file that tells it wins. */
  readonly family?: Family;
}

/** The files an include names, in the order they are read; null where it is not followed. */
export type Include = (path: string) => readonly PolicyFile[] | null;

/** Seconds that local time is ahead of UTC, at a second since 1970 UTC. */
export type Zone = (seconds: number) => number;

/** A policy its own system would refuse: file, line, column, what stood there and what was expected. */
export class PolicySyntaxError extends InputError {
  constructor(file: string, line: number, column: number, problem: string) {
    super(`${at(file, line, column)}: ${problem}`);
  }
}
