/** Files printed from their trees: one shape, the same meaning, and every comment still there. */
import { expect, test } from "vitest";
import { parseFpl, printDocument } from "../../../src/dialect/fpl/index.ts";

const printed = (text: string): string => printDocument(parseFpl({ path: "p.fpl", text }));

test("comments stay with what they stand by, those inside a rule go before it", () => {
  const text = `# about the file
agent   a   # the agent
{ # the body
  default   deny # always
  var x $5
  rules { # the rules
    allow proxy/connect # where to
      # and which port
      port 443,8443 host: 'quoted' # the end of it
    deny ! *
    # nothing after this
  } # rules are over
  # the end of the agent
}
# the end of the file`;
  expect(printed(text)).toBe(`# about the file
agent a {
  # the agent
  # the body
  default deny # always
  var x $5

  rules {
    # the rules
    # where to
    # and which port
    allow proxy/connect port: 443,8443 host: 'quoted' # the end of it
    deny! *
    # nothing after this
  } # rules are over
  # the end of the agent
}

# the end of the file
`);
});

test.each([
  ["a string keeps its quotes and backslashes", `deny a reason: 'it "is" \\n'`],
  ["a number keeps its unit", "agent a {\n  delegate b {\n    ttl 24h\n  }\n}"],
  ["a host cut into tokens stays cut the same way", "deny a host: 1password.com"],
  ["lists keep their words apart", 'agent a {\n  egress {\n    allow = [a.com , "b.com", "c.com"]\n  }\n}'],
  [
    "conditions keep their calls",
    'deny a when now() < date("2027-01-01") and not (args.a == -5 or args["x"] in [1 ,2])',
  ],
  ["manifest lines stay lines", "manifest grant o to t max 3\ndeny a"],
  ["trust lines stay lines", "trust {\n  key a b\n  key c d\n}"],
  ["fields keep their env", 'provider "vault" {\n  addr = env("X")\n  n = $5\n}'],
  ["a rate limit", 'agent a {\n  rate_limit "x": 10 per minute\n}'],
  ["an odd tool", 'deny "!"'],
])("%s", (_, text) => {
  expect(printed(text)).toBe(`${text}\n`);
});
