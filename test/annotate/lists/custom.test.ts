import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvFields } from "../../../src/annotate/lists/csv.ts";
import { type KeyMap, parseCustom } from "../../../src/annotate/lists/custom.ts";
import { InputError } from "../../../src/model/error.ts";

const MAP: KeyMap = { format: "text", items: "", prefix: null, service: null, region: null };
const read = (map: Partial<KeyMap>, content: unknown): string[] => {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const list = parseCustom("corp", { ...MAP, ...map }, text, "list");
  const rejected = [...list.rejected.places].map(([reason, places]) => `${reason} at ${places.join()}`);
  return [...list.entries.map((e) => `${e.prefix} ${e.service} ${e.region ?? "-"}`), ...rejected];
};

describe("a list of one's own", () => {
  test.each<[string, Partial<KeyMap>, unknown, string[]]>([
    ["lines", {}, "# ours\n10.1.0.0/16\n\n2001:db8::/48\t# lab\n", ["10.1.0.0/16 all -", "2001:db8::/48 all -"]],
    ["lines that are none", {}, "10.1.0.0/16\nhello\n", ["10.1.0.0/16 all -", "not-a-prefix at 2"]],
    [
      "columns by name",
      { format: "csv", prefix: "cidr", service: "team", region: "site" },
      'site,team,cidr\nosl,"data, ml",10.1.0.0/16\n,web,10.2.0.0/16\n',
      ["10.1.0.0/16 data%2C-ml osl", "10.2.0.0/16 web -"],
    ],
    ["columns by number", { format: "csv", prefix: "2" }, "IPv4,103.43.72.0/22\n", ["103.43.72.0/22 all -"]],
    ["the first column, if none is told", { format: "csv" }, "10.1.0.0/16,x\n", ["10.1.0.0/16 all -"]],
    [
      "a byte order mark before the names",
      { format: "csv", prefix: "cidr" },
      "\uFEFFcidr\n10.1.0.0/16\n",
      ["10.1.0.0/16 all -"],
    ],
    ["a line that is no CSV", { format: "csv" }, '10.1.0.0/16\n"10.2.0.0/16\n', ["10.1.0.0/16 all -", "not-csv at 2"]],
    ["a JSON array of prefixes", { format: "json" }, ["10.1.0.0/16"], ["10.1.0.0/16 all -"]],
    ["one further in", { format: "json", items: "data.v4" }, { data: { v4: ["10.1.0.0/16"] } }, ["10.1.0.0/16 all -"]],
    [
      "objects",
      { format: "json", items: "list", prefix: "cidr", service: "svc", region: "site" },
      { list: [{ cidr: "10.1.0.0/16", svc: "web", site: "osl" }, { cidr: "10.2.0.0/16", svc: "web" }, 7] },
      ["10.1.0.0/16 web osl", "10.2.0.0/16 web -", "not-an-object at 3"],
    ],
    [
      "objects of several prefixes each, in every member",
      { format: "json", items: "*.ranges", prefix: "cidrs", service: "svc" },
      { version: 1, eu: { ranges: [{ svc: "a", cidrs: ["10.1.0.0/16", "10.2.0.0/16"] }] }, us: { ranges: [] } },
      ["10.1.0.0/16 a -", "10.2.0.0/16 a -"],
    ],
    [
      "an entry without its service",
      { format: "json", prefix: "c", service: "s" },
      [{ c: "10.1.0.0/16", s: "x" }, { c: "10.2.0.0/16" }],
      ["10.1.0.0/16 x -", "bad-service at 2"],
    ],
  ])("of %s", (_, map, content, lines) => expect(read(map, content)).toEqual(lines));

  test.each<[Partial<KeyMap>, unknown, string]>([
    [{ format: "csv", prefix: "cidr" }, "net\n10.0.0.0/16\n", "list:1: no column cidr"],
    [{ format: "csv" }, "", "list: no usable prefix of corp in it"],
    [{ format: "json" }, "{", "list: not a JSON document"],
    [{ format: "json" }, {}, "list: the document is not an array"],
    [{ format: "json", items: "a.b" }, { a: {} }, "list: there is no a.b"],
    [{ format: "json", items: "a.b" }, { a: { b: {} } }, "list: a.b is not an array"],
    [{ format: "json", items: "a.*" }, { a: 7 }, "list: there is no a.*"],
    [{ format: "json", items: "constructor" }, {}, "list: there is no constructor"],
  ])("that cannot be used says where and why: %j %j", (map, content, message) => {
    expect(() => read(map, content)).toThrow(new InputError(message));
  });
});

test("what is quoted as RFC 4180 says comes out as it went in", () => {
  const field = fc.string({ unit: fc.constantFrom("a", '"', ",", " ", "1"), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
      const line = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(",");
      expect(csvFields(line)).toEqual(fields);
    }),
  );
});
