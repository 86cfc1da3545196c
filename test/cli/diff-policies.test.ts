/** `diff` between two versions of a policy, as a user runs it; test/golden/diff is read as documentation. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, type Result, ROOT, sallyport } from "../support/sallyport.ts";

const GOLDEN = join(ROOT, "test/golden/diff");

function diff(
  production: readonly string[],
  against: readonly string[],
  more: readonly string[] = [],
  cwd = GOLDEN,
): Result {
  const options = [
    ...production.flatMap((path) => ["--production", path]),
    ...against.flatMap((path) => ["--against", path]),
  ];
  return sallyport(["diff", ...options, "--now", "2026-11-21T00:00:00Z", ...more], { cwd });
}

describe("a policy and its next version", () => {
  test.each([
    ["text", "drift.txt"],
    ["markdown", "drift.md"],
    ["json", "drift.json"],
    ["unified", "drift.diff"],
  ])("as %s", async (format, file) => {
    const { code, stdout, stderr } = diff(["before.nft"], ["after.nft"], ["--format", format]);
    expect([code, stderr]).toEqual([1, ""]);
    await expect(stdout).toMatchFileSnapshot(`../golden/diff/${file}`);
  });

  test("on standard input", () => {
    const next = readFileSync(join(GOLDEN, "after.nft"));
    const { code, stdout } = sallyport(
      ["diff", "--production", "before.nft", "--against", "-", "--now", "2026-11-21T00:00:00Z"],
      { cwd: GOLDEN, input: next },
    );
    expect([code, stdout.split("\n")[0]]).toEqual([1, "REVIEW NEEDED: 1 widened, 1 added, 1 effect-changed"]);
  });

  test("the other way round, what was opened is shut", () => {
    const { stdout } = diff(["after.nft"], ["before.nft"]);
    expect(stdout).toContain("removed (1): allowed before, not now\n  after.nft:8:4  ip daddr 192.0.2.12");
  });

  test("every witness of FPL is decided as the finding says, as the proxy would ask", () => {
    const agent = (...rules: string[]): string => `agent a {\n  default deny\n  ${rules.join("\n  ")}\n}\n`;
    const here = folder({
      "a.fpl": agent(
        "permit proxy/http host: a.com port: 80 path: /v1/*",
        "permit proxy/connect host: b.com port: 443",
      ),
      "b.fpl": agent(
        "permit proxy/http host: a.com port: 80 method: POST path: /v1/*",
        "permit proxy/http host: a.com port: 80 path: /v2",
        "permit proxy/connect host: *.b.com port: 443",
      ),
    });
    const { findings } = JSON.parse(diff(["a.fpl"], ["b.fpl"], ["--json"], here).stdout);
    const asked = findings.map(({ witness: { name, access, port, request } }: { witness: Record<string, unknown> }) =>
      JSON.stringify({ tool: `proxy/${String(access)}`, args: { host: name, port, ...(request as object) } }),
    );
    const verdicts = (file: string): string[] =>
      sallyport(["decide", file], { cwd: here, input: `${asked.join("\n")}\n` })
        .stdout.trimEnd()
        .split("\n")
        .map((line) => String(JSON.parse(line).verdict));
    const [before, after] = [verdicts("a.fpl"), verdicts("b.fpl")];
    expect(findings.map(({ kind }: { kind: string }, i: number) => [kind, before[i], after[i]].join(" "))).toEqual([
      "added deny permit",
      "added deny permit",
      "narrowed permit deny",
      "removed permit deny",
    ]);
  });

  test.each([
    [
      "a pattern for a name widens",
      "permit proxy/connect host: a.x.com",
      "permit proxy/connect host: *.x.com",
      "widened",
    ],
    [
      "a name for a pattern narrows",
      "permit proxy/connect host: *.x.com",
      "permit proxy/connect host: a.x.com",
      "narrowed",
    ],
    [
      "more ports widen",
      "permit proxy/connect host: a.x.com port: 443",
      "permit proxy/connect host: a.x.com port: 1-443",
      "widened",
    ],
    [
      "another name is another rule",
      "permit proxy/connect host: a.x.com",
      "permit proxy/connect host: b.x.com",
      "added removed",
    ],
  ])("of FPL, %s", (_, before, after, kinds) => {
    const here = folder({ "a.fpl": `agent a {\n${before}\n}\n`, "b.fpl": `agent a {\n${after}\n}\n` });
    const { findings } = JSON.parse(diff(["a.fpl"], ["b.fpl"], ["--json"], here).stdout) as {
      findings: { kind: string }[];
    };
    expect(
      findings
        .map(({ kind }) => kind)
        .filter((kind) => kind !== "missing-reason")
        .join(" "),
    ).toBe(kinds);
  });

  test("every witness is decided as the finding says", () => {
    const { findings } = JSON.parse(diff(["before.nft"], ["after.nft"], ["--json"]).stdout);
    const verdict = (file: string, { transport, address, port }: Record<string, string | number>): string =>
      sallyport(["decide", file, `${transport}`, `${address}`, `${port}`], { cwd: GOLDEN }).stdout.split(" ")[0] ?? "";
    const seen = findings
      .filter(({ kind, witness }: { kind: string; witness: unknown }) => witness !== null && kind !== "not-modelled")
      .map(({ kind, witness }: { kind: string; witness: Record<string, string | number> }) =>
        [kind, verdict("before.nft", witness), verdict("after.nft", witness)].join(" "),
      );
    expect(seen).toEqual([
      "widened deny permit",
      "added deny permit",
      "effect-changed deny permit",
      "narrowed permit deny",
      "removed permit deny",
    ]);
  });
});

const output = (rules: string, policy = "DROP"): string => `*filter\n:OUTPUT ${policy} [0:0]\n${rules}COMMIT\n`;
const allow = (prefix: string, port = 443): string => `-A OUTPUT -d ${prefix} -p tcp --dport ${port} -j ACCEPT\n`;

describe("two versions in iptables", () => {
  const versions = (before: string, after: string, more: readonly string[] = []): Result => {
    const here = folder({ "old/rules.v4": before, "new/rules.v4": after });
    return diff(["old/rules.v4"], ["new/rules.v4"], more, here);
  };
  const firstLines = ({ stdout, code }: Result): string[] => [...stdout.split("\n").slice(0, 2), `exit ${code}`];

  test.each([
    ["reordered", allow("192.0.2.1") + allow("192.0.2.2"), allow("192.0.2.2") + allow("192.0.2.1")],
    ["split in halves", allow("192.0.2.0/24"), allow("192.0.2.0/25") + allow("192.0.2.128/25")],
    [
      "put into a chain",
      allow("192.0.2.0/24"),
      "-N web\n-A OUTPUT -p tcp -j web\n-A web -d 192.0.2.0/24 -p tcp --dport 443 -j ACCEPT\n-A web -j RETURN\n",
    ],
    [
      "said with two ports at once",
      allow("192.0.2.1", 80) + allow("192.0.2.1", 443),
      "-A OUTPUT -d 192.0.2.1/32 -p tcp -m multiport --dports 80,443 -j ACCEPT\n",
    ],
    ["the default said as a rule", allow("192.0.2.1"), `${allow("192.0.2.1")}-A OUTPUT -j DROP\n`],
  ])("%s they are equivalent", (_, before, after) => {
    const { stdout, code } = versions(output(before), output(after));
    expect(stdout).toMatch(
      /^WITHIN POLICY: nothing to review\niptables: equivalent: \d+ rules? before, \d+ after, same destinations\n$/,
    );
    expect(code).toBe(0);
  });

  test("a default that was turned round opens everything that no rule names", () => {
    const { stdout, code } = versions(output(allow("192.0.2.0/24")), output(allow("192.0.2.0/24"), "ACCEPT"));
    expect(stdout).toContain("widened (1)");
    expect(stdout).toContain("the default: allows 0.0.0.0/0 udp,sctp any port (+26 more) (4294967296 addresses)");
    expect(code).toBe(1);
  });

  test("a refusal turned into an accept comes before a small rule that was added", () => {
    const refusal = "-A OUTPUT -d 198.51.100.0/24 -p tcp --dport 443 -j";
    const { stdout } = versions(output(`${refusal} DROP\n`), output(`${refusal} ACCEPT\n${allow("192.0.2.1")}`));
    expect(stdout).toMatch(/^REVIEW NEEDED: 1 effect-changed, 1 added\n[^]*\neffect-changed[^]*\nadded/);
  });

  test("what newly opens comes first, the largest of it first", () => {
    const before = output(allow("10.0.0.0/8"));
    const after = output(allow("192.0.2.1") + allow("203.0.113.0/24") + allow("198.51.100.0/30"));
    const lines = versions(before, after)
      .stdout.split("\n")
      .filter((line) => line.includes("-A OUTPUT"));
    expect(lines.map((line) => /-d (\S+)/.exec(line)?.[1])).toEqual([
      "203.0.113.0/24",
      "198.51.100.0/30",
      "192.0.2.1",
      "10.0.0.0/8",
    ]);
  });

  test("who asks decides where rules tell users and interfaces apart", () => {
    const after = output("-A OUTPUT -o eth0 -p tcp -m tcp --dport 443 -m owner --uid-owner 1000 -j ACCEPT\n");
    const kinds = (...who: string[]): string => versions(output(""), after, who).stdout.split("\n")[1] ?? "";
    expect(kinds()).toContain("cannot tell whether the same destinations");
    expect(kinds("--uid", "1000", "--oif", "eth0")).toContain("other destinations");
    expect(kinds("--uid", "1001", "--oif", "eth0")).toContain("equivalent");
    expect(kinds("--uid", "1000", "--oif", "eth1")).toContain("equivalent");
    expect(kinds("--context", "forward")).toContain("equivalent");
  });

  test("what cannot be told is said to be possible, and not to be so", () => {
    const after = output("-A OUTPUT -d 192.0.2.1/32 -p tcp -m string --string x --algo bm -j ACCEPT\n");
    const result = versions(output(""), after);
    expect(firstLines(result)).toEqual([
      "WITHIN POLICY: nothing that is certain; what cannot be told is below",
      "iptables: 0 rules before, 1 after, cannot tell whether the same destinations",
      "exit 0",
    ]);
    expect(result.stdout).toContain("192.0.2.1/32 tcp any port (1 address) was denied and may be allowed now");
    expect(versions(output(""), after, ["--fail-on", "not-modelled"]).code).toBe(1);
  });
});

describe("what cannot be compared is refused", () => {
  const here = folder({
    "a.nft": "table inet t { }\n",
    "rules.v4": output(""),
    "notes.txt": "hello\n",
  });

  test.each([
    [
      "a dialect on one side only",
      ["a.nft", "rules.v4"],
      ["a.nft"],
      [],
      "rules.v4: iptables is in --production only; --against has no such policy",
    ],
    ["no policy at all", ["a.nft"], ["notes.txt"], [], "notes.txt: not a policy"],
    ["decisions for a policy", ["a.nft"], ["a.nft"], ["--allowlist", "x"], "--allowlist goes with evidence"],
  ])("%s", (_, production, against, more, message) => {
    const { code, stderr } = diff(production, against, more, here);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
