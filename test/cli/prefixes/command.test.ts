import { join } from "node:path";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { folder, type Result, ROOT, sallyport } from "../../support/sallyport.ts";

const prefixes = (cwd: string, ...args: string[]): Result =>
  sallyport(["prefixes", ...args, "--now", "2026-11-21T00:00:00Z"], { cwd });
const refusal = (message: string): Result => ({ code: 2, stdout: "", stderr: `sallyport: ${message}\n` });

const OWN = 'site,team,cidr\nosl,"data, ml",198.51.100.0/24\nfra,web,203.0.113.0/25\n';
const IMPORT = ["import", "corp", "own.csv", "--format", "csv", "--column", "cidr"];
const COLUMNS = ["--service-column", "team", "--region-column", "site"];

const NO_MIRROR = "--mirror: expected an http or https address without user, password and query";

describe("prefixes list", () => {
  test("says of each list its version, size, date and age", () => {
    const { stdout } = prefixes(folder(), "list");
    expect(stdout).toContain(
      "aws\t2025-07-24-20-23-14\t13344 prefixes\t2025-07-24T20:23:14.000000Z\t484 days old\tshipped\n",
    );
    expect(stdout).toContain(
      "github\tsha256:5bac6edb3fa6\t5959 prefixes, 256 names\tundated\tup to 484 days old\tshipped\n",
    );
  });
});

describe("prefixes lookup", () => {
  const here = folder();
  test.each([
    ["api.github.com", "api.github.com\tgithub\tactions_inbound\t-\n*.github.com\tgithub\tactions_inbound\t-\n"],
    ["github.com.evil.example", "github.com.evil.example: in none of the lists\n"],
    ["192.0.2.1", "192.0.2.1: in none of the lists\n"],
  ])("%s", (what, expected) => {
    const { code, stdout } = prefixes(here, "lookup", what);
    expect(code).toBe(0);
    expect(stdout.startsWith(expected)).toBe(true);
  });

  test.each([
    [["lookup"], "prefixes lookup: expected an address or a name, not nothing"],
    [["lookup", "a b"], "prefixes lookup: expected an address or a name, not a b"],
    [["lookup", "192.0.2.1", "192.0.2.2"], "prefixes lookup: expected an address or a name, not 192.0.2.1 192.0.2.2"],
    [["nonsense"], "prefixes: expected list, lookup, update or import, not nonsense"],
    [["update"], "--into is needed: the folder that lists are kept in"],
    [["update", "acme", "--into", "x"], /no list of acme; known are atlassian, aws, /],
    [["update", "--into", "x", "--mirror", "file:///etc"], NO_MIRROR],
    [["update", "--into", "x", "--mirror", "mirror"], NO_MIRROR],
    [["update", "--into", "x", "--mirror", "https://u:p@mirror.example/"], NO_MIRROR],
    [["update", "--into", "x", "--mirror", "https://mirror.example/?token=x"], NO_MIRROR],
    [["update", "--into", "x", "--mirror", "http://a", "--from", "b"], "--mirror and --from do not go together"],
    [["import", "corp", "--into", "x"], "prefixes import: expected a name and a file"],
    [["import", "aws", "own.csv", "--into", "x"], "prefixes import: aws is a publisher's: use prefixes update"],
    [["import", "../x", "own.csv", "--into", "x"], /a list is named by small letters, digits and hyphens, not \.\.\/x/],
    [
      ["import", "corp", "/dev/null", "--published", "May", "--into", "x"],
      "--published: expected a date such as 2026-11-21, not May",
    ],
    [["import", "corp", "own.csv", "--into", "x"], "own.csv: no such file or folder"],
    [["list", "--prefixes", "x"], "x/manifest.json: no such file or folder"],
  ])("%j is refused", (args, message) => {
    const result = prefixes(here, ...args);
    if (typeof message === "string") expect(result).toEqual(refusal(message));
    else expect(result.stderr).toMatch(message);
    expect(result.code).toBe(2);
  });
});

describe("a list of one's own", () => {
  test("is imported by its columns, and whose addresses are in it is known then", () => {
    const here = folder({ "own.csv": OWN });
    const imported = prefixes(here, ...IMPORT, ...COLUMNS, "--into", "lists");
    expect(imported.stdout).toMatch(/^corp\timported\tsha256:[0-9a-f]{12}, 2 prefixes\n$/);
    const { stdout } = prefixes(here, "lookup", "198.51.100.7", "--prefixes", "lists");
    expect(stdout).toMatch(/^198\.51\.100\.0\/24\tcorp\tdata%2C-ml\tosl\tsha256:/);
    expect(prefixes(here, "list", "--prefixes", "lists").stdout).toMatch(/corp\t.*\tundated\t0 days old\tkept\n/);
  });

  test("is refused when it shrank, unless that is accepted", () => {
    const here = folder({ "own.csv": `${OWN}a,b,192.0.2.0/24\n` });
    prefixes(here, ...IMPORT, "--into", "lists");
    writeFileSync(join(here, "own.csv"), OWN.split("\n").slice(0, 2).join("\n"));
    expect(prefixes(here, ...IMPORT, "--into", "lists")).toEqual(
      refusal("corp: 1 prefixes, and 3 before: --accept-shrink corp takes it as it is"),
    );
    expect(prefixes(here, ...IMPORT, "--into", "lists", "--accept-shrink", "corp").code).toBe(0);
  });

  test("that was altered in its folder is refused", () => {
    const here = folder({ "own.csv": OWN });
    prefixes(here, ...IMPORT, "--into", "lists");
    const [name = ""] = readdirSync(join(here, "lists")).filter((file) => file.startsWith("corp-"));
    writeFileSync(join(here, "lists", name), readFileSync(join(here, "lists", name), "utf8").replace("198", "197"));
    expect(prefixes(here, "lookup", "192.0.2.1", "--prefixes", "lists")).toEqual(
      refusal(`${name}: SHA-256 differs from the manifest's`),
    );
  });

  test("stands beside the endpoint in a candidate, with the version and digest of each list", () => {
    const here = folder({ "own.csv": OWN, "a.jsonl": '{"dest_ip":"198.51.100.7","dest_port":443,"proto":"tcp"}\n' });
    prefixes(here, ...IMPORT, ...COLUMNS, "--into", "lists");
    const cli = (...args: string[]): Result => sallyport(args, { cwd: here });
    cli("observe", "a.jsonl", "-o", "o.jsonl");
    cli("merge", "o.jsonl", "-o", "evidence.json");
    const candidate = JSON.parse(cli("propose", "evidence.json", "--prefixes", "lists").stdout) as {
      prefixes: { list: string; digest: string }[];
      rules: { tags: unknown[] }[];
    };
    expect(candidate.rules[0]?.tags).toEqual([
      {
        address: "198.51.100.7",
        tags: [expect.objectContaining({ provider: "corp", service: "data%2C-ml", region: "osl" })],
      },
    ]);
    expect(candidate.prefixes.map(({ list }) => list)).toContain("corp");
    expect(candidate.prefixes.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
  });
});

test("prefixes update from a folder is one line a list, and exit code 2 where one stays as it was", () => {
  const here = folder({ "in/fastly.json": '{"addresses":["192.0.2.0/24"],"ipv6_addresses":[]}', "in/aws.json": "{}" });
  const args = ["update", "--from", "in", "--into", "lists", "--accept-shrink", "fastly"];
  const { code, stdout, stderr } = prefixes(here, ...args);
  expect(stdout).toMatch(/^fastly\tupdated\tsha256:[0-9a-f]{12}, 1 prefixes\n$/);
  expect(stderr).toBe(
    "sallyport: prefixes update: 1 of 2 lists stay as they were: aws (aws.json: prefixes is not an array)\n",
  );
  expect(code).toBe(2);
  expect(prefixes(ROOT, "list", "--prefixes", join(here, "lists")).stdout).toContain("fastly\tsha256:");
});
