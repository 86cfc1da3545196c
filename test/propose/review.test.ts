import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/model/candidate.ts";
import { DAY } from "../../src/model/instant.ts";
import type { OpenQuestion } from "../../src/model/review.ts";
import { approvedOf, digestOf } from "../../src/propose/approval.ts";
import {
  AllowlistEditor,
  type Bench,
  Decisions,
  EMPTY_ALLOWLIST,
  type EntryFields,
  openQuestions,
  parseAllowlist,
  parseVerdicts,
  questionOn,
  ruleOn,
  type Verdict,
} from "../../src/propose/index.ts";
import { address, candidate, instant, rule } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const BENCH: Bench = {
  now: NOW,
  by: "jo@corp.example",
  file: "a.yaml",
  maxTtl: 365 * DAY,
  lifetime: 90 * DAY,
  usedWithin: 30 * DAY,
};

const FILE = `# who: the platform team
version: 1 # one

decisions:
  # the model
  - endpoint: 'api.example.com:443/tcp' # quoted on purpose
    decision: allow
    # why it is there
    why: "the model: it thinks"
    owner: agents
    expires: 2026-11-01

  # nobody wants this
  - {endpoint: telemetry.example:443/tcp, decision: deny}
# the end
`;
const comments = (text: string): string[] => [...text.matchAll(/# [^\n]*/g)].map(([comment]) => comment);
const entry = (endpoint: string, more: Partial<EntryFields> = {}): EntryFields => ({
  endpoint,
  decision: "deny",
  why: undefined,
  owner: undefined,
  ticket: undefined,
  expires: undefined,
  approved: undefined,
  ...more,
});

const withEntry = (text: string, file: string, one: EntryFields, environment: string | null): string =>
  new AllowlistEditor(text, file).edited([one], environment);
const standingOn = (text: string, file: string, endpoint: string, environment: string | null): EntryFields | null =>
  new AllowlistEditor(text, file).standing(endpoint, environment);

describe("an edit of the reviewers' file", () => {
  test("keeps comments, order and quotes, and writes a new entry behind the others", () => {
    const edited = withEntry(FILE, "a.yaml", entry("[2001:db8::1]:53/udp", { why: "not: that one" }), null);
    expect(edited).toBe(
      FILE.replace(
        "# the end",
        '\n  - endpoint: "[2001:db8::1]:53/udp"\n    decision: deny\n    why: "not: that one"\n# the end',
      ),
    );
  });

  test("changes an entry where it stands", () => {
    const edited = withEntry(
      FILE,
      "a.yaml",
      entry("api.example.com:443/tcp", { decision: "watch", why: "look again" }),
      null,
    );
    expect(comments(edited)).toEqual(comments(FILE));
    expect(parseAllowlist(edited, "a.yaml").decisions[0]).toMatchObject({
      decision: "watch",
      why: "look again",
      owner: null,
      expires: null,
    });
  });

  const ODD = [
    "\uFEFF# head   ",
    "version:   1",
    "decisions:",
    "    - endpoint:  'a.example:1/tcp'   #  quoted",
    "      decision: deny",
    "      # of a",
    "",
    "",
    "    -   {endpoint: b.example:2/tcp,   decision: deny}   # b",
    "    - endpoint: c.example:3/tcp",
    "      decision: watch",
    "      why: >-",
    "        folded   # no comment",
    "        text",
    "      # of c",
    "# tail   ",
    "",
  ];

  test.each([
    ["a changed entry", "c.example:3/tcp", 9, 14],
    ["one in braces", "b.example:2/tcp", 8, 9],
    ["the first", "a.example:1/tcp", 3, 5],
    ["a new one", "d.example:4/tcp", 15, 15],
  ])("leaves every byte outside of %s, whatever ends the lines", (_, endpoint, from, to) => {
    for (const eol of ["\n", "\r\n"]) {
      const edited = withEntry(ODD.join(eol), "a.yaml", entry(endpoint, { decision: "watch", why: "x: y" }), null);
      const lines = edited.split(eol);
      expect(lines.slice(0, from)).toEqual(ODD.slice(0, from));
      expect(lines.slice(-ODD.slice(to).length)).toEqual(ODD.slice(to));
      expect(edited.replaceAll(eol, "")).not.toMatch(/[\r\n]/);
      expect(standingOn(edited, "a.yaml", endpoint, null)).toMatchObject({ decision: "watch", why: "x: y" });
    }
  });

  test("several decisions at once are the same bytes as one after another", () => {
    const endpoints = ["a.example:1/tcp", "b.example:2/tcp", "c.example:3/tcp", "d.example:4/tcp", "e.example:5/tcp"];
    const flow = "version: 1\ndecisions: [{endpoint: a.example:1/tcp, decision: deny}] # odd\n";
    const files = [ODD.join("\n"), ODD.join("\r\n"), FILE, flow, EMPTY_ALLOWLIST];
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.subarray(endpoints), (file, chosen) => {
        const entries = chosen.map((endpoint) => entry(endpoint, { decision: "watch", why: `look: ${endpoint}` }));
        const oneByOne = entries.reduce((text, one) => withEntry(text, "a.yaml", one, null), file);
        expect(new AllowlistEditor(file, "a.yaml").edited(entries, null)).toBe(oneByOne);
      }),
    );
  });

  test("an entry that needs the rest of its file to be read is written all the same", () => {
    const tagged =
      "%TAG ! tag:yaml.org,2002:\n---\nversion: 1\ndecisions:\n  - endpoint: a.example:1/tcp\n    decision: allow\n    why: !str 12\n    owner: o\n";
    const edited = withEntry(tagged, "a.yaml", entry("a.example:1/tcp", { decision: "watch", why: "x" }), null);
    expect(standingOn(edited, "a.yaml", "a.example:1/tcp", null)).toMatchObject({ decision: "watch", why: "x" });
  });

  test("keeps a file that ends without a line feed readable", () => {
    const bare = "version: 1\ndecisions:\n- endpoint: a.example:1/tcp\n  decision: deny";
    expect(withEntry(bare, "a.yaml", entry("b.example:2/tcp"), null)).toBe(
      `${bare}\n\n- endpoint: b.example:2/tcp\n  decision: deny\n`,
    );
  });

  test("begins a file, and refuses TOML, whose comments would be lost", () => {
    expect(
      parseAllowlist(withEntry(EMPTY_ALLOWLIST, "a.yaml", entry("a.example:1/tcp"), null), "a.yaml").decisions,
    ).toHaveLength(1);
    expect(() => withEntry("version = 1\ndecisions = []\n", "a.toml", entry("a.example:1/tcp"), null)).toThrow(
      "a.toml: TOML is edited by hand, because its comments would be lost",
    );
  });

  test("whatever is written reads back as it was meant, and no comment is lost", () => {
    const prose = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
      .filter((text) => /^[^\p{Cc}\p{Cs}]*[\p{L}\p{N}][^\p{Cc}\p{Cs}]*$/u.test(text));
    fc.assert(
      fc.property(
        fc.constantFrom("api.example.com:443/tcp", "new.example:8443/tcp"),
        prose,
        prose,
        (endpoint, why, owner) => {
          const edited = withEntry(FILE, "a.yaml", entry(endpoint, { decision: "allow", why, owner }), null);
          const found = parseAllowlist(edited, "a.yaml").decisions.find(({ name }) => endpoint.startsWith(`${name}:`));
          expect(found).toMatchObject({ why: why.trim(), owner: owner.trim() });
          for (const comment of ["# the model", "# nobody wants this", "# the end"]) expect(edited).toContain(comment);
        },
      ),
    );
  });
});

const proxied = rule("docs.example", [], {
  via: { kind: "http-connect", address: address("192.0.2.128"), port: 3128 },
  addresses: [address("192.0.2.128")],
});
const SEEN: Candidate = candidate([
  rule("api.example.com", ["203.0.113.1"]),
  rule("docs.example", ["203.0.113.7"]),
  proxied,
  rule("telemetry.example", ["203.0.113.9"]),
]);
const reviewers = new Decisions(parseAllowlist(FILE, "a.yaml"), { now: NOW });

describe("the open questions of a candidate", () => {
  test("are those the file leaves open now, each endpoint once, with all the ways it was reached", () => {
    expect(openQuestions(SEEN, reviewers).map(({ endpoint, state, seen }) => [endpoint, state, seen.length])).toEqual([
      ["api.example.com:443/tcp", "lapsed", 1],
      ["docs.example:443/tcp", "undecided", 2],
    ]);
  });

  test("leave out the network's own, and what was declared and not seen", () => {
    const own = rule("time.example", ["192.0.2.1"], { flags: ["infrastructure", "ntp"] });
    expect(openQuestions(candidate([own, rule("later.example", [], { review: "intended" })]), reviewers)).toEqual([]);
  });
});

const ask = (endpoint: string): OpenQuestion => {
  const question = questionOn(SEEN, reviewers, endpoint);
  if (question === null) throw new Error(`${endpoint} is not in the candidate`);
  return question;
};
const ruled = (verdict: Verdict, bench: Partial<Bench> = {}): ReturnType<typeof ruleOn> =>
  ruleOn(ask(verdict.endpoint), verdict, standingOn(FILE, "a.yaml", verdict.endpoint, null), { ...BENCH, ...bench });
const docs = { endpoint: "docs.example:443/tcp", decision: "allow", why: "manuals", owner: "docs" } as const;
const api = { endpoint: "api.example.com:443/tcp", decision: "renew" } as const;

describe("an answer", () => {
  test("that allows carries the digest of what was looked at, in every way it was reached", () => {
    const { entry: written, act } = ruled(docs);
    const digest = digestOf(approvedOf([rule("docs.example", ["203.0.113.7"]), proxied]));
    expect(written).toMatchObject({ expires: "2027-02-19", approved: { candidate: digest, by: "jo@corp.example" } });
    expect(act).toMatchObject({ action: "decide", candidate: digest, at: "2026-11-21T00:00:00Z", file: "a.yaml" });
    const after = new Decisions(parseAllowlist(withEntry(FILE, "a.yaml", written, null), "a.yaml"), { now: NOW });
    expect(openQuestions(SEEN, after).map(({ endpoint }) => endpoint)).toEqual(["api.example.com:443/tcp"]);
  });

  test("keeps the ticket of the entry it takes the place of, unless it brings one", () => {
    const lapsed = FILE.replace("    owner: agents", "    owner: agents\n    ticket: SEC-1");
    const standing = standingOn(lapsed, "a.yaml", api.endpoint, null);
    const again: Verdict = { ...api, decision: "allow", why: "still", owner: "agents" };
    expect(ruleOn(ask(api.endpoint), again, standing, BENCH).entry.ticket).toBe("SEC-1");
    expect(ruleOn(ask(api.endpoint), { ...again, ticket: "SEC-2" }, standing, BENCH).entry.ticket).toBe("SEC-2");
  });

  test.each<[string, Verdict, Partial<Bench>, RegExp]>([
    ["an allow without why", { ...docs, why: undefined }, {}, /an allow needs both why and owner/],
    ["an allow without owner", { ...docs, owner: undefined }, {}, /an allow needs both why and owner/],
    [
      "a date beyond --max-ttl",
      { ...docs, expires: "2028-01-01" },
      {},
      /2028-01-01 is beyond 2027-11-21T00:00:00Z \(--max-ttl\)/,
    ],
    ["a duration beyond it", { ...docs, expires: "60d" }, { maxTtl: 30 * DAY }, /60d is beyond/],
    ["a date that is over", { ...docs, expires: "2026-11-20" }, {}, /2026-11-20 is over already/],
    ["no date", { ...docs, expires: "soon" }, {}, /expected a date such as/],
    ["a renewal of nothing", { ...docs, decision: "renew" }, {}, /there is no allow to renew/],
    [
      "a renewal of a deny",
      { endpoint: "telemetry.example:443/tcp", decision: "renew" },
      {},
      /there is no allow to renew/,
    ],
    [
      "a renewal without use",
      api,
      { usedWithin: 7 * DAY },
      /not renewed: last used on 2026-11-02, which is more than 7 days ago/,
    ],
  ])("%s is refused", (_, verdict, bench, message) => {
    expect(() => ruled(verdict, bench)).toThrow(message);
  });

  test("that renews keeps why and owner, and dates it anew", () => {
    expect(ruled(api)).toMatchObject({
      entry: { decision: "allow", why: "the model: it thinks", owner: "agents", expires: "2027-02-19" },
      act: { action: "renew", why: "the model: it thinks" },
    });
  });

  test.each([
    ["an unknown field", [{ ...docs, wyh: 1 }], /^d\.json: 0: Unrecognized key/],
    ["a line feed in a reason", [{ ...docs, why: "a\nb" }], /^d\.json: 0\.why: has characters that are not text/],
    ["a reason read backwards", [{ ...docs, why: "a\u202Eb" }], /^d\.json: 0\.why: has characters that are not text/],
    ["half a surrogate pair", [{ ...docs, why: "a\ud800" }], /^d\.json: 0\.why: has characters/],
    ["no list", { docs }, /^d\.json: : /],
  ])("as JSON with %s is refused", (_, value, message) => {
    expect(() => parseVerdicts(value, "d.json")).toThrow(message);
  });
});
