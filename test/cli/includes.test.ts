import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPolicies } from "../../src/cli/files.ts";
import { readable } from "../../src/cli/includes.ts";

let root = "";

const FILES: Readonly<Record<string, string>> = {
  "policy/main.nft": "",
  "policy/vars.nft": "define A = 1\n",
  "policy/d/b.nft": "# b\n",
  "policy/d/a.nft": "# a\n",
  "policy/d/a1.nft": "# a1\n",
  "policy/d/.hidden.nft": "# hidden\n",
  "policy/d/note.txt": "no rules\n",
  "elsewhere/secret.nft": "define SECRET = 2\n",
};

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "sallyport-includes-"));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  symlinkSync(path.join(root, "elsewhere/secret.nft"), path.join(root, "policy/link.nft"));
  mkdirSync(path.join(root, "policy/folder.nft"));
});

afterAll(() => rmSync(root, { recursive: true }));

function included(name: string, allowInclude = false): string[] | null {
  const paths = [path.join(root, "policy/main.nft")];
  const [policy] = readable(readPolicies(paths), paths, { allowInclude, zone: null, family: null });
  return policy?.include?.(name.replace("ROOT", root))?.map((file) => file.path.replace(root.slice(1), "ROOT")) ?? null;
}

describe("what a policy includes", () => {
  it.each([
    ["vars.nft", ["vars.nft"]],
    ["./vars.nft", ["vars.nft"]],
    ["ROOT/policy/vars.nft", ["vars.nft"]],
    ["d/*.nft", ["d/a.nft", "d/a1.nft", "d/b.nft"]],
    ["./d/a?.nft", ["d/a1.nft"]],
    ["d/[!a]*.nft", ["d/b.nft"]],
    ["*/[ab].nft", ["d/a.nft", "d/b.nft"]],
    ["*/[^a].nft", ["d/b.nft"]],
    ["*/[!b-z].nft", ["d/a.nft"]],
    ["*/[.-b].nft", ["d/a.nft", "d/b.nft"]],
    ["*/(a|b).nft", []],
    ["d/.h*.nft", ["d/.hidden.nft"]],
    ["d/none*.nft", []],
    ["missing.nft", null],
    ["folder.nft", null],
    ["../elsewhere/secret.nft", null],
    ["../elsewhere/*.nft", null],
    ["../elsewhere/none*.nft", null],
    ["link.nft", null],
    ["/etc/passwd", null],
    ["/dev/zero", null],
  ])("%s: %j", (name, expected) => {
    expect(included(name)).toEqual(expected);
  });

  it("may lie elsewhere where that is allowed", () => {
    expect(included("../elsewhere/*.nft", true)).toEqual(["ROOT/elsewhere/secret.nft"]);
    expect(included("link.nft", true)).toEqual(["ROOT/elsewhere/secret.nft"]);
    expect(included("/dev/zero", true)).toBeNull();
  });

  it.each(["[z-a]", "[a^-!]", "[]a]", "[!]", "[!]a]", "[[:alpha:]]", "[a\\]", "[a-]", "[a", "[]"])(
    "is not sought with %s, which is read in more ways than one",
    (brackets) => expect(() => included(`d/${brackets}*`)).toThrow(/^include: brackets that are not read here in /),
  );

  it("is not sought with a pattern that would take for ever", () => {
    expect(() => included(`d/${"a*".repeat(30)}.nft`)).toThrow(/more than 8 stars/);
  });
});
