import { describe, expect, it } from "vitest";
import { loadNftables, printNftables } from "../../../src/dialect/nftables/index.ts";
import { InputError } from "../../../src/model/error.ts";
import { parsePrefix } from "../../../src/model/prefix.ts";
import { AT_OUTPUT, BAKERY, candidateOf, HOSTILE, NOW } from "../packet/bakery.ts";

const printed = printNftables(BAKERY, NOW, AT_OUTPUT);

describe("printing a candidate for nftables", () => {
  it("reads as a reviewer expects it, at the output hook", async () => {
    await expect(printed.text).toMatchFileSnapshot("../../golden/nftables/bakery-output.nft");
  });

  it("judges only the traffic asked for, at the forward hook", async () => {
    const options = { hook: "forward", source: parsePrefix("10.88.0.0/16"), interface: "podman0" } as const;
    await expect(printNftables(BAKERY, NOW, options).text).toMatchFileSnapshot(
      "../../golden/nftables/bakery-forward.nft",
    );
  });

  it("prints an empty candidate as a policy that refuses everything", async () => {
    await expect(printNftables(candidateOf([]), NOW, AT_OUTPUT).text).toMatchFileSnapshot(
      "../../golden/nftables/empty.nft",
    );
  });

  it("names every rule it cannot say, with the reason", () => {
    expect(printed.notExpressed.map(({ endpoint, reason }) => [endpoint.name ?? endpoint.address, reason])).toEqual([
      ["names-only.example", "no address is known: a packet filter has no names"],
      ["no-port.example", "no port is known"],
      ["tunnelled.example", "reached through a proxy: a packet filter sees only the proxy"],
      ["2001:db8::71", "icmp is of the other family"],
    ]);
  });

  it("leaves out what has expired, the moment it has", () => {
    expect(printed.text).not.toContain("192.0.2.90");
    const rules = candidateOf([{ addresses: ["192.0.2.1"], expires: "2026-11-21T00:00:01Z" }]);
    expect(printNftables(rules, NOW, AT_OUTPUT).text).toContain("192.0.2.1");
    expect(printNftables(rules, NOW + 1_000_000, AT_OUTPUT).text).not.toContain("192.0.2.1");
  });

  it("keeps comments within what nft takes, and everything printable ASCII", () => {
    const comments = [...printed.text.matchAll(/comment "([^"]*)"/g)].map(([, text]) => text ?? "");
    expect(Math.max(...comments.map((text) => text.length))).toBeLessThanOrEqual(128);
    expect(printed.text).toMatch(/^[\t\n\u0020-\u007E]*$/);
  });

  it("lets nothing a candidate says become a statement", () => {
    const rules = candidateOf([
      { addresses: ["192.0.2.1"], changes: { id: HOSTILE, reason: HOSTILE, owner: HOSTILE } },
    ]);
    const layer = loadNftables([{ path: "c.nft", text: printNftables(rules, NOW, AT_OUTPUT).text }]);
    expect(layer.rules.filter(({ opens }) => opens)).toHaveLength(1);
    expect(layer.defaultEffect).toBe("deny");
  });

  it("says the same in whatever order the rules come", () => {
    const backwards = { ...BAKERY, rules: BAKERY.rules.toReversed() };
    const code = (text: string): string => text.replaceAll(/^\s*#.*\n/gm, "").replaceAll(/comment "[^"]*"/g, "");
    expect(code(printNftables(backwards, NOW, AT_OUTPUT).text)).toBe(code(printed.text));
  });

  it.each(['eth0"; accept', "", "a b", "sixteen-letters-"])("refuses %j as an interface", (name) => {
    expect(() => printNftables(BAKERY, NOW, { hook: "forward", source: null, interface: name })).toThrow(InputError);
  });
});
