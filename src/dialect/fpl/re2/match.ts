/** Matching by walking all states at once (Thompson, Pike): time is at most states times characters. */
import { type Assertion, type Range, type Regex, UnsupportedRegex } from "./node.ts";

type Instruction =
  | { readonly kind: "char"; readonly ranges: readonly Range[] }
  | { readonly kind: "assert"; readonly what: Assertion }
  /** Goes on at every target. */
  | { readonly kind: "fork"; targets: readonly number[] }
  | { readonly kind: "match" };

/** Counted repeats are written out, so a small pattern can be a large program. */
const MAX_INSTRUCTIONS = 20_000;
const MAX_STEPS = 50_000_000;

export type Program = readonly Instruction[];

/** @throws UnsupportedRegex when the program would be too large. */
export function compileRegex(regex: Regex): Program {
  const program: Instruction[] = [];
  emit(regex, program);
  program.push({ kind: "match" });
  return program;
}

function emit(regex: Regex, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS) throw new UnsupportedRegex("too many repeats");
  switch (regex.kind) {
    case "empty":
      return;
    case "char":
      program.push({ kind: "char", ranges: regex.ranges });
      return;
    case "assert":
      program.push({ kind: "assert", what: regex.what });
      return;
    case "concat":
      for (const part of regex.parts) emit(part, program);
      return;
    case "alternate":
      emitAlternate(regex.parts, program);
      return;
    case "repeat":
      emitRepeat(regex.body, regex.min, regex.max, program);
      return;
  }
}

function fork(program: Instruction[]): { kind: "fork"; targets: readonly number[] } {
  const instruction = { kind: "fork" as const, targets: [] as readonly number[] };
  program.push(instruction);
  return instruction;
}

function emitAlternate(parts: readonly Regex[], program: Instruction[]): void {
  const choice = fork(program);
  const starts: number[] = [];
  const ends = parts.map((part) => {
    starts.push(program.length);
    emit(part, program);
    return fork(program);
  });
  choice.targets = starts;
  for (const end of ends) end.targets = [program.length];
}

function emitRepeat(body: Regex, min: number, max: number | null, program: Instruction[]): void {
  for (let i = 0; i < min; i++) emit(body, program);
  if (max === null) {
    const loop = program.length;
    const choice = fork(program);
    emit(body, program);
    fork(program).targets = [loop];
    choice.targets = [loop + 1, program.length];
    return;
  }
  const exits = [];
  for (let i = min; i < max; i++) {
    const start = program.length;
    exits.push({ choice: fork(program), start });
    emit(body, program);
  }
  for (const { choice, start } of exits) choice.targets = [start + 1, program.length];
}

/** Whether the pattern matches anywhere in the text, as `matches` asks; null when that would take too long. */
export function matchesAnywhere(program: Program, text: string): boolean | null {
  const points = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  if (points.length * program.length > MAX_STEPS) return null;
  let current = new Set<number>();
  for (let at = 0; at <= points.length; at++) {
    follow(program, 0, points, at, current);
    if (current.has(program.length - 1)) return true;
    const next = new Set<number>();
    const point = points[at];
    if (point !== undefined) {
      for (const index of current) {
        const instruction = program[index];
        if (instruction?.kind === "char" && holds(instruction.ranges, point)) {
          follow(program, index + 1, points, at + 1, next);
        }
      }
    }
    current = next;
  }
  return false;
}

/** Adds a state and all it reaches without reading a character. */
export function follow(
  program: Program,
  start: number,
  points: readonly number[],
  at: number,
  states: Set<number>,
): void {
  const stack = [start];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    if (states.has(index)) continue;
    states.add(index);
    const instruction = program[index];
    if (instruction?.kind === "fork") stack.push(...instruction.targets);
    if (instruction?.kind === "assert" && asserts(instruction.what, points, at)) stack.push(index + 1);
  }
}

export const holds = (ranges: readonly Range[], point: number): boolean =>
  ranges.some(([low, high]) => low <= point && point <= high);

function asserts(what: Assertion, points: readonly number[], at: number): boolean {
  switch (what) {
    case "text-start":
      return at === 0;
    case "text-end":
      return at === points.length;
    case "line-start":
      return at === 0 || points[at - 1] === 0x0a;
    case "line-end":
      return at === points.length || points[at] === 0x0a;
    case "word":
      return isWord(points[at - 1]) !== isWord(points[at]);
    case "not-word":
    default:
      return isWord(points[at - 1]) === isWord(points[at]);
  }
}

const isWord = (point: number | undefined): boolean => point !== undefined && /^\w$/.test(String.fromCodePoint(point));
