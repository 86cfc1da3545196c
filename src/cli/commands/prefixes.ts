/** `sallyport prefixes`: the published lists, whose prefixes hold an address, and how to renew them. */
import type { PrefixTag } from "../../model/annotation.ts";
import { parseAddress } from "../../model/address.ts";
import { InputError } from "../../model/error.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { datedAt } from "../../annotate/snapshot.ts";
import type { Command, ExitCode } from "../command.ts";
import type { Context } from "../context.ts";
import { type Arguments, flag, list, nowOf, text } from "../options.ts";
import { ageInDays } from "../prefixes/age.ts";
import { FETCH_LIMITS } from "../prefixes/fetch.ts";
import { importList } from "../prefixes/import.ts";
import { PREFIX_OPTIONS, PublishedLists } from "../prefixes/lists.ts";
import { type Supply, updateLists } from "../prefixes/update.ts";

export const prefixesCommand: Command = {
  usage: "prefixes <action> [what...]",
  describe: "published prefix lists: list them, lookup an address or name, update them, import one of your own",
  options: {
    ...PREFIX_OPTIONS,
    into: { type: "string", requiresArg: true, describe: "update, import: the folder that lists are kept in" },
    mirror: { type: "string", requiresArg: true, describe: "update: fetch from here instead of the publishers" },
    from: { type: "string", requiresArg: true, describe: "update: read from this folder, and fetch nothing" },
    "accept-shrink": {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "update, import: take this list though it is less than half of what it was (repeat)",
    },
    format: {
      type: "string",
      choices: ["csv", "json", "text"],
      describe: "import: what the file is; text if not given",
    },
    published: { type: "string", requiresArg: true, describe: "import: the date the list is of" },
    items: { type: "string", requiresArg: true, describe: "import, JSON: where the list is, e.g. data.*.ranges" },
    column: { type: "string", requiresArg: true, describe: "import: the column or key of the prefix" },
    "service-column": { type: "string", requiresArg: true, describe: "import: the column or key of the service" },
    "region-column": { type: "string", requiresArg: true, describe: "import: the column or key of the region" },
  },
  async run(args, context): Promise<ExitCode> {
    const action = text(args, "action") ?? "nothing";
    switch (action) {
      case "list":
        printLists(args, context);
        return 0;
      case "lookup":
        printLookup(args, context);
        return 0;
      case "update":
        await update(args, context);
        return 0;
      case "import":
        importOwn(args, context);
        return 0;
      default:
        throw new InputError(`prefixes: expected list, lookup, update or import, not ${action}`);
    }
  },
};

function printLists(args: Arguments, { print }: Context): void {
  const { listed } = new PublishedLists(text(args, "prefixes"));
  if (flag(args, "json")) {
    print(
      `${JSON.stringify(
        listed.map(({ snapshot }) => snapshot),
        null,
        1,
      )}\n`,
    );
    return;
  }
  const now = nowOf(args);
  for (const { snapshot, isShipped } of listed) {
    const days = ageInDays(datedAt(snapshot), now);
    // A list without a date of its own is at most as old as what is known of it, when that is a lower bound.
    const atMost = snapshot.publishedAt === null && snapshot.fetchedAt === undefined ? "up to " : "";
    const age = days === null ? "of unknown age" : `${atMost}${days} ${days === 1 ? "day" : "days"} old`;
    const names = snapshot.names === undefined ? "" : `, ${snapshot.names.entries} names`;
    const fields = [snapshot.provider, snapshot.version, `${snapshot.entries} prefixes${names}`];
    print(`${[...fields, snapshot.publishedAt ?? "undated", age, isShipped ? "shipped" : "kept"].join("\t")}\n`);
  }
}

function printLookup(args: Arguments, { print }: Context): void {
  const [given = "", ...more] = list(args, "what");
  const [address, name] = [parseAddress(given), parseFqdn(given)];
  if (more.length > 0 || (address === null && name === null)) {
    throw new InputError(
      `prefixes lookup: expected an address or a name, not ${[given, ...more].join(" ") || "nothing"}`,
    );
  }
  const lists = new PublishedLists(text(args, "prefixes"));
  const json = flag(args, "json");
  if (address !== null) {
    const tags = lists.index().lookup(address);
    if (json) print(`${JSON.stringify({ address, tags }, null, 1)}\n`);
    else print(tags.length === 0 ? `${address}: in none of the lists\n` : tags.map(line).join(""));
  } else if (name !== null) {
    const found = namesFor(lists, name);
    if (json) print(`${JSON.stringify({ name, names: found }, null, 1)}\n`);
    else if (found.length === 0) print(`${name}: in none of the lists\n`);
    else for (const f of found) print(`${[f.pattern, f.provider, f.service, f.ports.join(" ") || "-"].join("\t")}\n`);
  }
}

/** The exact name before patterns, and the longer pattern before the shorter. */
function namesFor(
  lists: PublishedLists,
  name: Fqdn,
): { pattern: string; provider: string; service: string; ports: readonly string[] }[] {
  return lists
    .names()
    .flatMap(({ provider, names }) => names.map((published) => ({ ...published, provider })))
    .filter(({ pattern }) => pattern === name || (pattern.startsWith("*.") && name.endsWith(pattern.slice(1))))
    .map(({ pattern, provider, service, ports }) => ({ pattern, provider, service, ports }))
    .sort((a, b) => Number(b.pattern === name) - Number(a.pattern === name) || b.pattern.length - a.pattern.length);
}

async function update(args: Arguments, { print, notice }: Context): Promise<void> {
  const shipped = new PublishedLists(null);
  const updated = await updateLists({
    supply: supplyOf(args),
    into: folderOf(args),
    providers: list(args, "what"),
    acceptShrink: list(args, "accept-shrink"),
    shipped: (provider) => shipped.of(provider),
    limits: FETCH_LIMITS,
    now: nowOf(args),
    notice,
  });
  const failed = updated.filter(({ outcome }) => outcome === "failed");
  for (const { provider, outcome, said } of updated)
    if (outcome !== "failed") print(`${provider}\t${outcome}\t${said}\n`);
  if (failed.length === 0) return;
  const reasons = failed.map(({ provider, said }) => `${provider} (${said})`).join("; ");
  throw new InputError(`prefixes update: ${failed.length} of ${updated.length} lists stay as they were: ${reasons}`);
}

function supplyOf(args: Arguments): Supply {
  const [mirror, from] = [text(args, "mirror"), text(args, "from")];
  if (mirror !== null && from !== null) throw new InputError("--mirror and --from do not go together");
  if (from !== null) return { kind: "folder", path: from };
  if (mirror === null) return { kind: "publishers" };
  const url = URL.canParse(mirror) ? new URL(mirror) : null;
  // It is kept in the manifest, where no secret may be; and a name of a file is put behind it.
  const plain = url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}` === "";
  if (!plain || url.href.length > 200) {
    throw new InputError("--mirror: expected an http or https address without user, password and query");
  }
  return { kind: "mirror", url: `${url.origin}${url.pathname}` };
}

function importOwn(args: Arguments, { print, notice }: Context): void {
  const [name = "", file = "", ...more] = list(args, "what");
  if (file === "" || more.length > 0) throw new InputError("prefixes import: expected a name and a file");
  const format = text(args, "format") ?? "text";
  const map = {
    format: format === "csv" || format === "json" ? format : "text",
    items: text(args, "items") ?? "",
    prefix: text(args, "column"),
    service: text(args, "service-column"),
    region: text(args, "region-column"),
  } as const;
  const acceptShrink = list(args, "accept-shrink").includes(name);
  const published = text(args, "published");
  const said = importList({ name, file, map, published, into: folderOf(args), acceptShrink, now: nowOf(args), notice });
  print(`${name}\timported\t${said}\n`);
}

function folderOf(args: Arguments): string {
  const into = text(args, "into");
  if (into === null || into === "") throw new InputError("--into is needed: the folder that lists are kept in");
  return into;
}

function line({ prefix, provider, service, region, version }: PrefixTag): string {
  return `${prefix}\t${provider}\t${service}\t${region ?? "-"}\t${version}\n`;
}
