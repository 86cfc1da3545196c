/** First match wins, and the traps that make a rule match more or less than it seems to say. */
import { describe, expect, test } from "vitest";
import { decideRequest, loadFpl } from "../../../src/dialect/fpl/index.ts";
import { parseInstant } from "../../../src/model/instant.ts";

const now = parseInstant("2026-11-20T15:30:00Z") ?? 0;

function ask(body: string, tool: string, args: Record<string, unknown>): string {
  const text = `agent a {\n default deny\n var until "2027-01-01"\n rules {\n${body}\n }\n}`;
  const { verdict, index, code } = decideRequest(loadFpl([{ path: "p.fpl", text }]), { tool, args }, now);
  return `${verdict} ${index ?? "-"} ${code}`;
}

type Row = readonly [claim: string, body: string, tool: string, args: Record<string, unknown>, answer: string];

const C = "proxy/connect";
const H = "proxy/http";
const DENIED = "deny - UNMATCHED_DENY";
const PERMITTED = "permit 0 RULE_PERMIT";
const FAILED = "deny 0 EXPR_RUNTIME_ERROR";

const rows: readonly Row[] = [
  ["the first match wins over a later deny", "permit a/b\ndeny a/b", "a/b", {}, PERMITTED],
  ["a strict deny does not reach back over an earlier permit", "permit a/b\ndeny! a/b", "a/b", {}, PERMITTED],
  ["a strict deny has its own code", "deny! a/b", "a/b", {}, "deny 0 FPL_STRICT_DENY"],
  ["a deny before the permit of a part shuts the part", "deny a/*\npermit a/b", "a/b", {}, "deny 0 RULE_DENY"],
  ["defer is an answer", "defer a/b", "a/b", {}, "defer 0 RULE_DEFER"],
  ["shadow lets through", "shadow a/b", "a/b", {}, "permit 0 SHADOW_DENY"],
  ["a tool's star stays in its segment", "permit a/*", "a/b/c", {}, DENIED],
  ["a tool's star takes no parent", "permit a/*", "a", {}, DENIED],
  ["a lone star takes every tool", "permit *", "a/b/c", {}, PERMITTED],
  ["a malformed tool pattern matches by its beginning", 'permit "a/[b"', "a/[bc", {}, PERMITTED],

  ["a host is compared without case", `permit ${C} host: API.x.com`, C, { host: "api.X.com" }, PERMITTED],
  ["a host keeps its trailing dot", `permit ${C} host: api.x.com`, C, { host: "api.x.com." }, DENIED],
  [
    "a host loses its port and brackets",
    `permit ${C} host: api.x.com port: 443`,
    C,
    { host: "api.x.com:443" },
    PERMITTED,
  ],
  ["a host's star crosses dots", `permit ${C} host: *.x.com`, C, { host: "a.b.x.com" }, PERMITTED],
  ["a host's star leaves the apex out", `permit ${C} host: *.x.com`, C, { host: "x.com" }, DENIED],
  ["a quoted host never matches", `permit ${C} host: "api.x.com"`, C, { host: "api.x.com" }, DENIED],
  [
    "a host that begins with a digit never matches",
    `permit ${C} host: 1password.com`,
    C,
    { host: "1password.com" },
    DENIED,
  ],
  ["a host may begin with a class", `permit ${C} host: [a-z]x.com`, C, { host: "bx.com" }, PERMITTED],
  ["an IPv4 host matches", `permit ${C} host: 192.0.2.1`, C, { host: "192.0.2.1" }, PERMITTED],
  ["an IPv6 host cannot be a selector", `permit ${C} host: 2001:db8::1`, C, { host: "2001:db8::1" }, DENIED],
  ["a missing host is no host", `permit ${C} host: *`, C, {}, DENIED],
  [
    "a host that is a clause's name drops the selector",
    `permit ${C} host: path port: 443`,
    C,
    { host: "evil", port: 443 },
    PERMITTED,
  ],
  ["the last of repeated hosts counts", `permit ${C} host: a.b host: c.d`, C, { host: "a.b" }, DENIED],
  ["expires is glued to the host before it", `permit ${C} host: a.b expires: "2027-01-01"`, C, { host: "a.b" }, DENIED],
  [
    "the documented host condition is a selector that never matches",
    `permit a/b when host matches "x"`,
    "a/b",
    { host: "x" },
    DENIED,
  ],

  ["a port list holds each port", `permit ${C} port: 443,8443`, C, { port: 8443 }, PERMITTED],
  ["a port range holds its ends", `permit ${C} port: 8000-9000`, C, { port: 9000 }, PERMITTED],
  ["a port may be text", `permit ${C} port: 443`, C, { port: " 443 " }, PERMITTED],
  ["port star needs a port", `permit ${C} port: *`, C, {}, DENIED],
  ["a port and no host takes every host", `permit ${C} port: 443`, C, { host: "evil.com", port: 443 }, PERMITTED],

  ["a path's star is one segment", `permit ${H} path: /v1/*`, H, { path: "/v1/a/b" }, DENIED],
  ["a path is compared with case", `permit ${H} path: /v1`, H, { path: "/V1" }, DENIED],
  ["no path is the root", `permit ${H} path: /`, H, {}, PERMITTED],
  ["a lone star takes every path", `permit ${H} path: *`, H, { path: "/a/b" }, PERMITTED],
  ["a path ends at a hash", `permit ${H} path: /a#b`, H, { path: "/a" }, PERMITTED],
  ["a path with a colon never matches", `permit ${H} path: /a:b`, H, { path: "/a:b" }, DENIED],
  ["a method is compared without case", `permit ${H} method: post`, H, { method: "POST" }, PERMITTED],
  ["a list of methods never matches", `permit ${H} method: GET,HEAD`, H, { method: "GET" }, DENIED],
  ["a query value is a pattern", `permit ${H} query: v=a*`, H, { raw_query: "v=abc&x=1" }, PERMITTED],
  ["a query is looked up in the URL", `permit ${H} query: v=1`, H, { url: "http://a.b/c?v=1" }, PERMITTED],
  ["a missing query key does not match", `permit ${H} query: v=*`, H, { raw_query: "x=1" }, DENIED],
  ["a header's name has no case", `permit ${H} header: X-Key=a*`, H, { headers: { "x-KEY": "abc" } }, PERMITTED],
  [
    "host, port and path come from the URL where they are not given",
    `permit ${H} host: a.b port: 8080 path: /c/*`,
    H,
    { url: "http://u:p@a.b:8080/c/d?e#f" },
    PERMITTED,
  ],

  ["a guard in the future holds", `permit a/b when now() < date("2027-01-01")`, "a/b", {}, PERMITTED],
  ["a guard in the past falls through", `permit a/b when now() < date("2026-11-20T15:30:00Z")`, "a/b", {}, DENIED],
  ["a guard may be a variable", `permit a/b when now() < date(vars.until)`, "a/b", {}, PERMITTED],
  [
    "a garbage date fails, and shuts the rules below",
    `permit a/b when now() < date("soon")\npermit a/b`,
    "a/b",
    {},
    FAILED,
  ],
  ["a variable that is not there fails", "permit a/b when now() < date(vars.nope)", "a/b", {}, FAILED],

  ["a missing argument equals nothing", `permit a/b when args.x == "a"`, "a/b", {}, DENIED],
  ["a missing argument matches nothing", `permit a/b when args.x matches ""`, "a/b", {}, DENIED],
  ["a missing argument cannot be ordered", "permit a/b when args.x > 1", "a/b", {}, FAILED],
  ["a missing argument is no bool", "permit a/b when args.x", "a/b", {}, FAILED],
  ["a number is no answer", "permit a/b when args.x + 1", "a/b", { x: 1 }, FAILED],
  ["text cannot be ordered against a number", "permit a/b when args.x > 1", "a/b", { x: "2" }, FAILED],
  ["a number cannot be matched", 'permit a/b when args.x matches "4"', "a/b", { x: 443 }, FAILED],
  ["a number cannot be looked for among strings", 'permit a/b when args.x in ["443"]', "a/b", { x: 443 }, FAILED],
  ["nil among strings is the empty one", 'permit a/b when args.x in ["", "a"]', "a/b", {}, PERMITTED],
  ["a failure behind a false and is not reached", "permit a/b when false and args.x > 1", "a/b", {}, DENIED],
  ["a failure behind a true or is not reached", "permit a/b when true or args.x > 1", "a/b", {}, PERMITTED],
  ["matches is not anchored", 'permit a/b when args.h matches "x[.]com"', "a/b", { h: "notx.com.evil" }, PERMITTED],
  ["not binds tighter than ==", "permit a/b when not args.x == true", "a/b", { x: false }, PERMITTED],
  ["comparisons chain", "permit a/b when 1 < args.x < 10", "a/b", { x: 5 }, PERMITTED],
  ["a range holds its ends", "permit a/b when args.x in 1..10", "a/b", { x: 10 }, PERMITTED],
  ["purpose ignores case", 'permit a/b when purpose("Refund")', "a/b", { purpose: "refund" }, PERMITTED],
  ["amount reads numbers out of text", "permit a/b when amount > 10", "a/b", { amount: "11" }, PERMITTED],
  ["recipients counts a list", "permit a/b when recipients == 2", "a/b", { recipients: ["x", "y"] }, PERMITTED],
  [
    "lists are looked into by path",
    'permit a/b when args_array_contains("to.all", "x")',
    "a/b",
    { to: { all: ["x"] } },
    PERMITTED,
  ],
  [
    "the clock is UTC and the week begins on Monday",
    "permit a/b when time.hour == 15 and time.weekday == 5 and time.day == 20",
    "a/b",
    {},
    PERMITTED,
  ],
  ["a piped function", 'permit a/b when args.h | lower() == "x"', "a/b", { h: "X" }, PERMITTED],

  ["what only the engine knows is unknown", "permit a/b when session.call_count < 5", "a/b", {}, "unknown - UNKNOWN"],
  [
    "unless the other side settles it",
    'permit a/b when principal.verified and args.x == "y"',
    "a/b",
    { x: "z" },
    DENIED,
  ],
  ["or a later rule says the same", "deny a/b when session.call_count > 5\ndeny a/b", "a/b", {}, "deny 1 RULE_DENY"],
  ["or the default says the same", "deny a/b when session.call_count > 5", "a/b", {}, DENIED],
  ["a predicate is unknown", "permit a/b when any(args.list, true)", "a/b", { list: [1] }, "unknown - UNKNOWN"],
  ["and so is a Unicode class", 'permit a/b when args.h matches "\\\\pL"', "a/b", { h: "x" }, "unknown - UNKNOWN"],
];

describe("an FPL policy", () => {
  test.each(rows)("%s", (_, body, tool, args, answer) => {
    expect(ask(body, tool, args)).toBe(answer);
  });

  test.each([
    ["permit", "permit UNMATCHED_PERMIT"],
    ["deny", "deny UNMATCHED_DENY"],
    ["halt", "deny UNMATCHED_DENY"],
    ["shadow", "permit UNMATCHED_SHADOW"],
  ])("answers %s where nothing matches, when that is the default", (effect, answer) => {
    const layer = loadFpl([{ path: "p.fpl", text: `agent a { default ${effect} }` }]);
    const { verdict, code } = decideRequest(layer, { tool: "a/b", args: {} }, now);
    expect(`${verdict} ${code}`).toBe(answer);
  });

  test("says which part of the request an open answer waits for", () => {
    const text = `permit ${C} port: 443 when session.call_count < 5`;
    const layer = loadFpl([{ path: "p.fpl", text }]);
    const { reason } = decideRequest(layer, { tool: C, args: { port: 443 } }, now);
    expect(reason).toBe("depends on the request's when: p.fpl:1 (permit) may match, else deny");
  });
});
