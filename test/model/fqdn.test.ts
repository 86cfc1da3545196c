import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFqdn } from "../../src/model/fqdn.ts";

const label63 = "a".repeat(63);
const name253 = `${label63}.${label63}.${label63}.${"a".repeat(61)}`;

describe("names that survive", () => {
  it.each([
    ["API.OpenAI.com", "api.openai.com", "case does not count"],
    ["example.com.", "example.com", "a trailing dot"],
    ["_dmarc.example.com", "_dmarc.example.com", "an underscore in front"],
    ["my_bucket.s3.amazonaws.com", "my_bucket.s3.amazonaws.com", "an underscore within"],
    ["metrics", "metrics", "a single label"],
    ["xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "an A-label"],
    ["-a-.example", "-a-.example", "hyphens at the edges"],
    ["1.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa", "numeric labels that are not last"],
    ["host.0xg", "host.0xg", "not a hexadecimal number"],
    [label63, label63, "63 characters in a label"],
    [name253, name253, "253 characters"],
    [`${name253}.`, name253, "253 characters and the dot of the root"],
  ])("%s is %s: %s", (text, name) => expect(parseFqdn(text)).toBe(name));
});

describe("text that is no name", () => {
  it.each([
    ["", "nothing"],
    [".", "the root"],
    ["a..b", "an empty label"],
    [".a", "an empty first label"],
    ["a.b..", "two trailing dots"],
    [`${label63}a.com`, "64 characters in a label"],
    [`${name253}a`, "254 characters"],
    ["192.0.2.1", "an address"],
    ["example.123", "a last label that is a number"],
    ["example.0x7F", "a last label that is a hexadecimal number"],
    ["example.0x", "what inet_aton takes for zero"],
    ["2001:db8::1", "an IPv6 address"],
    ["*.example.com", "a pattern"],
    ["example.com:443", "a port"],
    ["a b.example", "a blank"],
    ["a\n.example", "a line end"],
    ["example.com\n", "a line end at the end"],
    ['"a".example', "a quote"],
    ["$(id).example", "a shell's words"],
    ["<b>.example", "HTML"],
    ["\u001b[31m.example", "a terminal escape"],
    ["münchen.de", "a U-label"],
    ["\u212Aelvin.example", "the Kelvin sign, which lower-cases to an ASCII k"],
    ["\u017Fecret.example", "the long s, which upper-cases to an ASCII S"],
    ["example\u3002com", "an ideographic full stop"],
    ["ex\u00ADample.com", "a soft hyphen"],
    ["a\0.example", "a NUL"],
  ])("%j is refused: %s", (text) => expect(parseFqdn(text)).toBeNull());
});

describe("laws", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc
      .array(fc.constantFrom("a", "Z", "0", "-", "_", ".", "0x", "\u212A", "é"), { maxLength: 20 })
      .map((x) => x.join("")),
  );

  it("lets nothing through but the characters that are safe in every output", () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(parseFqdn(t) ?? "a").toMatch(/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/);
      }),
      { numRuns: 5000 },
    );
  });

  it("changes nothing but case and a trailing dot", () => {
    const ascii = (t: string): string => t.replace(/[A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 32));
    fc.assert(
      fc.property(text, (t) => {
        const name = parseFqdn(t);
        if (name !== null) expect([name, `${name}.`]).toContain(ascii(t));
      }),
      { numRuns: 5000 },
    );
  });

  it("takes its own result as it is", () => {
    fc.assert(
      fc.property(fc.domain(), (t) => {
        expect(parseFqdn(parseFqdn(t) ?? "")).toBe(parseFqdn(t));
      }),
    );
  });
});
