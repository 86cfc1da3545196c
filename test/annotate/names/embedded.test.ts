import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spelled, translated } from "../../../src/annotate/names/embedded.ts";
import { fromV4, parseAddress } from "../../../src/model/address.ts";
import { address } from "../../support/build.ts";

describe("an IPv4 address inside an IPv6 one", () => {
  test.each([
    ["64:ff9b::a9fe:a9fe", "169.254.169.254", "NAT64 (RFC 6052)"],
    ["64:ff9b:1::a9fe:a9fe", "169.254.169.254", "local NAT64 (RFC 8215)"],
    ["2002:a9fe:a9fe::1", "169.254.169.254", "6to4 (RFC 3056)"],
    ["2001:0:102:304::5601:5601", "169.254.169.254", "Teredo (RFC 4380)"],
    ["fe80::5efe:a9fe:a9fe", "169.254.169.254", "ISATAP (RFC 5214)"],
    ["2001:db8::200:5efe:a9fe:a9fe", "169.254.169.254", "ISATAP (RFC 5214)"],
    ["::a9fe:a9fe", "169.254.169.254", "IPv4-compatible (RFC 4291)"],
  ])("%s is %s by %s", (outer, inner, by) => expect(translated(address(outer))).toEqual({ address: inner, by }));

  test.each(["::1", "2001:db8::1", "2606:4700::6810:322", "192.0.2.1", "fd00:ec2::254"])("%s has none", (outer) =>
    expect(translated(address(outer))).toBeNull(),
  );
});

describe("an address that a name spells out", () => {
  test.each([
    ["169.254.169.254.nip.io"],
    ["app.169.254.169.254.sslip.io"],
    ["169-254-169-254.nip.io"],
    ["www-169-254-169-254.nip.io"],
    ["a9fea9fe.nip.io"],
    ["2852039166.example.com"],
    ["0xa9fea9fe.example.com"],
    ["025177524776.example.com"],
    ["0251.0376.0251.0376.example.com"],
    ["0xa9.0xfe.0xa9.0xfe.example.com"],
    ["169.0xfe.0251.254.example.com"],
  ])("%s", (name) => expect(spelled(name)).toContain("169.254.169.254"));

  test("in IPv6, with dashes for colons", () => expect(spelled("fd00-ec2--254.sslip.io")).toContain("fd00:ec2::254"));

  test.each([
    "api.openai.com",
    "registry.jsdepot.example",
    "d111111abcdef8.cloudfront.net",
    "1.2.3.example.com",
    "ip-10-0-0.example",
  ])("%s spells none", (name) => expect(spelled(name)).toEqual([]));

  test("of every quad in every form", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x0100_0000, max: 0xffff_ffff }), (value) => {
        const quad = fromV4(value);
        const octal = `0${value.toString(8)}`;
        const forms = [quad, quad.replaceAll(".", "-"), `0x${value.toString(16).padStart(8, "0")}`];
        if (octal.length >= 10) forms.push(octal);
        for (const form of forms) expect(spelled(`${form}.x.example`)).toContain(parseAddress(quad));
      }),
    );
  });
});
