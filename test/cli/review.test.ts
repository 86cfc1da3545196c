import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { candidate, rule } from "../support/build.ts";
import { folder, type Result, sallyport } from "../support/sallyport.ts";

const CANDIDATE = JSON.stringify(
  candidate([rule("api.example.com", ["203.0.113.1"]), rule("telemetry.example", ["203.0.113.9"])]),
);
const NOW = ["--now", "2026-11-21T00:00:00Z", "--by", "jo"];
const TO = ["candidate.json", "--allowlist", "allowlist.yaml", "--ledger", "ledger.jsonl"];

function desk(): {
  here: string;
  review: (args: readonly string[], input?: string) => Result;
  read: (name: string) => string;
} {
  const here = folder({ "candidate.json": CANDIDATE });
  return {
    here,
    review: (args, input = "") => sallyport(["review", ...TO, ...NOW, ...args], { cwd: here, input }),
    read: (name) => readFileSync(join(here, name), "utf8"),
  };
}

const ALLOW = [
  "--decide",
  "api.example.com:443/tcp=allow",
  "--why",
  "the model",
  "--owner",
  "agents",
  "--expires",
  "60d",
];

describe("decisions by options", () => {
  test("are written into the file and the ledger, and are undecided no more", () => {
    const { review, read, here } = desk();
    expect(review(ALLOW)).toMatchObject({ code: 0, stderr: "sallyport: allow: api.example.com:443/tcp\n" });
    expect(read("allowlist.yaml")).toContain("expires: 2027-01-20");
    expect(review(["--list"]).stdout).toBe(
      "1 endpoint to be decided:\n  telemetry.example:443/tcp: undecided: seen in 2 of 3 runs; nobody has said why yet\n",
    );
    expect(sallyport(["audit", "verify", "ledger.jsonl"], { cwd: here }).stdout).toMatch(/^INTACT: 1 record;/);
  });

  test("are of one file, also where there is a folder of them", () => {
    const { here } = desk();
    expect(sallyport(["review", "candidate.json", "--allowlist", ".", "--list"], { cwd: here })).toMatchObject({
      code: 2,
      stderr: "sallyport: .: a folder of allowlists: review one file of it, with --workload for what it judges\n",
    });
  });

  test("find their endpoint however its name is written", () => {
    const { review, read } = desk();
    expect(review(["--decide", "API.example.com.:443/tcp=deny"]).code).toBe(0);
    expect(read("allowlist.yaml")).toContain("endpoint: api.example.com:443/tcp");
  });

  test.each([
    ["no why", ["--decide", "api.example.com:443/tcp=allow"], "an allow needs both why and owner"],
    [
      "an unknown decision",
      ["--decide", "api.example.com:443/tcp=maybe"],
      "--decide: expected ENDPOINT=allow, =deny or ",
    ],
    ["no decision", ["--decide", "api.example.com:443/tcp"], "=watch, not api.example.com:443/tcp\n"],
    [
      "no transport",
      ["--decide", "api.example.com:443=deny"],
      "api.example.com:443: expected host:port/transport, such as",
    ],
    ["an endpoint no run used", ["--decide", "b.example:443/tcp=deny"], "b.example:443/tcp: no run used it"],
    ["two decisions on one", [...ALLOW, "--renew", "api.example.com:443/tcp"], "there is no allow to renew"],
    ["beyond --max-ttl", [...ALLOW, "--max-ttl", "30d"], "is beyond 2026-12-21T00:00:00Z"],
  ])("with %s are refused, and nothing is written", (_, args, message) => {
    const { review, here } = desk();
    const { code, stderr } = review(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect([existsSync(join(here, "allowlist.yaml")), existsSync(join(here, "ledger.jsonl"))]).toEqual([false, false]);
  });

  test("nothing is added to a ledger that does not hold", () => {
    const { review, read, here } = desk();
    review(ALLOW);
    const before = read("allowlist.yaml");
    writeFileSync(join(here, "ledger.jsonl"), read("ledger.jsonl").replace("the model", "a model"));
    const { code, stderr } = review(["--decide", "telemetry.example:443/tcp=deny"]);
    expect([code, read("allowlist.yaml")]).toEqual([2, before]);
    expect(stderr).toContain("ledger.jsonl:1: its hash is not that of what it says: it was edited");
  });
});

test("decisions as JSON are for bots", () => {
  const { review, read } = desk();
  const decisions = [
    { endpoint: "telemetry.example:443/tcp", decision: "deny", why: "usage statistics" },
    { endpoint: "api.example.com:443/tcp", decision: "allow", why: "the model", owner: "agents" },
  ];
  expect(review(["--decisions", "-"], JSON.stringify(decisions)).code).toBe(0);
  expect(read("ledger.jsonl").trimEnd().split("\n")).toHaveLength(2);
  expect(JSON.parse(review(["--list", "--json"]).stdout)).toEqual({ _schema: "sallyport/review/v1", questions: [] });
});

describe("the walk", () => {
  test("asks one endpoint after another, and asks again where something is missing", () => {
    const { review, read } = desk();
    const { stdout, code } = review([], "a\n\n\n\n\na\nthe model\nagents\n\n\nd\nusage statistics\n\n\n\n");
    expect(code).toBe(0);
    expect(stdout).toContain("1 of 2  api.example.com:443/tcp\n  why asked  nobody has decided it\n");
    expect(stdout).toContain(
      'fpl        permit proxy/connect host: api.example.com port: 443 when now() < date("2027-02-19T00:00:00Z")',
    );
    expect(stdout).toContain("an allow needs both why and owner");
    expect(read("allowlist.yaml").match(/decision: \w+/g)).toEqual(["decision: allow", "decision: deny"]);
  });

  test("keeps what was decided before it was left, and no half of an answer", () => {
    const { review, read } = desk();
    review([], "d\n\n\n\n\na\nthe model\n");
    expect(read("allowlist.yaml").match(/decision: \w+/g)).toEqual(["decision: deny"]);
  });

  test("that is left at once writes nothing", () => {
    const { review, here } = desk();
    expect(review([], "q\n").code).toBe(0);
    expect(existsSync(join(here, "allowlist.yaml"))).toBe(false);
  });
});

describe("audit verify", () => {
  const { here, review, read } = desk();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(here, "sign.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(here, "public.pem"), publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(join(here, "hmac.key"), "sixteen bytes and more");
  review([...ALLOW, "--sign-key", "sign.pem", "--hmac-key-file", "hmac.key"]);
  const audit = (...args: string[]): Result => sallyport(["audit", "verify", ...args], { cwd: here });
  const head = /^head (\w+)$/m.exec(audit("ledger.jsonl").stdout)?.[1] ?? "";
  writeFileSync(join(here, "head"), `${head}\n`);
  writeFileSync(join(here, "empty.jsonl"), "");
  writeFileSync(join(here, "edited.jsonl"), read("ledger.jsonl").replace("agents", "nobody"));

  test.each([
    [
      ["ledger.jsonl", "--public-key", "public.pem", "--hmac-key-file", "hmac.key", "--head", head],
      0,
      "INTACT: 1 record; the anchored head is record 1; every signature is by the key; every HMAC is by the key\n",
    ],
    [
      ["ledger.jsonl", "--head", "head"],
      0,
      "INTACT: 1 record; the anchored head is record 1; signatures were not checked\n",
    ],
    [["edited.jsonl"], 1, "BROKEN at edited.jsonl:1: its hash is not that of what it says"],
    [["empty.jsonl", "--head", "head"], 1, "BROKEN at empty.jsonl:1: it ends here, without the anchored record"],
    [["missing.jsonl"], 2, ""],
    [["ledger.jsonl", "--head", "nonsense"], 2, ""],
    [["ledger.jsonl", "--public-key", "hmac.key"], 2, ""],
  ])("%j: exit %i", (args, code, said) => {
    const found = audit(...args);
    expect(found.stdout.startsWith(said)).toBe(true);
    expect(found.code).toBe(code);
  });

  test("finds an approval that was written in by hand", () => {
    const args = ["ledger.jsonl", "--allowlist", "allowlist.yaml"];
    expect(audit(...args).code).toBe(0);
    writeFileSync(join(here, "forged.yaml"), read("allowlist.yaml").replaceAll("by: jo", "by: the boss"));
    const { code, stdout } = audit("ledger.jsonl", "--allowlist", "forged.yaml");
    expect(stdout).toContain(
      "UNRECORDED forged.yaml:4  api.example.com:443/tcp: no record vouches for this approval\n",
    );
    expect(code).toBe(1);
  });

  test("as JSON names the record", () => {
    expect(JSON.parse(audit("edited.jsonl", "--json").stdout)).toMatchObject({
      intact: false,
      place: "edited.jsonl:1",
    });
  });
});
