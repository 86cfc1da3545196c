/** One line of CSV (RFC 4180) as its fields; a field that runs over several lines is none of a list of prefixes. */

/** Null when a quote stands where none may. */
export function csvFields(line: string): string[] | null {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const match = /^\s*"((?:[^"]|"")*)"\s*(,|$)/.exec(rest) ?? /^([^",]*)(,|$)/.exec(rest);
    if (match === null) return null;
    fields.push((match[1] ?? "").replaceAll('""', '"'));
    if (match[2] === "") return fields;
    rest = rest.slice(match[0].length);
  }
}
