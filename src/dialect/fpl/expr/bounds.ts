/** The limits the engine puts on a condition before it compiles it. */

const MAX_CHARS = 1024;
const MAX_CALLS = 32;
const MAX_OPERATORS = 96;
const MAX_DEPTH = 16;

/** What is wrong with the size of the condition, or null. Brackets and operators inside strings count too. */
export function boundsProblem(text: string): string | null {
  // The engine counts characters, a string counts code units: at most twice as many.
  if (text.length > 2 * MAX_CHARS || Array.from(text).length > MAX_CHARS) return `longer than ${MAX_CHARS} characters`;
  const calls = count(text, /\b[A-Za-z_][A-Za-z0-9_]*[\t\n\f\r ]*\(/g);
  const methods = count(text, /\b[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*[\t\n\f\r ]*\(/g);
  if (calls + methods > MAX_CALLS) return `more than ${MAX_CALLS} calls`;
  if (count(text, /&&|\|\||==|!=|<=|>=|[<>+\-*/%]/g) > MAX_OPERATORS) return `more than ${MAX_OPERATORS} operators`;
  return depthProblem(text);
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function depthProblem(text: string): string | null {
  let [depth, deepest] = [0, 0];
  for (const char of text) {
    if ("([{".includes(char)) deepest = Math.max(deepest, ++depth);
    else if (")]}".includes(char)) depth--;
    if (depth < 0) return "a closing bracket without its opening one (brackets inside strings count)";
  }
  if (depth !== 0) return "an opening bracket without its closing one (brackets inside strings count)";
  return deepest > MAX_DEPTH ? `nested deeper than ${MAX_DEPTH}` : null;
}
