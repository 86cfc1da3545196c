import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/**
 * The arrow: a stage imports model/ and nothing to its right. Stricter where the code allows it: this says which stages
 * each one really needs, so that a new dependency between stages is a line here that somebody has to defend.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ingest: ["model"],
  attribute: ["model"],
  merge: ["model"],
  annotate: ["model"],
  propose: ["model", "merge", "annotate"],
  dialect: ["model"],
  diff: ["model"],
  report: ["model"],
  publish: ["model"],
  host: ["model"],
  cli: ["model", "ingest", "attribute", "merge", "annotate", "propose", "dialect", "diff", "report", "publish", "host"],
};
const STAGES = Object.keys(MAY_IMPORT);

/** The stages that may touch files, network, processes and the environment. */
const OUTWARD: ReadonlySet<string> = new Set(["publish", "host", "cli"]);
/** What every other stage may use of Node: computing, no effects. */
const PURE_MODULES: ReadonlySet<string> = new Set(["node:crypto"]);

const CLOCK_AND_CHANCE =
  /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(|\bMath\.random\b|\bperformance\b|\bhrtime\b|\brandom(?:Bytes|Int|UUID|FillSync)\b|\bgetRandomValues\b/g;

/** What is there without an import: the process and its environment, timers, and code or modules made of text. */
const WORLD =
  /(?<![.#\w"'])(?:process|globalThis|global|navigator)\s*(?:\??\.|\[)|\bset(?:Timeout|Interval|Immediate)\b|\beval\s*\(|\bnew Function\b|\bimport\s*\(\s*[^"'\s]/g;

interface SourceFile {
  readonly file: string;
  readonly stage: string;
  /** Without comments, which may say what code may not. */
  readonly code: string;
  readonly imports: readonly string[];
}

const ALL: readonly string[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
  .sort();

function sourceFiles(): SourceFile[] {
  return ALL.filter((path) => path.endsWith(".ts")).map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    const code = text.replaceAll(/(?<=^|[\s(,])\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
    return { file: path, stage: path.split(sep)[0] ?? "", code, imports: importsIn(text) };
  });
}

/** In comments too: what takes text for a comment may take code for one. */
function importsIn(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"']+)["']/g)].map((m) => m[1] ?? "");
}

/** The stage a relative import leads to, or null for packages and Node's modules. */
function stageOf(file: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  return relative(SRC, normalize(join(SRC, dirname(file), specifier))).split(sep)[0] ?? null;
}

const FILES = sourceFiles();

describe("the source tree", () => {
  it("was found", () => expect(FILES.length).toBeGreaterThan(50));

  it("holds nothing that these checks do not read", () => {
    expect(ALL.filter((path) => !path.endsWith(".ts"))).toEqual([join("dialect", "README.md")]);
  });

  it("has every stage to the left of its users", () => {
    for (const [stage, imported] of Object.entries(MAY_IMPORT)) {
      for (const other of imported) expect(STAGES.indexOf(other)).toBeLessThan(STAGES.indexOf(stage));
    }
  });
});

describe.each(FILES)("$file", ({ file, stage, code, imports }) => {
  it("stands in a stage and imports only what the stage may", () => {
    expect(STAGES).toContain(stage);
    const others = imports
      .map((specifier) => stageOf(file, specifier))
      .filter((other) => other !== null && other !== stage);
    expect(MAY_IMPORT[stage]).toEqual(expect.arrayContaining(others));
  });

  it("reaches for the world only where that is its task", () => {
    const modules = imports.filter((specifier) => stageOf(file, specifier) === null);
    if (stage === "model") expect(modules).toEqual([]);
    else if (!OUTWARD.has(stage)) {
      expect(modules.filter((name) => isBuiltin(name) && !PURE_MODULES.has(name))).toEqual([]);
    }
  });

  it("takes time and chance from nobody but its caller", () => {
    if (stage !== "cli") expect(code.match(CLOCK_AND_CHANCE)).toBeNull();
  });

  it("uses nothing of the world that needs no import", () => {
    if (!OUTWARD.has(stage)) expect(code.match(WORLD)).toBeNull();
  });
});

describe("the network", () => {
  const reaches = (pattern: RegExp): string[] => FILES.filter(({ code }) => pattern.test(code)).map(({ file }) => file);

  it("is fetched from in one file alone, which one command uses", () => {
    expect(reaches(/\bfetch\s*\(|\bWebSocket\b|\bXMLHttpRequest\b/)).toEqual([join("cli", "prefixes", "fetch.ts")]);
    expect(reaches(/\bfetchList\b/)).toEqual(["fetch.ts", "update.ts"].map((name) => join("cli", "prefixes", name)));
  });

  it("is opened by no module of Node's but for a pipe", () => {
    const modules = /^node:(net|http|http2|https|dgram|dns|tls|inspector)/;
    expect(FILES.filter(({ imports }) => imports.some((name) => modules.test(name))).map(({ file }) => file)).toEqual([
      join("cli", "stored.ts"),
    ]);
  });
});

describe("the checks themselves", () => {
  it.each(["Date.now()", "new Date()", "Date()", "Math.random()", "performance.now()", "randomUUID()"])(
    "see %s",
    (code) => {
      expect(code.match(CLOCK_AND_CHANCE)).not.toBeNull();
    },
  );

  it.each([
    "process.env",
    'process["env"]',
    "globalThis.process",
    "setTimeout(f, 1)",
    "import(name)",
    "import(`./${name}.ts`)",
    "new Function(text)",
    "eval(text)",
  ])("see %s", (code) => expect(code.match(WORLD)).not.toBeNull());

  it.each(["flow.process.length", 'import("./a.ts")', "processes.length", "{ process: null }"])("let %s pass", (code) =>
    expect(code.match(WORLD)).toBeNull(),
  );

  it.each([
    'import { a } from "./b.ts";',
    'import type { A } from "./b.ts";',
    'export * from "./b.ts";',
    'export { type A } from "./b.ts";',
    'import "./b.ts";',
    'const b = await import("./b.ts");',
    'type A = import("./b.ts").A;',
    'const glob = "/*"; import a from "./b.ts"; const end = "*/";',
  ])("see what is imported by %s", (code) => expect(importsIn(code)).toEqual(["./b.ts"]));

  it.each(["new Date(seconds * 1000)", "Date.UTC(2026, 0, 1)", "date(x)"])("let %s pass", (code) => {
    expect(code.match(CLOCK_AND_CHANCE)).toBeNull();
  });

  it.each([
    [join("diff", "a.ts"), "../model/b.ts", "model"],
    [join("ingest", "capture", "a.ts"), "../decode/b.ts", "ingest"],
    [join("ingest", "capture", "a.ts"), "../../report/b.ts", "report"],
    [join("diff", "a.ts"), "./b.ts", "diff"],
    [join("diff", "a.ts"), "yaml", null],
  ])("%s importing %s reaches %s", (file, specifier, stage) => expect(stageOf(file, specifier)).toBe(stage));
});
