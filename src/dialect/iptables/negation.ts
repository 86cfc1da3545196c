/** The options that iptables takes no `!` before: a rule with one there is none that it would load. */

const TAKE_NONE: ReadonlySet<string> = new Set([
  "-j",
  "--jump",
  "-g",
  "--goto",
  "-m",
  "--match",
  "-c",
  "--set-counters",
  "--comment",
  "--limit",
  "--limit-burst",
  "--datestart",
  "--datestop",
  "--timestart",
  "--timestop",
  "--contiguous",
  "--kerneltz",
  "--utc",
  "--reject-with",
  "--log-level",
  "--log-prefix",
  "--set-mark",
  "--set-xmark",
]);

export const takesNegation = (flag: string): boolean => !TAKE_NONE.has(flag);
