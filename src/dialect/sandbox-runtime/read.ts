/** sandbox-runtime: the domains in a settings file, at every port; what is denied wins. */
import { parsePrefix } from "../../model/prefix.ts";
import type { NotModelled } from "../../model/policy.ts";
import type { PolicyFile } from "../contract.ts";
import { type Field, fieldsOf } from "../lists/field.ts";
import { deniesFirst, type Entry, type List, type ListReader } from "../lists/list.ts";
import { doubtAbout } from "../lists/parts.ts";
import { parsePattern, type Wildcards } from "../lists/pattern.ts";

export const SANDBOX_RUNTIME_WILDCARDS: Wildcards = {
  star: { depth: "any", apex: false },
  dot: null,
  plainIsBelow: false,
  inner: "none",
  lone: false,
};

/** Settings of the network that allow no destination of themselves. */
const SILENT = [
  "allowedDomains",
  "deniedDomains",
  "httpProxyPort",
  "socksProxyPort",
  "allowLocalBinding",
  "allowAllUnixSockets",
  "allowUnixSockets",
];

function read(files: readonly PolicyFile[]): List {
  const notModelled: NotModelled[] = [];
  const networks = files.flatMap(fieldsOf).map((root) => root.get("network"));
  for (const network of networks) doubtAbout(network, network.keysBeside(SILENT), notModelled);
  const entries = networks.flatMap((network) => [
    ...network
      .get("deniedDomains")
      .items()
      .map((item) => entryOf(item, "deny")),
    ...network
      .get("allowedDomains")
      .items()
      .map((item) => entryOf(item, "permit")),
  ]);
  return { entries: deniesFirst(entries), otherwise: "deny", notModelled };
}

function entryOf(item: Field, effect: Entry["effect"]): Entry {
  const text = item.text() ?? "";
  const prefix = parsePrefix(text);
  if (prefix !== null) return { place: item.place, effect, test: { kind: "block", prefix }, reason: null };
  const pattern =
    parsePattern(text, SANDBOX_RUNTIME_WILDCARDS) ?? item.fail("a domain such as example.com or *.example.com");
  return { place: item.place, effect, test: { kind: "host", pattern }, reason: null };
}

export const sandboxRuntimeReader: ListReader = {
  dialect: "sandbox-runtime",
  sees: "names",
  holdsReasons: false,
  governs: ["tcp"],
  read,
};

export function sniffSandboxRuntime(text: string): boolean {
  return /"network"\s*:/.test(text) && /"(allowed|denied)Domains"\s*:/.test(text);
}
