/** Input, policy or option that cannot be used: prose for the user and exit 2, never a stack trace. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A place in somebody's file, printed the way editors and compilers link it. */
export function at(file: string, line: number, column?: number): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}
