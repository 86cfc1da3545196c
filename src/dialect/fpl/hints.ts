/** What is taught or guessed and the engine refuses: what to write instead, for the end of the message. */

const IN_STRINGS_ONLY = 'only a string may hold it: when args.path == "..."';

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["\\", "a rule goes on in the next line by itself"],
  [";", "rules need nothing between them"],
  ["@", "FPL has no annotations"],
  ["%", "it must touch what stands before it: args.x%2"],
  ["-", "it must touch a digit: args.x -1"],
  ["?", IN_STRINGS_ONLY],
  ["~", IN_STRINGS_ONLY],
  ["\ufeff", "save the file without a byte order mark"],
]);

export function hintOnCharacter(char: string): string {
  const beyondAscii = char > "\x7f" ? "only strings and comments may hold it; a host has a form in xn--" : undefined;
  return hint(CHARACTERS.get(char) ?? beyondAscii);
}

const NO_EXPIRY = 'FPL has no expiry: write when now() < date("2027-01-31")';
const NO_AUDIT = "FPL has no effect that only records";

const WORDS: ReadonlyMap<string, string> = new Map([
  ["if", "FPL has no if: write when"],
  ["audit", NO_AUDIT],
  ["audit_log", NO_AUDIT],
  ["expires", NO_EXPIRY],
  ["until", NO_EXPIRY],
  ["ttl", NO_EXPIRY],
  ["=", "leave it out"],
]);

export const hintOnWord = (word: string): string => hint(WORDS.get(word));

const CONDITIONS: readonly (readonly [problem: RegExp, instead: string])[] = [
  [/^(unexpected end$|an opening bracket)/, "a bare host or path begins a clause: write args.host"],
  [/^invalid char escape/, "write [.] for a dot, or two backslashes"],
  [/repetition operator$/, "matches takes a regular expression: [.]x[.]com$ for *.x.com"],
  [/^unexpected operator "="$/, "write =="],
  [/^unexpected operator "!"$/, "!= needs a space before it"],
];

export const hintOnCondition = (problem: string): string =>
  hint(CONDITIONS.find(([pattern]) => pattern.test(problem))?.[1]);

/** What was most likely meant by words in a port. */
export function hintOnPort(text: string): string {
  if (/^([=!<>]=|[<>]|in|not) /.test(text)) return hint("a bare port begins a clause: write args.port");
  const field = / ([a-z_]{1,40}) :/.exec(text)?.[1];
  return hint(field && `FPL has no field ${field}`);
}

const hint = (text: string | undefined): string => (text ? ` (${text})` : "");
