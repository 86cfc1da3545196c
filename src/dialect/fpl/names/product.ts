/** The classes into which patterns cut the names: all patterns are run side by side, and each reached class gets its shortest word. */
import { follow, holds, type Program } from "../re2/match.ts";

interface NameClass {
  /** Which of the patterns take every word of the class. */
  readonly takenBy: readonly boolean[];
  readonly word: string;
}

export interface Classes {
  readonly classes: readonly NameClass[];
  /** Whether no class can be missing. */
  readonly whole: boolean;
}

/** How far one pattern is: the places where it goes on with the next character, or the knowledge that it has matched. */
type Progress = readonly number[] | true;

interface State {
  readonly word: string;
  readonly progress: readonly Progress[];
}

/** Letters first, so that witnesses look like names. */
const NAME_LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz.0123456789-_:");
const MAX_WORK = 3_000_000;
const MAX_LENGTH = 253;

/**
 * Words that `shape` takes and `wanted` does not refuse; those it refuses are judged elsewhere. A refused word must not cost
 * its class, so a state is gone through `most` times.
 */
export function classesOf(
  shape: Program,
  patterns: readonly Program[],
  wanted: (word: string) => boolean,
  most: number,
  alphabet: readonly string[] = NAME_LETTERS,
): Classes {
  const programs = [shape, ...patterns];
  const letters = representatives(programs, alphabet);
  const classes = new Map<string, NameClass>();
  const refused = new Set<string>();
  const visits = new Map<string, number>();
  let exhausted = false;
  let work = 0;
  const queue: State[] = [{ word: "", progress: programs.map(() => [0]) }];
  for (const state of queue) {
    if ((work += programs.length * letters.length) > MAX_WORK) return { classes: [...classes.values()], whole: false };
    const last = state.word.at(-1);
    const takenBy = programs.map((program, i) => step(program, state.progress[i] ?? [], last, undefined) === true);
    if (takenBy[0] === true) {
      const key = takenBy.join();
      if (!classes.has(key)) {
        if (wanted(state.word)) classes.set(key, { takenBy: takenBy.slice(1), word: state.word });
        else refused.add(key);
      }
    }
    if (state.word.length >= MAX_LENGTH) continue;
    for (const letter of letters) {
      const progress = programs.map((program, i) => step(program, state.progress[i] ?? [], last, letter));
      if (progress[0] !== true && progress[0]?.every((place) => place === 0)) continue;
      const key = progress.map((p) => (p === true ? "!" : p.join())).join(";") + isWord(letter);
      const seen = visits.get(key) ?? 0;
      if (seen >= most) exhausted = true;
      else {
        visits.set(key, seen + 1);
        queue.push({ word: state.word + letter, progress });
      }
    }
  }
  return { classes: [...classes.values()], whole: !exhausted || [...refused].every((key) => classes.has(key)) };
}

const isWord = (letter: string): string => (/\w/.test(letter) ? "w" : "-");

/** One letter for all that no pattern tells apart. */
function representatives(programs: readonly Program[], alphabet: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const letter of alphabet) {
    const point = letter.charCodeAt(0);
    const tests = programs.flatMap((program) =>
      program.flatMap((i) => (i.kind === "char" ? [holds(i.ranges, point)] : [])),
    );
    const key = tests.map(Number).join("") + isWord(letter);
    if (!found.has(key)) found.set(key, letter);
  }
  return [...found.values()];
}

/** Reads one character, or the end; a pattern is looked for anywhere, so it may begin at each. */
function step(program: Program, progress: Progress, last: string | undefined, next: string | undefined): Progress {
  if (progress === true) return true;
  const points = [last, next].flatMap((char) => (char === undefined ? [] : [char.charCodeAt(0)]));
  const states = new Set<number>();
  for (const place of progress) follow(program, place, points, last === undefined ? 0 : 1, states);
  if (states.has(program.length - 1)) return true;
  const point = next?.charCodeAt(0);
  const places = new Set([0]);
  for (const place of states) {
    const instruction = program[place];
    if (point !== undefined && instruction?.kind === "char" && holds(instruction.ranges, point)) places.add(place + 1);
  }
  return [...places].sort((a, b) => a - b);
}
