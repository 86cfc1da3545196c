/** A candidate as an FPL file: one agent that denies, and one rule a line that ends by itself. */
import { parseAddress } from "../../model/address.ts";
import type { Access, Candidate, CandidateRule, NotExpressed } from "../../model/candidate.ts";
import { formatEndpoint } from "../../model/evidence.ts";
import { parseFqdn } from "../../model/fqdn.ts";
import { formatSeconds, type Instant, parseInstant } from "../../model/instant.ts";
import type { Print, Printed } from "../contract.ts";
import { printDocument } from "./print.ts";
import type { Token, TokenKind } from "./token.ts";
import { type Block, type Clause, endsClause, type RuleStatement, type Setting, type Words } from "./tree.ts";

const AGENT = "sallyport-candidate";

type Fate =
  | { readonly kind: "printed"; readonly expires: Instant; readonly host: string; readonly port: number }
  | { readonly kind: "expired"; readonly expires: Instant }
  /** An earlier rule says the same: seen directly and through a proxy, one endpoint has two candidates. */
  | { readonly kind: "covered"; readonly by: string }
  | { readonly kind: "not-expressed"; readonly reason: string };

/**
 * No `egress {}` block is written. `serve --policy` ignores it, so it would protect nothing there; where it is read it has
 * neither ports nor expiry and its `*.x` takes x too, so it would be a second, coarser list of the same hosts to keep in
 * step with the rules.
 */
export const printFpl: Print = (candidate, now): Printed =>
  printPolicy(candidate, now, [
    " A candidate policy for FPL, proposed by sallyport: a question put to a reviewer, not an answer.",
  ]);

/** `heading`: comment lines that say what the policy is for. */
export function printPolicy(candidate: Candidate, now: Instant, heading: readonly string[]): Printed {
  const said = new Map<string, string>();
  const fates = candidate.rules.map((rule) => ({ rule, fate: unlessSaid(rule, fateOf(rule, now), said) }));
  const statements = fates.flatMap(({ rule, fate }) => (fate.kind === "printed" ? rulesFor(rule, fate) : []));
  const expiries = fates.flatMap(({ fate }) => (fate.kind === "printed" ? [fate.expires] : []));
  const notExpressed = fates.flatMap(({ rule, fate }): NotExpressed[] =>
    fate.kind === "not-expressed"
      ? [{ target: "fpl", rule: rule.id, endpoint: rule.endpoint, reason: fate.reason }]
      : [],
  );
  const agent: Block = {
    kind: "block",
    keyword: ident("agent"),
    name: [ident(AGENT)],
    body: [
      denyByDefault,
      { kind: "block", keyword: ident("rules"), name: null, body: statements, ...BARE, closing: [] },
    ],
    closing: [],
    comments: header(candidate, expiries, heading),
    remark: null,
  };
  const closing = fates.flatMap(({ rule, fate }) => leftOut(rule, fate));
  return { text: printDocument({ path: "", statements: [agent], closing }), notExpressed };
}

const BARE = { comments: [], remark: null } as const;

const denyByDefault: Setting = {
  kind: "setting",
  key: ident("default"),
  words: [ident("deny")],
  values: ["deny"],
  ...BARE,
};

function fateOf(rule: CandidateRule, now: Instant): Fate {
  const { name, address, transport, port } = rule.endpoint;
  const no = (reason: string): Fate => ({ kind: "not-expressed", reason });
  if (transport !== "tcp") return no(`FPL has no ${transport}: it governs tunnels and HTTP requests over TCP`);
  if (rule.review === "infrastructure") return no("a resolver is not reached through the proxy that FPL governs");
  if (port === null || !Number.isInteger(port) || port < 1 || port > 65_535) return no("its port is not known");
  if (name !== null && rule.evidence.ambiguous) return no("its name is ambiguous, and FPL would be told the name");
  // Read again here, because a candidate may come from a file.
  const host = name === null ? parseAddress(address ?? "") : parseFqdn(name);
  if (host === null) return no("it has neither a valid name nor a valid address");
  if (rule.access.length === 0) return no("it is a proxy, and FPL governs what a proxy is asked for");
  const expires = parseInstant(rule.expires);
  if (expires === null) return no("its expiry is not a time");
  return expires <= now ? { kind: "expired", expires } : { kind: "printed", expires, host, port };
}

function unlessSaid(rule: CandidateRule, fate: Fate, said: Map<string, string>): Fate {
  if (fate.kind !== "printed") return fate;
  const key = [fate.host, fate.port, fate.expires, ...rule.access].join(" ");
  const by = said.get(key);
  if (by !== undefined) return { kind: "covered", by };
  said.set(key, rule.id);
  return fate;
}

const TOOLS: Readonly<Record<Access, string>> = { connect: "proxy/connect", http: "proxy/http" };

function rulesFor(rule: CandidateRule, fate: Extract<Fate, { kind: "printed" }>): RuleStatement[] {
  return rule.access.map((access, i) => ({
    kind: "rule",
    effect: ident("permit"),
    bang: false,
    tool: [ident(TOOLS[access])],
    clauses: clausesFor(rule, fate),
    comments: i === 0 ? [` ${evidenceLine(rule, fate.expires)}`] : [],
    remark: null,
  }));
}

function clausesFor(rule: CandidateRule, { host, port, expires }: Extract<Fate, { kind: "printed" }>): Clause[] {
  const [open, close] = [token("(", "("), token(")", ")")];
  const until = string(formatSeconds(expires));
  const guard = [ident("now"), open, close, ident("<"), ident("date"), open, until, close];
  const safe = isSelectorHost(host);
  const condition = safe ? guard : [ident("args.host"), ident("=="), string(host), ident("and"), ...guard];
  return [
    ...(safe ? [clause("host", [hostToken(host)])] : []),
    clause("port", [token("number", String(port))]),
    clause("when", condition),
    clause("reason", [string(reasonText(rule.reason))]),
  ];
}

/**
 * A selector holds what the tokenizer gives back as one token: not what begins with a digit (unless all of it is digits
 * and dots), not IPv6, and not a word that ends the clause, which would drop the selector and open every host.
 */
function isSelectorHost(host: string): boolean {
  if (endsClause(host)) return false;
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(host) || /^[0-9]+(\.[0-9]+){3}$/.test(host);
}

const hostToken = (host: string): Token => (/^[0-9]/.test(host) ? token("number", host) : ident(host));

function token(kind: TokenKind, text: string, quote: Token["quote"] = ""): Token {
  return { kind, text, quote, offset: -1, line: 0, column: 0, endLine: 0, row: 0 };
}

function ident(text: string): Token {
  return token("ident", text);
}

/** The text must hold no quote and no backslash; FPL has no way to write them. */
const string = (text: string): Token => token("string", text, '"');

const clause = (keyword: string, value: Words): Clause => ({ keyword: ident(keyword), colon: true, value });

const REASON_LIMIT = 200;

/** Printable ASCII without the two characters FPL cannot write, so that the reason ends where we end it. */
function reasonText(text: string): string {
  const clean = plain(text, REASON_LIMIT).replaceAll('"', "'").replaceAll("\\", "/");
  return clean === "" ? "no reason given" : clean;
}

function plain(text: string, limit: number): string {
  const clean = text
    .slice(0, 4 * limit)
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/g, "?")
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit - 3)}...` : clean;
}

function evidenceLine(rule: CandidateRule, expires: Instant): string {
  const { runs, of, nameSource, deniedOnly } = rule.evidence;
  const owner = plain(rule.owner ?? "", 80);
  return [
    `${plain(rule.id, 40)}  until ${formatSeconds(expires)}`,
    `seen in ${runs} of ${of} runs${deniedOnly ? ", always blocked" : ""}`,
    nameSource !== null ? `name from ${nameSource}` : runs === 0 ? "declared" : "known by address only",
    rule.review,
    owner === "" ? "no owner" : `owner ${owner}`,
  ].join("; ");
}

function leftOut(rule: CandidateRule, fate: Fate): string[] {
  const what = `${plain(rule.id, 40)}  ${plain(formatEndpoint(rule.endpoint), 300)}`;
  switch (fate.kind) {
    case "printed":
      return [];
    case "expired":
      return [` left out: ${what}: expired ${formatSeconds(fate.expires)}`];
    case "covered":
      return [` left out: ${what}: ${plain(fate.by, 40)} says the same`];
    case "not-expressed":
      return [` not expressed: ${what}: ${fate.reason}`];
  }
}

function header(candidate: Candidate, expiries: readonly Instant[], heading: readonly string[]): string[] {
  const next = expiries.length === 0 ? "nothing expires" : `the next expiry is ${formatSeconds(Math.min(...expiries))}`;
  const count = expiries.length === 1 ? "1 endpoint" : `${expiries.length} endpoints`;
  return [
    ...heading,
    ` Proposed ${plain(candidate.proposedAt, 40)} from ${candidate.runs} runs. Default deny; ${count}; ${next}.`,
    ' Rules marked "unreviewed" have been seen in a sandbox and decided by nobody: say why, and who owns it, or take them out.',
  ];
}
