/** What loads and what does not, and where a refusal points. */
import { describe, expect, test } from "vitest";
import { loadFpl, parseFpl } from "../../../src/dialect/fpl/index.ts";
import { InputError } from "../../../src/model/error.ts";

const load = (text: string) => loadFpl([{ path: "p.fpl", text }]);
const agent = (body: string): string => `agent a {\n${body}\n}\n`;
const rules = (body: string): string => agent(`rules {\n${body}\n}`);

const accepted: readonly (readonly [claim: string, text: string])[] = [
  ["an empty file denies by default", ""],
  ["a file of comments", "# nothing\n   # here"],
  ["rules without an agent", "permit a/b\ndeny *"],
  ["rules before and after the agent", "permit a/b\nagent a { default deny }\ndeny c/d"],
  ["a default in capitals", agent("default Deny")],
  ["an empty default, which is deny", agent('default ""')],
  ["default halt and shadow", agent("default halt default shadow")],
  ["the effect shadow, inside rules only", rules("shadow a/b")],
  ["an effect in quotes, inside rules only", rules('"permit" a/b')],
  ["deny! as one word or two", rules("deny! a/b deny ! c/d")],
  ["a clause value with every odd character a word takes", rules("permit a/b path: /a.b-c_d@e%20f+g,h&i|j!k^l*")],
  ["clauses over many lines with comments between", rules("permit a/b # one\n # two\n host: x.y # three\n port: 1")],
  ["a comment glued to a value", rules("permit a/b host: x.y#z\n")],
  ["a condition that ends in a comment of its own", rules("permit a/b when true // because")],
  ["a port range either way round", rules("permit a/b port: 8000-9000\npermit a/b port: 9000-8000")],
  ["a var of every kind", agent('var a "x" var b 1 var c $5 var d word')],
  ["a budget", agent("budget session { max $500 daily 10.5 max_calls 9 warn_at = 0.8 on_exceed deny }")],
  ["a phase with rules", agent("phase intake { permit a/b duration 24h next work }")],
  ["delegates with Go durations", agent('delegate b { scope "x/y:z" ttl "1h30m" ceiling approval }')],
  ["ambient limits", agent("ambient { max_calls_per_day 5 max_data_volume 500mb on_exceed defer }")],
  ["credentials", agent('credential s { scope a b "c" max_scope "d" backend vault path /x ttl 1h }')],
  ["a rate limit", agent('rate_limit "http/*": 10 per minute')],
  ["a redaction with and without its colon", agent('redact t args: ["a", "b"] redact t args ["c"]')],
  ["unknown keys in egress", agent('egress { allow ["a"] whatever = ["b"] }')],
  ["model policies as list and word", agent('model_policy { allow = ["a"] allow b }')],
  ["session, spawn, enforcement and alert fields", agent('session { max_duration = "1h" } alert { on = "deny" }')],
  ["a runtime block with env", 'runtime { a = env("X") b = true c = $5 d 7 }'],
  ["a pinned import with an alias", 'import "registry/x@1.0.0" as y'],
  ["a system block", "system s { version 1 on_policy_load_failure deny_all max_output_bytes 5 }"],
  ["manifest lines", "manifest orchestrator o undeclared DEFER\nmanifest grant o to t max 3 approval\n"],
  ["a bare manifest line, which means nothing", "manifest\npermit a/b"],
  ["trust lines, when the brace has its own line", "trust {\n key x\n}\n"],
  ["strings over several lines", rules('permit a/b reason: "one\ntwo"')],
  ["any UTF-8 inside strings and comments", rules('permit a/b reason: "größe ✓" # größe\n')],
];

const refused: readonly (readonly [claim: string, text: string, message: RegExp])[] = [
  ["a byte order mark", "\ufeffagent a {}", /^p\.fpl:1:1: unexpected character "\\ufeff" \(save the file without/],
  ["an unknown word at the top", "\n  policy x {}", /^p\.fpl:2:3: found "policy", expected a rule or one of import,/],
  ["a block that is only good in an agent", 'egress { allow = ["a"] }', /^p\.fpl:1:1: found "egress"/],
  [
    "an agent that never ends",
    "agent a {\n default deny\n",
    /^p\.fpl:3:1: the file ends here, expected "}" for the agent block of line 1/,
  ],
  [
    "an unknown word in an agent",
    agent("frobnicate x"),
    /^p\.fpl:2:1: found "frobnicate", expected a rule or a keyword/,
  ],
  ["a model with an equals sign", agent('model = "x"'), /^p\.fpl:2:7: found "="/],
  ["a variable with an equals sign", agent('var x = "y"'), /^p\.fpl:2:7: found "=", expected the variable's value/],
  ["two agents", "agent a {}\n\nagent b {}", /^p\.fpl:3:1: a second agent: one is loaded, and it is at p\.fpl:1$/],
  ["two systems", "system a {}\nsystem b {}", /^p\.fpl:2:1: a second system/],
  ["two budgets", agent("budget a {}\nbudget b {}"), /^p\.fpl:3:1: a second budget/],
  [
    "a default that is none",
    agent("default defer"),
    /^p\.fpl:2:9: found default "defer", expected deny, permit, halt or shadow/,
  ],
  ["a default of allow", agent("default allow"), /found default "allow"/],
  ["an effect that is none", rules("audit_log a/b"), /^p\.fpl:3:1: found "audit_log", expected permit, deny or defer/],
  ["an if clause", rules("permit a/b if args.x == 1"), /^p\.fpl:3:12: found "if"/],
  ["a rule without a tool", rules("permit"), /^p\.fpl:4:1: found "}", expected the rule's tool/],
  ["a line continuation", rules("permit a/b when true && \\\n true"), /^p\.fpl:3:25: unexpected character "\\\\"/],
  ["a string that is never closed", rules('permit a/b reason: "x'), /^p\.fpl:3:20: this string is never closed/],
  ["a query without a value", rules("permit a/b query: x"), /^p\.fpl:3:12: query needs key=value/],
  ["a header without a name", rules("permit a/b header: = x"), /^p\.fpl:3:12: header needs key=value/],
  ["port 0", rules("permit a/b port: 0"), /^p\.fpl:3:12: found port "0", expected a port from 1 to 65535/],
  ["port 65536", rules("permit a/b port: 65536"), /found port "65536"/],
  ["a range beyond the last port", rules("permit a/b port: 1-70000"), /found port "1 -70000"/],
  ["a quoted port", rules('permit a/b port: "443"'), /found port "\\"443\\""/],
  ["ports without a comma", rules("permit a/b port: 443 8443"), /found port "443 8443"/],
  [
    "a host that is the word agent",
    rules("permit a/b host: agent"),
    /^p\.fpl:4:1: found "}", expected the rule's tool/,
  ],
  [
    "an unknown name in a condition",
    rules("permit a/b when nope == 1"),
    /^p\.fpl:3:12: invalid condition .*unknown name nope/,
  ],
  ["a condition that is no bool", rules("permit a/b when amount + 1"), /expected bool, got float/],
  ["a condition that is too long", rules(`permit a/b when args.a == "${"x".repeat(1100)}"`), /longer than 1024/],
  ["a bracket in a string of a condition", rules('permit a/b when args.a == "}"'), /brackets inside strings count/],
  ["a single backslash in a condition", rules('permit a/b when args.a matches "a\\.b"'), /invalid char escape/],
  ["a regex that begins with a star", rules('permit a/b when args.a matches "*.x"'), /invalid regular expression/],
  ["a condition that a comment swallows", rules("permit a/b when // because\n true"), /unexpected end/],
  ["a query pattern after a dash", rules("permit a/b query: v=2024-*"), /^p\.fpl:3:25: unexpected character "-"/],
  ["a duration of two units without quotes", agent("delegate b { ttl 1h30m }"), /^p\.fpl:2:19: found "h30m"/],
  ["not before in, which asks about the negation", rules("permit a/b when not args.a in [1]"), /bool in list of int/],
  [
    "the function that an operator hides",
    rules('permit a/b when contains(tool.tags, "x")'),
    /unexpected operator "contains"/,
  ],
  ["a delegate's ttl in days", agent("delegate b { ttl 30d }"), /^p\.fpl:2:18: found ttl "30d", expected a duration/],
  ["an ambient limit that is none", agent("ambient { max_hosts 5 }"), /^p\.fpl:2:11: found limit "max_hosts"/],
  ["an ambient limit of zero", agent("ambient { max_calls_per_day 0 }"), /above zero/],
  ["a selector without a source", agent("selector s { cache 30s }"), /^p\.fpl:2:1: a selector needs a source/],
  ["a credential without a scope", agent("credential s { backend v }"), /^p\.fpl:2:1: a credential needs/],
  ["a bare port in a condition", rules("permit a/b when port == 443"), /write args\.port\)$/],
  ["a bare host in brackets", rules('permit a/b when (host matches "x")'), /write args\.host\)$/],
  ["an expiry after a port", rules('permit a/b port: 443 expires: "2027-01-01"'), /FPL has no field expires\)$/],
  ["a word too long to repeat after a port", rules(`permit a/b port: 443 ${"x".repeat(50)}: 1`), /comma list$/],
  ["a kill switch", "system s { kill_switch_default on }", /kill_switch_default/],
  ["an import of the latest", 'import "x@latest"', /^p\.fpl:1:8: an import must be pinned/],
  ["a unit in a runtime field", "runtime { cold = 30s }", /^p\.fpl:1:22: found "}", expected a value/],
  ["a list in a runtime field", 'runtime { a = ["x"] }', /expected a value/],
  ["items that swallow their bracket", agent("egress { allow = [a.com, b.com] }"), /expected a quoted item or "]"/],
  [
    "a manifest grant without its number",
    "manifest grant a to b max",
    /^p\.fpl:1:10: found "manifest grant a to b max"/,
  ],
  ["a trust block on one line, which swallows its brace", "trust { key x }\n", /the file ends here/],
  ["a rate limit without its colon", agent('rate_limit "x" 10 per minute'), /expected ":"/],
];

describe("loads", () => {
  test.each(accepted)("%s", (_, text) => {
    expect(() => load(text)).not.toThrow();
  });
});

describe("refuses, with file, line and column,", () => {
  test.each(refused)("%s", (_, text, message) => {
    expect(() => parseFpl({ path: "p.fpl", text })).toThrow(message);
    expect(() => load(text)).toThrow(InputError);
  });
});

describe("says what to write instead of", () => {
  test.each([
    ["a line continuation", "permit a/b when true && \\\n true", "goes on in the next line by itself"],
    ["a semicolon", "permit a/b;", "nothing between them"],
    ["an annotation", "@expires permit a/b", "no annotations"],
    ["a remainder", "permit a/b when args.x % 2 == 0", "args.x%2"],
    ["a difference", "permit a/b when args.x - 1 == 0", "args.x -1"],
    ["a tilde", "permit a/b path: /~user", "when args.path =="],
    ["a letter beyond ASCII", "permit a/b host: b\u00fccher.de", "xn--"],
    ["an if", "permit a/b if args.x == 1", "write when"],
    ["an audit", "agent a { rules { audit_log a/b } }", "only records"],
    ["an expiry", 'permit a/b expires: "2027-01-01"', "write when now() < date"],
    ["an equals sign", 'agent a { model = "x" }', "leave it out"],
    ["an assignment", "permit a/b when args.x = 1", "write =="],
    ["an inequality without its space", 'permit a/b when args.x!="y"', "space before it"],
    ["a backslash", String.raw`permit a/b when args.x matches "a\.b"`, "write [.]"],
    ["a pattern", 'permit a/b when args.x matches "*.x.com"', "[.]x[.]com$"],
  ])("%s", (_, text, instead) => {
    expect(() => load(text)).toThrow(instead);
    expect(() => load(text)).toThrow(/\)$/);
  });
});

describe("several files", () => {
  const file = (path: string, text: string) => ({ path, text });

  test("are one policy: the agent's rules first, then those of its phases, then the others in the order given", () => {
    const { policy } = loadFpl([
      file("a.fpl", "permit one/x"),
      file("b.fpl", "agent a { phase p { permit two/x } permit three/x rules { permit four/x } }\npermit five/x"),
    ]);
    expect(policy.rules.map((rule) => rule.tool.text)).toEqual(["three/x", "four/x", "two/x", "one/x", "five/x"]);
  });

  test("may hold one agent among them", () => {
    const both = [file("a.fpl", "agent a {}"), file("b.fpl", "agent b {}")];
    expect(() => loadFpl(both)).toThrow(/^b\.fpl:1:1: a second agent: one is loaded, and it is at a\.fpl:1$/);
  });

  test("none at all is an error", () => {
    expect(() => loadFpl([])).toThrow(InputError);
  });
});
