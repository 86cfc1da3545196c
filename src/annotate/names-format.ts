/** Published names in our own text form: a head line, then under each `@service ports` line its names, one a line. */
import { at, InputError } from "../model/error.ts";
import { compareNames, parsePattern, parsePorts, type PublishedName } from "./published-name.ts";

const NAMES_SCHEMA = "sallyport/names/v1";

interface Titled {
  readonly provider: string;
  readonly version: string;
}

/** The same names give the same bytes, whatever their order and however often one is repeated. */
export function printNames({ provider, version }: Titled, names: readonly PublishedName[]): string {
  const lines = [headLine({ provider, version })];
  let [group, name] = ["", ""];
  for (const { pattern, service, ports } of [...names].sort(compareNames)) {
    const head = [`@${service}`, ...ports].join(" ");
    if (head !== group) lines.push(head);
    if (head !== group || pattern !== name) lines.push(pattern);
    [group, name] = [head, pattern];
  }
  return `${lines.join("\n")}\n`;
}

/** @throws InputError with file and line for anything that printNames does not print. */
export function parseNames(text: string, file: string, titled: Titled): PublishedName[] {
  const names: PublishedName[] = [];
  let group: Omit<PublishedName, "pattern"> | null = null;
  if (!text.endsWith("\n")) throw new InputError(`${file}: the last line has no end`);
  for (const [index, line] of text.slice(0, -1).split("\n").entries()) {
    const place = at(file, index + 1);
    if (index === 0) {
      if (line !== headLine(titled)) throw new InputError(`${place}: expected "${headLine(titled)}"`);
    } else if (line.startsWith("@")) {
      group = groupOf(line);
      if (group === null) throw new InputError(`${place}: expected "@service" and ports`);
    } else {
      if (group === null) throw new InputError(`${place}: a name before the first "@service" line`);
      if (parsePattern(line) !== line) throw new InputError(`${place}: expected a name`);
      names.push({ pattern: line, ...group });
    }
  }
  return names;
}

function headLine({ provider, version }: Titled): string {
  return `${NAMES_SCHEMA} ${provider} ${version}`;
}

function groupOf(line: string): Omit<PublishedName, "pattern"> | null {
  const [service = "", ...ports] = line.slice(1).split(" ");
  const known = ports.every((text) => {
    const [transport, numbers = ""] = text.split("/");
    return (transport === "tcp" || transport === "udp") && parsePorts(transport, numbers) === text;
  });
  return known && /^[A-Za-z0-9._/@:+=%-]+$/.test(service) ? { service, ports } : null;
}
