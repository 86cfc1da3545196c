/** FPL as a layer: plain destinations, the rules as a reviewer points at them, and what cannot be told. */
import { describe, expect, test } from "vitest";
import { loadFpl } from "../../../src/dialect/fpl/index.ts";
import type { Question } from "../../../src/model/policy.ts";
import { address, fqdn, instant } from "../../support/build.ts";

const now = instant("2026-11-20T00:00:00Z");
const layerOf = (rules: string, agent = "default deny") =>
  loadFpl([{ path: "p.fpl", text: `agent a {\n${agent}\nrules {\n${rules}\n} }` }]);

const question = (more: Partial<Question> = {}): Question => ({
  transport: "tcp",
  address: address("192.0.2.7"),
  name: fqdn("api.x.com"),
  port: 443,
  ...more,
});

const answer = (rules: string, more: Partial<Question> = {}): string => {
  const { verdict, rule } = layerOf(rules).decide(question(more), now);
  return `${verdict} ${rule ?? "-"}`;
};

describe("a destination is asked for as the proxy asks:", () => {
  test.each<readonly [string, string, Partial<Question>, string]>([
    ["by name where it has one", "permit proxy/connect host: api.x.com port: 443", {}, "permit p.fpl:4"],
    ["by address where it has none", "permit proxy/connect host: 192.0.2.7", { name: null }, "permit p.fpl:4"],
    ["an address rule does not take a name", "permit proxy/connect host: 192.0.2.7", {}, "deny -"],
    ["a tunnel is no plain request", "permit proxy/http host: api.x.com", {}, "deny -"],
    ["a plain request is no tunnel", "permit proxy/connect host: api.x.com", { access: "http" }, "deny -"],
    ["a tunnel's method is CONNECT", "permit proxy/connect method: connect", {}, "permit p.fpl:4"],
    ["a tunnel's path is the root", "permit proxy/connect path: /", {}, "permit p.fpl:4"],
    [
      "a request to a host is open for any path",
      "permit proxy/http host: api.x.com",
      { access: "http" },
      "permit p.fpl:4",
    ],
    ["for one path it is open in part", "permit proxy/http path: /v1/*", { access: "http" }, "unknown -"],
    ["for one method too", "permit proxy/http method: GET", { access: "http" }, "unknown -"],
    ["for any method it is open", "permit proxy/http method: * path: *", { access: "http" }, "permit p.fpl:4"],
    ["a list of methods is never one", "permit proxy/http method: GET,HEAD", { access: "http" }, "deny -"],
    [
      "a condition on the path is open too",
      'permit proxy/http when args.path startsWith "/v1"',
      { access: "http" },
      "unknown -",
    ],
    [
      "a part denied before the whole is permitted leaves it open",
      "deny proxy/http path: /x\npermit proxy/http",
      { access: "http" },
      "unknown -",
    ],
    [
      "a part permitted before the whole is permitted does not",
      "permit proxy/http path: /x\npermit proxy/http",
      { access: "http" },
      "permit p.fpl:5",
    ],
    ["an unknown port is open", "permit proxy/connect port: 443", { port: null }, "unknown -"],
    ["unless any will do", "permit proxy/connect port: *", { port: null }, "permit p.fpl:4"],
    ["an unknown host is open", "permit proxy/connect host: *.x.com", { name: null, address: null }, "unknown -"],
    ["a condition on the host decides", 'permit proxy/connect when args.host == "api.x.com"', {}, "permit p.fpl:4"],
    ["a condition on the port decides", "permit proxy/connect when args.port in [80, 443]", {}, "permit p.fpl:4"],
    ["an argument the proxy does not send is nil", "permit proxy/connect when args.amount > 1", {}, "deny p.fpl:4"],
    ["the resolved address is not known", 'permit proxy/connect when args.resolved_ip == "192.0.2.7"', {}, "unknown -"],
    ["a method's class leaves it open", "permit proxy/http method: [A-Z]ET", { access: "http" }, "unknown -"],
    ["a list of methods does not", "permit proxy/http method: GET,HEAD", { access: "http" }, "deny -"],
    ["udp is not governed", "permit proxy/connect", { transport: "udp" }, "unknown -"],
  ])("%s", (_, rules, more, expected) => {
    expect(answer(rules, more)).toBe(expected);
  });
});

test("an open answer names what it waits for", () => {
  const { reason } = layerOf("permit proxy/http method: GET path: /v1/*").decide(question({ access: "http" }), now);
  expect(reason).toBe("depends on the request's method, path: p.fpl:4 (permit) may match, else deny");
});

test("udp is answered with the reason that FPL has no say in it", () => {
  expect(layerOf("").decide(question({ transport: "udp" }), now).reason).toContain("does not govern udp");
});

describe("its rules", () => {
  const opens = (rule: string) => {
    const [first] = layerOf(rule).rules;
    return `${first?.opens} ${first?.addresses}`;
  };

  test.each([
    ["a host is not counted in addresses", "permit proxy/connect host: a.b", "true null"],
    ["a port alone opens every address", "permit proxy/connect port: 443", "true any"],
    ["a lone star opens every address", "permit * host: *", "true any"],
    ["a condition on the host restricts it", 'permit proxy/connect when args.host == "a.b"', "true null"],
    ["a condition on something else does not", "permit proxy/connect when args.port == 443", "true any"],
    ["a permit of another tool opens nothing here", "permit http/get host: a.b", "false null"],
    ["a deny opens nothing", "deny proxy/connect", "false null"],
    ["an address is one", "permit proxy/connect host: 192.0.2.1", "true 1"],
  ])("%s", (_, rule, expected) => {
    expect(opens(rule)).toBe(expected);
  });

  test("carry place, effect, canonical text, expiry and reason", () => {
    const rule = 'allow proxy/connect\n reason "why"\n when now()<date("2027-01-01") port 443 host Api.X.com';
    expect(layerOf(rule).rules).toEqual([
      {
        place: "p.fpl:4",
        effect: "permit",
        text: 'permit proxy/connect host: api.x.com port: 443 when now() < date("2027-01-01")',
        expires: instant("2027-01-01T00:00:00Z"),
        reason: "why",
        opens: true,
        addresses: null,
      },
    ]);
  });

  test.each([
    [
      "a guard beside other conditions",
      'when args.port == 443 and now() < date("2027-01-01T01:00:00Z")',
      "2027-01-01T01:00:00Z",
    ],
    ["a guard the other way round", 'when date("2027-01-01") >= now()', "2027-01-01"],
    ["the earlier of two", 'when now() < date("2028-01-01") and now() < date("2027-01-01")', "2027-01-01"],
    ["a variable", "when now() < date(vars.until)", "2027-06-01"],
  ])("expire by %s", (_, when, expires) => {
    const [rule] = layerOf(`permit proxy/connect ${when}`, 'var until "2027-06-01"').rules;
    expect(rule?.expires).toBe(instant(expires));
  });

  test.each([
    ["a guard that is only one way in", 'when now() < date("2027-01-01") or true'],
    ["a guard turned round", 'when not (now() < date("2027-01-01"))'],
    ["a beginning", 'when now() > date("2026-01-01")'],
    ["a garbage date", 'when now() < date("soon")'],
    ["words in the reason", 'reason: "expires 2027-01-01"'],
  ])("do not expire by %s", (_, clause) => {
    expect(layerOf(`permit proxy/connect ${clause}`).rules[0]?.expires).toBeNull();
  });
});

test("canonical lines are the same however the file was written, and the default comes last", () => {
  const one = layerOf('allow proxy/http method get host A.b path /x when (args.p == 1) && true reason "r"');
  const two = layerOf("permit proxy/http when args.p==1 and true reason: 'r'\n path: /x host: a.B method: GET");
  expect(one.canonical()).toEqual(two.canonical());
  expect(one.canonical()).toEqual([
    "permit proxy/http host: a.b method: GET path: /x when args.p == 1 and true",
    "default deny",
  ]);
});

test("what only the running engine can judge is named as not modelled", () => {
  const layer = loadFpl([
    {
      path: "p.fpl",
      text: `agent a {
        egress { allow = ["a.b"] }
        phase one { permit a/b }
        permit proxy/connect when session.call_count < 5
        permit a/b when session.call_count < 5
        permit proxy/connect host: a.b
      }`,
    },
  ]);
  expect(layer.notModelled.map(({ place }) => place)).toEqual(["p.fpl:2", "p.fpl:3", "p.fpl:4"]);
});

test("a policy that permits or shadows by default says so", () => {
  expect(layerOf("", "default shadow").defaultEffect).toBe("permit");
  expect(layerOf("", "default halt").defaultEffect).toBe("deny");
});
