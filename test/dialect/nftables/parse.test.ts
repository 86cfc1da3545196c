import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNftables, printRuleset, sniffNftables } from "../../../src/dialect/nftables/index.ts";
import { InputError } from "../../../src/model/error.ts";

describe("syntax errors say where, what and what instead", () => {
  it.each([
    ["table inet t {", 'f.nft:1:15: unexpected end of file, expected "chain", "set", "map", "}"'],
    [
      "tabel inet t { }",
      'f.nft:1:1: unexpected "tabel", expected "table", "add", "flush", "define" or another command',
    ],
    ["table inet t {\n chain c {\n  tcp dport accept\n }\n}", null],
    ["table inet t {\n chain c {\n  accpet\n }\n}", 'f.nft:3:3: unexpected "accpet", expected a statement'],
    ["table inet t {\n chain c {\n  accept }\n}", 'f.nft:3:10: unexpected "}", expected end of line or ";"'],
    ["table inet t {\n chain c {\n  ip daddr { 1.1.1.1 accept\n }\n}", 'f.nft:3:22: unexpected "accept", expected "}"'],
    ['table inet t { chain c { comment "x\n', 'f.nft:1:34: a quote that nothing closes, expected "'],
    ["define x 1", 'f.nft:1:10: unexpected "1", expected "="'],
    [
      "table inet t { chain c { type filter hook output priority 0; policy reject;",
      'f.nft:1:69: unexpected "reject", expected "accept" or "drop"',
    ],
    ["table inet t { } table inet u { }", 'f.nft:1:18: unexpected "table", expected end of line or ";"'],
    ["table inet t { chain c { ct state %; }", 'f.nft:1:35: unexpected "%"'],
    ["add rule inet t c", "f.nft:1:18: unexpected end of file, expected a rule"],
  ])("%j", (text, message) => {
    if (message === null) expect(() => parseNftables("f.nft", text)).not.toThrow();
    else expect(() => parseNftables("f.nft", text)).toThrow(new InputError(message));
  });
});

describe("what is parsed is printed back, in nft's own words", () => {
  it.each([
    "ip daddr 192.0.2.1 tcp dport 443 accept",
    "ip6 daddr { 2001:db8::/32, fe80::1-fe80::9 } drop",
    'ip daddr . tcp dport { 192.0.2.1 . 443 timeout 1h expires 30m comment "x", 192.0.2.2 . 80-90 } accept',
    "ct state established,related accept",
    "tcp flags & (fin | syn) == syn counter packets 1 bytes 2 drop",
    'oifname != "eth*" log prefix "out: " level warn flags all limit rate 5/second burst 10 packets reject with icmpx type admin-prohibited',
    "tcp dport vmap { 22 : accept, 80-90 : jump web, * : drop }",
    "meta mark set 0x1 meta time < 1803340800 meta skuid 1000 return",
    "ip daddr @good . $port accept",
    "fib daddr . iif type local goto web",
    "ct original ip saddr 10.0.0.0/8 ct mark set meta mark accept",
    "@th,16,16 53 drop",
    "update @seen { ip saddr timeout 1m } accept",
    "dnat to 10.0.0.1 : 80",
    "tcp option maxseg size set rt mtu",
  ])("%s", (rule) => {
    const text = `add rule inet t c ${rule}`;
    const printed = printRuleset(parseNftables("f.nft", text)).trim();
    expect(printed).toBe(text);
  });

  it("gives the same tree for its own print", () => {
    const text = `define web = { 80, 443 }\ntable inet t {\n comment "mine"\n set s {\n typeof ip daddr . tcp dport\n flags interval,timeout\n timeout 1h\n elements = { 10.0.0.0/8 . 80 }\n }
      chain c {\n type filter hook output priority filter - 5; policy drop;\n tcp dport $web jump {\n ip daddr 1.1.1.1 accept\n }\n }\n}\nflush ruleset inet\n`;
    const once = printRuleset(parseNftables("f.nft", text));
    expect(printRuleset(parseNftables("f.nft", once))).toBe(once);
    expect(once).toContain("priority filter - 5");
  });
});

describe("hostile text", () => {
  const WORDS = [
    "table",
    "inet",
    "t",
    "{",
    "}",
    "chain",
    "(",
    ")",
    "ip",
    "daddr",
    "tcp",
    "dport",
    "1.1.1.1",
    "::1",
    ",",
    ".",
    ":",
    ";",
    "\n",
    '"x"',
    "$a",
    "@s",
    "set",
    "elements",
    "=",
    "jump",
    "vmap",
    "-",
    "/",
    "&",
    "define",
    "\\",
    "#",
    "é",
    "\0",
  ];

  it("never crashes the parser: it parses or is refused with a place", () => {
    const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.string(),
          text.map((words) => `table inet t {\nchain c {\n${words}`),
        ),
        (input) => {
          try {
            parseNftables("f.nft", input);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
            expect((error as Error).message).toMatch(/^f\.nft:\d+:\d+: /);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["deep braces", `table inet t {\nchain c {\n${"jump {\n".repeat(100_000)}`],
    ["deep parentheses", `add rule inet t c ct mark ${"(".repeat(100_000)}`],
    ["deep sets", `define x = ${"{".repeat(100_000)}`],
    ["an endless line of hexadecimal", `add rule inet t c ip6 daddr ${"a".repeat(1_000_000)} (`],
    ["an endless line of colons", `add rule inet t c ip6 daddr ${":".repeat(200_000)}`],
  ])("%s ends in an error, soon", (_, text) => {
    expect(() => parseNftables("f.nft", text)).toThrow(InputError);
  });
});

describe("recognising nftables", () => {
  it.each([
    ["#!/usr/sbin/nft -f\n\nflush ruleset\n", true],
    ["# mine\ntable inet filter {\n}", true],
    ["add rule inet t c accept", true],
    ["define x = 1", true],
    ["*filter\nCOMMIT\n", false],
    ['{"nftables":[]}', true],
    ['{"_schema":"x","nftables":[]}', false],
    ["agent a { default deny }", false],
    ["", false],
  ])("%j", (text, expected) => {
    expect(sniffNftables(text)).toBe(expected);
  });
});

it("reads long sets quickly and no differently: each element with its place, its options and its kind", () => {
  const text = `define s = { 192.0.2.1,192.0.2.2 ,
\t192.0.2.0/24, 192.0.2.3 comment "x", # 192.0.2.9,
  192.0.2.4-192.0.2.5, 192.0.2.6 . 80, 2001:db8::1, \\
192.0.2.7, 192.0.2.8
}
`;
  const [define] = parseNftables("p.nft", text).commands;
  const value = define?.kind === "define" ? define.value : null;
  const elements = value?.kind === "set" ? value.elements : [];
  expect(elements.map(({ key }) => `${key.at.line}:${key.at.column} ${key.kind}`)).toEqual([
    "1:14 word",
    "1:24 word",
    "2:2 prefix",
    "2:16 word",
    "3:3 range",
    "3:24 concat",
    "3:40 word",
    "4:1 word",
    "4:12 word",
  ]);
});

it.each(["1.2.3.4.5", "1234.1.1.1", "1.2.3.4/", "1.2.3.4 5.6.7.8"])("%s is no element, quickly or not", (element) => {
  expect(() => parseNftables("p.nft", `define s = { ${element}, 192.0.2.1 }\n`)).toThrow(/^p\.nft:1:\d+: unexpected/);
});
