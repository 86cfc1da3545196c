import { describe, expect, test } from "vitest";
import { Attributor } from "../../src/attribute/index.ts";
import { PUBLISHED } from "../../src/attribute/public-resolvers.ts";
import { parseAddress } from "../../src/model/address.ts";
import { parseFqdn } from "../../src/model/fqdn.ts";
import type { DnsAnswer, Flow } from "../../src/model/flow.ts";
import { SECOND } from "../../src/model/instant.ts";
import { address, answer, claim, facts, flow, fqdn, NOON } from "../support/build.ts";
import { attribute, only } from "./attribute.ts";

describe("names of the link", () => {
  const said = (name: string, source: "mdns" | "llmnr" | "netbios", more: Partial<DnsAnswer> = {}): DnsAnswer =>
    answer(name, "192.0.2.1", { source, client: null, resolver: address("192.0.2.1"), resolverPort: 5353, ...more });

  test.each([
    ["printer.local", "mdns", "printer.local"],
    ["files", "llmnr", "files"],
    ["files", "netbios", "files"],
    ["index.pydepot.example", "mdns", null],
    ["files", "mdns", null],
    ["index.pydepot.example", "llmnr", null],
    ["files.local", "netbios", null],
  ] as const)("%s by %s names a flow that nothing else names: %s", (name, source, expected) => {
    expect(only([said(name, source), flow("192.0.2.1", 631)]).name).toBe(expected);
  });

  test("one that nobody asks the link for is counted", () => {
    const attributor = new Attributor("r", "r");
    attributor.answer(said("index.pydepot.example", "mdns"));
    attributor.close(facts());
    expect(attributor.finish(null).run.rejected).toEqual({ "beyond-link-name": 1 });
  });

  test("are weaker than all others, and no other names beside them", () => {
    const block = answer("nrb.example.com", "192.0.2.1", { source: "pcapng-nrb", client: null, at: null, ttl: null });
    for (const [stronger, name] of [
      [answer("dns.example.com", "192.0.2.1"), "dns.example.com"],
      [block, "nrb.example.com"],
    ] as const) {
      const got = only([said("printer.local", "mdns"), stronger, flow("192.0.2.1", 631)]);
      expect(got).toMatchObject({ name, otherNames: [], flags: [] });
    }
    const claimed = only([said("printer.local", "mdns"), flow("192.0.2.1", 631, { claims: [claim("a.example.com")] })]);
    expect(claimed).toMatchObject({ name: "a.example.com", otherNames: [], flags: [] });
  });

  test("of one strength contradict each other", () => {
    const got = only([said("a.local", "mdns"), said("b.local", "mdns"), flow("192.0.2.1", 631)]);
    expect(got).toMatchObject({ name: "a.local", otherNames: ["b.local"], flags: ["ambiguous"] });
  });

  test("make no resolver of who says them", () => {
    const asked = flow("192.0.2.1", 53, { transport: "udp" });
    expect(only([said("printer.local", "mdns"), asked]).flags).toEqual([]);
  });
});

describe("a name that the client had not looked up for the address", () => {
  const cdn = answer("cdn.example.net", "192.0.2.1", { chain: [fqdn("edge.example.org")] });
  const hidden = flow("192.0.2.1", 443, { claims: [claim("hidden.example.org")] });
  const hiddenWith = (more: Partial<Flow>): Flow => ({ ...hidden, ...more });
  const late = { at: NOON + 1 };
  const over = { at: NOON - 361 * SECOND, ttl: 60 };
  const other = { client: address("10.0.0.3") };

  test.for<[string, (Flow | DnsAnswer)[], boolean]>([
    ["is marked: others had been looked up", [cdn, hidden], true],
    ["also in a plain request", [cdn, hiddenWith({ claims: [claim("hidden.example.org", "http-host")] })], true],
    ["also over QUIC", [cdn, hiddenWith({ claims: [claim("hidden.example.org", "quic-sni")] })], true],
    ["also where it had been looked up elsewhere", [cdn, answer("hidden.example.org", "192.0.2.2"), hidden], true],
    ["also where it is looked up later", [cdn, answer("hidden.example.org", "192.0.2.1", late), hidden], true],
    ["not without any answer for the address", [answer("cdn.example.net", "192.0.2.2"), hidden], false],
    ["not where the answers are over", [{ ...cdn, ...over }, hidden], false],
    ["not where the answers came later", [{ ...cdn, ...late }, hidden], false],
    ["not where they were given to another client", [{ ...cdn, ...other }, hidden], false],
    ["not where it is the one looked up", [answer("hidden.example.org", "192.0.2.1"), cdn, hidden], false],
    ["not where it is an alias on the way", [cdn, hiddenWith({ claims: [claim("edge.example.org")] })], false],
    ["not where that answer is over", [cdn, answer("hidden.example.org", "192.0.2.1", over), hidden], false],
    ["not where another client was given it", [cdn, answer("hidden.example.org", "192.0.2.1", other), hidden], false],
    [
      "not where the sensor, not the client, says the name",
      [cdn, hiddenWith({ claims: [claim("x.example.org", "log")] })],
      false,
    ],
    ["not where the opening was not seen", [cdn, hiddenWith({ state: "midstream" })], false],
    ["not in a request for a proxy", [cdn, hiddenWith({ flags: ["absolute-form"] })], false],
    ["not by what the link says", [{ ...cdn, name: fqdn("a.local"), source: "mdns" }, hidden], false],
  ])("%s", ([, events, expected]) => {
    const [observed] = attribute(events);
    expect(observed?.flags.includes("dns-mismatch")).toBe(expected);
  });

  test("a later answer with other aliases counts as well", () => {
    const again = answer("cdn.example.net", "192.0.2.1", { chain: [fqdn("hidden.example.org")] });
    expect(only([cdn, again, hidden]).flags).toEqual([]);
  });
});

describe("a public resolver", () => {
  test.each([
    ["dns.google", true],
    ["cloudflare-dns.com", true],
    ["mozilla.cloudflare-dns.com", true],
    ["abc123.dns.nextdns.io", true],
    ["chrome.cloudflare-dns.com", true],
    ["dns.cloudflare.com", true],
    ["www.cloudflare.com", false],
    ["doh.cleanbrowsing.org", true],
    ["cleanbrowsing.org", false],
    ["private.canadianshield.cira.ca", true],
    ["www.cira.ca", false],
    ["protective.joindns4.eu", true],
    ["www.joindns4.eu", false],
    ["doh.dns.sb", true],
    ["dns.sb", false],
    ["x.dns.google", false],
    ["notcloudflare-dns.com", false],
    ["nextdns.io", false],
    ["google", false],
  ])("is known by its name: %s: %s", (name, expected) => {
    const got = only([flow("192.0.2.1", 443, { claims: [claim(name)] })]);
    expect(got.flags).toEqual(expected ? ["doh-resolver"] : []);
  });

  test("is known when asked of a proxy, by name and by address, and the proxy is none", () => {
    const tunnel = { kind: "http-connect", name: fqdn("dns.google"), address: null, port: 443, record: 4 } as const;
    const byName = attribute([flow("8.8.8.8", 443, { tunnels: [tunnel] })]);
    expect(byName.map(({ name, flags }) => [name, flags])).toEqual([
      ["dns.google", ["doh-resolver"]],
      [null, ["doh-resolver", "proxy"]],
    ]);
    const byAddress = { ...tunnel, name: null, address: address("1.1.1.1") };
    const got = attribute([flow("10.0.0.9", 3128, { tunnels: [byAddress] })]).map(({ flags }) => flags);
    expect(got).toContainEqual(["doh-resolver"]);
    expect(got).toContainEqual(["proxy"]);
    const plain = { ...tunnel, name: fqdn("api.example.com") };
    expect(attribute([flow("8.8.8.8", 443, { tunnels: [plain] })])[0]?.flags).toEqual([]);
  });
});

describe("what flows hide is a blind spot of the run", () => {
  const spotsOf = (...flows: Flow[]): readonly string[] => {
    const attributor = new Attributor("r", "r");
    for (const each of flows) attributor.flow(each);
    attributor.close(facts({ blindSpots: ["no-dns-seen"] }));
    return attributor.finish(null).run.blindSpots.filter((spot) => spot !== "no-dns-seen");
  };
  const flagged = (flag: string): Flow => flow("192.0.2.1", 443, { flags: [flag] });

  test.for<[string, Flow, string[]]>([
    ["DNS over TLS, by port", flow("192.0.2.1", 853), ["encrypted-dns"]],
    ["DNS over HTTPS in the clear", flagged("doh"), ["encrypted-dns"]],
    ["DNS over QUIC", flagged("doq"), ["encrypted-dns"]],
    ["a public resolver", flow("9.9.9.9", 443), ["encrypted-dns"]],
    ["one that was never reached", flow("9.9.9.9", 443, { outcome: "failed", state: "attempted" }), []],
    ["one that was blocked", flow("9.9.9.9", 443, { outcome: "denied", state: "rejected" }), []],
    ["an encrypted hello", flagged("ech"), ["encrypted-hello"]],
    ["an encrypted name", flagged("esni"), ["encrypted-hello"]],
    ["a hello that was cut", flagged("hello-cut"), ["hello-cut"]],
    ["an ordinary flow", flow("192.0.2.1", 443), []],
  ])("%s", ([, each, expected]) => expect(spotsOf(each)).toEqual(expected));

  test("is listed in the form that names and addresses have here", () => {
    const listed = PUBLISHED.flatMap((line) => line.split(" "));
    expect(new Set(listed).size).toBe(listed.length);
    const isSound = (entry: string): boolean =>
      parseAddress(entry) === entry || parseFqdn(entry.replace(/^\./, "")) === entry.replace(/^\./, "");
    expect(listed.filter((entry) => !isSound(entry))).toEqual([]);
    expect(listed.filter((entry) => /^[\d.]+$/.test(entry) || entry.includes(":")).length).toBeGreaterThan(90);
  });
});
