import { describe, expect, it } from "vitest";
import { printIptables } from "../../../src/dialect/iptables/index.ts";
import { parsePrefix } from "../../../src/model/prefix.ts";
import { AT_OUTPUT, BAKERY, candidateOf, HOSTILE, NOW } from "../packet/bakery.ts";

const printed = printIptables(BAKERY, NOW, AT_OUTPUT);

describe("printing a candidate for iptables", () => {
  it.each([4, 6] as const)("reads as a reviewer expects it, for IPv%d", async (family) => {
    await expect(printed[`v${family}`]).toMatchFileSnapshot(`../../golden/iptables/bakery-output.v${family}.rules`);
  });

  it.each([4, 6] as const)("judges only the source asked for, at the forward hook, for IPv%d", async (family) => {
    const options = { hook: "forward", source: parsePrefix("10.88.0.0/16"), interface: "podman0" } as const;
    const text = printIptables(BAKERY, NOW, options)[`v${family}`];
    await expect(text).toMatchFileSnapshot(`../../golden/iptables/bakery-forward.v${family}.rules`);
  });

  it("leaves out what would outlive the last date iptables can name", () => {
    const future = printed.notExpressed.find(({ endpoint }) => endpoint.name === "far.future.example");
    expect(future?.reason).toBe("cannot expire later than 2038-01-19T03:14:08Z");
    expect(printed.v4).not.toContain("-d 192.0.2.80/32");
  });

  it("keeps comments within what iptables-legacy takes, and everything printable ASCII", () => {
    const comments = [...printed.v4.matchAll(/--comment "([^"]*)"/g)].map(([, text]) => text ?? "");
    expect(Math.max(...comments.map((text) => text.length))).toBeLessThanOrEqual(255);
    expect(printed.v4).toMatch(/^[\n\u0020-\u007E]*$/);
  });

  it("ends at the second before the expiry, since --datestop includes its second", () => {
    expect(printed.v4).toContain("--datestop 2027-02-18T23:59:59");
  });
});

describe("printing many endpoints for iptables", () => {
  const hosts = (count: number): string[] => Array.from({ length: count }, (_, i) => `192.0.2.${i + 1}`);
  const large = candidateOf([
    { addresses: hosts(101), changes: { reason: HOSTILE, id: HOSTILE } },
    { addresses: ["2001:db8::1"] },
    { addresses: ["203.0.113.7"], transport: "udp", port: 53 },
  ]);

  it("puts those of one end, family and transport into a set beyond a hundred, and only those", () => {
    const { v4, v6, sets } = printIptables(large, NOW, AT_OUTPUT);
    const [, name = ""] = /^create (\S+) hash:ip,port family inet maxelem 65536 comment$/m.exec(sets ?? "") ?? [];
    expect(name).toMatch(/^sallyport-v4-[0-9a-f]{12}$/);
    expect(sets?.match(/^add /gm)).toHaveLength(101);
    expect(v4).toContain(`-p tcp -m set --match-set ${name} dst,dst -m time --datestop 2027-02-18T23:59:59`);
    expect(v4).toContain("-d 203.0.113.7/32 -p udp");
    expect(v4).not.toContain("-d 192.0.2.1/32");
    expect(v6).not.toContain("--match-set");
    expect(printIptables(candidateOf([{ addresses: hosts(100) }]), NOW, AT_OUTPUT).sets).toBeNull();
  });

  it("names a set by what is in it, not by who asked for it", () => {
    const named = (count: number, reason: string): string | undefined =>
      /^create (\S+)/m.exec(
        printIptables(candidateOf([{ addresses: hosts(count), changes: { reason } }]), NOW, AT_OUTPUT).sets ?? "",
      )?.[1];
    expect(named(120, "bread")).toBe(named(120, "cake"));
    expect(named(120, "bread")).not.toBe(named(121, "bread"));
  });

  it("keeps elements to one line each, printable, with comments the kernel takes", () => {
    const { sets } = printIptables(large, NOW, AT_OUTPUT);
    expect(sets).toMatch(/^[\n\u0020-\u007E]*$/);
    for (const line of (sets ?? "").trim().split("\n"))
      expect(line).toMatch(/^(#|create |add \S+ \S+ comment "[^"]{1,255}"$)/);
  });

  it("says that a whole table replaces the rules of others", () => {
    const { v4 } = printIptables(BAKERY, NOW, { ...AT_OUTPUT, wholeTable: true });
    expect(v4).toContain("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
    expect(v4).toContain("It REPLACES the whole filter table");
    expect(v4).not.toContain("--noflush");
  });
});
