import { describe, expect, it } from "vitest";
import { printIptables } from "../../../src/dialect/iptables/index.ts";
import { parsePrefix } from "../../../src/model/prefix.ts";
import { AT_OUTPUT, BAKERY, NOW } from "../packet/bakery.ts";

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
