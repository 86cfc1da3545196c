import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAbout, parseQuestion } from "../../../src/attribute/explain/question.ts";
import type { Attribution } from "../../../src/attribute/accumulate.ts";
import { InputError } from "../../../src/model/error.ts";
import { address, flow, fqdn } from "../../support/build.ts";

describe("what can be asked, in canonical form", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:443", "192.0.2.1:443"],
    ["192.0.2.1/udp", "192.0.2.1/udp"],
    ["192.0.2.1:443/TCP", "192.0.2.1:443/tcp"],
    ["192.0.2.1/icmp", "192.0.2.1/icmp"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["2001:db8::1/udp", "2001:db8::1/udp"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:443/tcp", "[2001:db8::1]:443/tcp"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["API.example.com.", "api.example.com"],
    ["metrics", "metrics"],
    ["a-b.example.com:8443/tcp", "a-b.example.com:8443/tcp"],
    ["10.0.0.2:40000 > 192.0.2.1:443/tcp", "10.0.0.2:40000 > 192.0.2.1:443/tcp"],
    ["10.0.0.2:40000->192.0.2.1:443", "10.0.0.2:40000 > 192.0.2.1:443"],
    ["10.0.0.2:40000-192.0.2.1:443", "10.0.0.2:40000 > 192.0.2.1:443"],
    [" 10.0.0.2:40000 - 192.0.2.1:443/udp ", "10.0.0.2:40000 > 192.0.2.1:443/udp"],
    ["[2001:db8::2]:40000>[2001:db8::1]:443", "[2001:db8::2]:40000 > [2001:db8::1]:443"],
  ])("%s is %s", (given, canonical) => {
    expect(parseQuestion(given).text).toBe(canonical);
    expect(parseQuestion(canonical)).toEqual(parseQuestion(given));
  });

  test.each([
    "",
    "a b",
    "192.0.2.256",
    "192.0.2.1:65536",
    "192.0.2.1:",
    "192.0.2.1:x",
    "192.0.2.0/24",
    "192.0.2.1:443/icmp",
    "192.0.2.1/quic",
    "[192.0.2.1",
    "https://api.example.com/",
    "10.0.0.2:40000 > 192.0.2.1",
    "10.0.0.2:40000 > api.example.com:443",
    "2001:db8::2:40000 > [2001:db8::1]:443",
    "10.0.0.2:40000 > 192.0.2.1:443/icmp",
    "a".repeat(301),
  ])("%s is refused with the accepted forms", (given) => {
    expect(() => parseQuestion(given)).toThrow(InputError);
    expect(() => parseQuestion(given)).toThrow(/expected an address, a name, .* or a flow such as/);
  });

  test("no text does anything else than be a question or be refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (given) => {
        try {
          expect(parseQuestion(given).text).toMatch(/^[a-z0-9._:[\]/> -]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe("a flow is meant", () => {
  const own: Attribution = {
    name: fqdn("api.example.com"),
    nameSource: "tls-sni",
    otherNames: [fqdn("inner.example.com")],
    cnames: [],
    address: address("192.0.2.1"),
    port: 443,
    via: null,
    flags: [],
  };
  const proxy = { kind: "http-connect" as const, address: address("192.0.2.1"), port: 443 };
  const byName = { ...own, name: fqdn("far.example.com"), port: 8443, via: proxy };
  const byAddress = { ...own, name: null, address: address("198.51.100.7"), port: 22, via: proxy };

  test.each([
    ["192.0.2.1", [own], true],
    ["192.0.2.1:443/tcp", [own], true],
    ["192.0.2.1:443/udp", [own], false],
    ["192.0.2.1:80", [own], false],
    ["10.0.0.2", [own], false],
    ["api.example.com:443", [own], true],
    ["inner.example.com", [own], true],
    ["example.com", [own], false],
    ["far.example.com:8443", [byName, own], true],
    ["192.0.2.1:8443", [byName], false],
    ["198.51.100.7:22", [byAddress, own], true],
    ["10.0.0.2:40000 > 192.0.2.1:443/tcp", [own], true],
    ["192.0.2.1:443 > 10.0.0.2:40000", [own], true],
    ["10.0.0.2:40001 > 192.0.2.1:443", [own], false],
    ["10.0.0.2:40000 > 192.0.2.1:443/udp", [own], false],
  ])("by %s", (question, to, meant) => {
    expect(isAbout(parseQuestion(question), flow("192.0.2.1", 443), to)).toBe(meant);
  });
});
