/** The examples in docs/explain.md are what the demo's recordings give, and its tables name every field. */
import { describe, expect, test } from "vitest";
import { sallyport } from "../support/sallyport.ts";
import { page, rows, section } from "./pages.ts";

const text = page("docs/explain.md");
const examples = [...text.matchAll(/^```console\n\$ npx sallyport (.*)\n([\s\S]*?)^```$/gm)].map(
  ([, command = "", printed = ""]) => ({ command, printed }),
);

/** The words of a command line with double quotes as its only quoting. */
const words = (command: string): string[] => [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? "");

describe("docs/explain.md", () => {
  test("has examples", () => expect(examples.length).toBeGreaterThanOrEqual(3));

  test.each(examples)("$command", ({ command, printed }) => {
    expect(sallyport(words(command))).toEqual({ code: 0, stdout: printed, stderr: "" });
  });

  test("names each field of each kind of line, and no other", () => {
    const lines = ["docs.python.org", "192.0.2.45"]
      .flatMap((what) =>
        sallyport(["explain", what, "fixtures/demo/runs/before-02.pcapng", "--json"]).stdout.split("\n"),
      )
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const fields = (kind: string): string[] => Object.keys(lines.find((line) => line["kind"] === kind) ?? {}).sort();
    const named = (heading: string): string[] =>
      rows(section(text, heading))
        .flatMap(([cell = ""]) => cell.split(", "))
        .map((field) => field.replaceAll("`", ""));
    expect([...named("### Flow lines"), "_schema", "kind", "question"].sort()).toEqual(fields("flow"));
    expect([...named("### Question lines"), "_schema", "kind", "question"].sort()).toEqual(fields("question"));
  });
});
