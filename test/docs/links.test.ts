import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { markdownBelow, page, rootUrl } from "./pages.ts";

const OWN = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "src/dialect/README.md"].filter((path) =>
  existsSync(rootUrl(path)),
);
const PAGES = [...OWN, ...markdownBelow("docs")];

/** Targets of links and pictures outside code, without those that lead to the network. */
function targets(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map((match) => match[1] ?? "")
    .filter((to) => !/^[a-z]+:/.test(to));
}

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchors(path: string): string[] {
  return [...page(path).matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1] ?? ""));
}

describe("relative links", () => {
  test("are looked for in a good number of pages", () => {
    expect(PAGES.length).toBeGreaterThan(25);
  });

  test.each(PAGES)("of %s lead to files and headings that are there", (path) => {
    for (const target of targets(page(path))) {
      const [file = "", anchor] = target.split("#");
      const at = file === "" ? path : new URL(file, rootUrl(path)).href.slice(rootUrl("").href.length);
      expect(existsSync(rootUrl(at)), `${path} links to ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchors(at), `${path} links to ${target}`).toContain(anchor);
    }
  });
});
