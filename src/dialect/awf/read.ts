/** gh-aw-firewall: the file of `--allow-domains-file`, a proxy's list of domains on the two web ports. */
import { at } from "../../model/error.ts";
import { type PolicyFile, PolicySyntaxError } from "../contract.ts";
import { all, type Entry, type List, type ListReader, some, type Test } from "../lists/list.ts";
import { parsePattern, type Wildcards } from "../lists/pattern.ts";
import { safeProse } from "../packet/prose.ts";

/** A plain domain takes everything below it too; a star takes dots. */
export const AWF_WILDCARDS: Wildcards = {
  star: { depth: "any", apex: false },
  dot: null,
  plainIsBelow: true,
  inner: "crosses",
  lone: false,
};

export const AWF_PORTS: readonly number[] = [80, 443];

const WEB: Test = some(AWF_PORTS.map((port): Test => ({ kind: "service", transport: "tcp", first: port, last: port })));

function read(files: readonly PolicyFile[]): List {
  return { entries: files.flatMap(entriesOf), otherwise: "deny", notModelled: [] };
}

/** A comment is the reason of what stands beside it, or on the next line. */
function entriesOf(file: PolicyFile): Entry[] {
  let above: string | null = null;
  return file.text.split("\n").flatMap((raw, i) => {
    const hash = raw.indexOf("#");
    const listed = hash < 0 ? raw : raw.slice(0, hash);
    const comment = hash < 0 ? undefined : raw.slice(hash + 1).trim();
    const items = listed.split(",").flatMap((item) => item.trim() || []);
    const reason: string | null = comment === undefined ? above : safeProse(comment, 400);
    above = items.length === 0 && comment !== undefined ? reason : null;
    return items.map((item) => entryOf(item, file, i + 1, reason));
  });
}

function entryOf(item: string, { path }: PolicyFile, line: number, reason: string | null): Entry {
  const [, protocol, domain = ""] = /^(https?:\/\/)?(.*?)\.?\/?$/.exec(item) ?? [];
  const pattern = parsePattern(domain, AWF_WILDCARDS);
  if (pattern === null)
    throw new PolicySyntaxError(path, line, 1, `expected a domain instead of ${JSON.stringify(safeProse(item, 80))}`);
  const access: Test[] =
    protocol === undefined ? [] : [{ kind: "access", access: protocol === "https://" ? "connect" : "http" }];
  return { place: at(path, line), effect: "permit", test: all([{ kind: "host", pattern }, WEB, ...access]), reason };
}

export const awfReader: ListReader = { dialect: "awf", sees: "names", holdsReasons: true, governs: ["tcp"], read };

/** Nothing but domains, and at least one. */
export function sniffAwf(text: string): boolean {
  const items = text
    .slice(0, 65_536)
    .split("\n")
    .flatMap((line) => line.replace(/#[^]*$/, "").split(","))
    .map((item) => item.trim())
    .filter(Boolean);
  return items.length > 0 && items.every((item) => /^(https?:\/\/)?[A-Za-z0-9_*-]+(\.[A-Za-z0-9_*-]+)+\.?$/.test(item));
}
