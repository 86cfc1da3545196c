/** FPL's grammar above the rule: the top level, the agent and its blocks, each with the keywords it takes. */
import type { PolicyFile } from "../contract.ts";
import { Cursor } from "./cursor.ts";
import * as fields from "./fields.ts";
import type { Reader } from "./fields.ts";
import { parseRule } from "./rule.ts";
import { type Block, type FplDocument, isEffect, type Setting, type Statement } from "./tree.ts";

type Parser = (at: Cursor) => Statement;

/** What a block takes: its keywords, and what becomes of every other token. */
interface Grammar {
  readonly named: boolean;
  readonly keys: Readonly<Record<string, Parser>>;
  readonly other: Parser;
}

const setting =
  (read: Reader): Parser =>
  (at) => {
    const opened = at.open();
    const key = at.next();
    const { words, result: values } = at.record(() => read(at));
    return { kind: "setting", key, words, values, ...at.close(opened) } satisfies Setting;
  };

const settings = (keys: Readonly<Record<string, Reader>>): Record<string, Parser> =>
  Object.fromEntries(Object.entries(keys).map(([key, read]) => [key, setting(read)]));

const refuse =
  (expected: string): Parser =>
  (at) => {
    throw at.unexpected(expected);
  };

/** The block's rules, and the refusal of anything that is neither a keyword nor an effect. */
const ruleOr =
  (expected: string): Parser =>
  (at) =>
    isEffect(at.peekIdent()) ? parseRule(at) : refuse(expected)(at);

function block(named: boolean, keys: Readonly<Record<string, Parser>>, other?: Parser): Parser {
  const expected = `one of ${Object.keys(keys).join(", ")} or "}"`;
  const grammar: Grammar = { named, keys, other: other ?? refuse(expected) };
  return (at) => parseBlock(at, grammar);
}

function parseBlock(at: Cursor, grammar: Grammar): Block {
  const opened = at.open();
  const keyword = at.next();
  const name = grammar.named ? at.word("its name") : null;
  at.expect("{");
  const body: Statement[] = [];
  while (at.peek().kind !== "}" && at.peek().kind !== "end") {
    const key = at.peekIdent();
    const parse = Object.hasOwn(grammar.keys, key) ? grammar.keys[key] : undefined;
    body.push((parse ?? grammar.other)(at));
  }
  const closing = at.rest();
  if (at.peek().kind === "end") throw at.unexpected(`"}" for the ${keyword.text} block of line ${keyword.line}`);
  at.next();
  return { kind: "block", keyword, name, body, closing, ...at.close(opened) };
}

const anyIdent =
  (read: Reader): Parser =>
  (at) =>
    at.peek().kind === "ident" ? setting(read)(at) : refuse("a field's name")(at);

const configBlock = (named: boolean): Parser => block(named, {}, anyIdent(fields.config));

const AGENT: Readonly<Record<string, Parser>> = {
  ...settings({
    default: fields.word,
    model: fields.word,
    framework: fields.word,
    version: fields.word,
    var: fields.variable,
    rate_limit: fields.rateLimit,
    redact: fields.redaction,
  }),
  budget: block(
    true,
    settings({
      max: fields.currency,
      daily: fields.currency,
      max_calls: fields.integer,
      on_exceed: fields.word,
      warn_at: fields.fraction,
    }),
  ),
  phase: block(true, settings({ duration: fields.word, next: fields.word }), ruleOr('a rule, duration, next or "}"')),
  rules: block(false, {}, parseRule),
  delegate: block(true, settings({ scope: fields.word, ttl: fields.word, ceiling: fields.word })),
  ambient: block(false, {}, anyIdent(fields.word)),
  selector: block(
    true,
    settings({ source: fields.word, cache: fields.word, on_unavailable: fields.word, on_timeout: fields.word }),
  ),
  credential: block(
    true,
    settings({
      scope: fields.scopes,
      max_scope: fields.word,
      backend: fields.word,
      path: fields.word,
      ttl: fields.word,
    }),
  ),
  egress: block(false, {}, anyIdent(fields.assignedList)),
  model_policy: block(false, settings({ allow: fields.assignedListOrWord })),
  session: configBlock(false),
  spawn: configBlock(false),
  completion_gate: block(false, settings({ require: fields.word })),
  enforcement: configBlock(false),
  alert: configBlock(false),
};

const SYSTEM = settings({
  version: fields.word,
  on_policy_load_failure: fields.word,
  kill_switch_default: fields.word,
  max_output_bytes: fields.integer,
});

const TOP: Readonly<Record<string, Parser>> = {
  import: setting(fields.reference),
  runtime: configBlock(false),
  provider: configBlock(true),
  identity: configBlock(true),
  trust: block(false, {}, rawLineSetting),
  agent: block(true, AGENT, ruleOr("a rule or a keyword of the agent block")),
  system: block(true, SYSTEM),
  manifest: setting(fields.manifest),
};

function rawLineSetting(at: Cursor): Setting {
  const opened = at.open();
  const key = at.peek();
  const { words, result: values } = at.record(() => fields.rawLine(at));
  return { kind: "setting", key, words: words.slice(1), values, ...at.close(opened) };
}

/** The tree of a file; whether the engine would load what it says is another question. */
export function parseTree(file: PolicyFile): FplDocument {
  const at = new Cursor(file.path, file.text);
  const statements: Statement[] = [];
  while (at.peek().kind !== "end") {
    const key = at.peekIdent();
    const parse = Object.hasOwn(TOP, key) ? TOP[key] : undefined;
    if (parse) statements.push(parse(at));
    else if (isEffect(key)) statements.push(parseRule(at));
    else throw at.unexpected(EXPECTED_AT_TOP);
  }
  return { path: file.path, statements, closing: at.rest() };
}

const EXPECTED_AT_TOP = `a rule or one of ${Object.keys(TOP).join(", ")}`;
