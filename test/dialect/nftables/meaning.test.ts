import { describe, expect, it } from "vitest";
import type { PolicyFile } from "../../../src/dialect/contract.ts";
import { loadNftables, parseZone } from "../../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { parseInstant } from "../../../src/model/instant.ts";
import type { Layer, Question } from "../../../src/model/policy.ts";

const NOW = parseInstant("2026-11-21T00:00:00Z") ?? 0;

function output(rules: string, extra = "", changes: Partial<PolicyFile> = {}, head = "table inet t"): Layer {
  const text = `${head} {\n${extra}\nchain o {\ntype filter hook output priority 0; policy drop;\n${rules}\n}\n}\n`;
  return loadNftables([{ path: "p.nft", text, ...changes }]);
}

function verdict(layer: Layer, address = "192.0.2.1", changes: Partial<Question> = {}): string {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port: 443, ...changes }, NOW)
    .verdict;
}

describe("elements that the kernel takes out by itself", () => {
  const elements = "192.0.2.1 timeout 1h, 192.0.2.2 timeout 0s, 192.0.2.3, 192.0.2.4 timeout 1h expires 5m";
  const set = `set s {\ntype ipv4_addr\nflags timeout\nelements = { ${elements} }\n}`;
  const own = set.replace("set s", "set sandbox4");
  const verdicts = (layer: Layer): string[] =>
    ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.9"].map((each) => verdict(layer, each));

  it("are there as loaded, and in a listed set with timeouts any other may be", () => {
    expect(verdicts(output("ip daddr @s accept", set))).toEqual(["permit", "permit", "permit", "permit", "unknown"]);
    expect(verdicts(output("ip daddr != @s accept", set))).toEqual(["deny", "deny", "deny", "deny", "unknown"]);
  });

  it("are all that there is in a set that somebody wrote, until somebody adds to it", () => {
    const written = set.replace(" expires 5m", "");
    const layer = output("ip daddr @s accept", written);
    expect(verdicts(layer)).toEqual(["permit", "permit", "permit", "permit", "deny"]);
    expect(verdicts(output("ip daddr != @s accept", written))).toEqual(["deny", "deny", "deny", "deny", "permit"]);
    const question = { transport: "tcp", address: parseAddress("192.0.2.9"), name: null, port: 443 } as const;
    expect(layer.decide(question, NOW).within).toBe("what @s was loaded with");
  });

  it.each(["flags timeout", "flags dynamic,timeout\nelements = { 192.0.2.1 }", "timeout 1d"])(
    "are not known in a set that is there to be filled: %j",
    (how) => {
      const filled = `set s {\ntype ipv4_addr\n${how}\n}`;
      expect(verdict(output("ip daddr @s accept", filled), "192.0.2.9")).toBe("unknown");
    },
  );

  it("are all there, in a set where each has a timeout by default", () => {
    const timed = set.replace("flags timeout", "timeout 1d");
    expect(verdicts(output("ip daddr @s accept", timed))).toEqual(["permit", "permit", "permit", "permit", "unknown"]);
  });

  it("are all that there is in the set that reviewers fill in our own table", () => {
    const layer = (rules: string): Layer => output(rules, own, {}, "table inet sallyport");
    expect(verdicts(layer("ip daddr @sandbox4 accept"))).toEqual(["permit", "permit", "permit", "permit", "deny"]);
    expect(verdicts(layer("ip daddr != @sandbox4 accept"))).toEqual(["deny", "deny", "deny", "deny", "permit"]);
  });

  it("are listed for a reviewer like the others", () => {
    const texts = output("ip daddr @s accept", set).rules.map(({ text }) => text);
    expect(texts.toSorted()).toEqual([1, 2, 3, 4].map((each) => `ip daddr 192.0.2.${each} accept`));
  });

  it("are what an answer holds within, unless it is the same without them", () => {
    const within = (rules: string, address: string): string | undefined =>
      output(rules, set).decide({ transport: "tcp", address: parseAddress(address), name: null, port: 443 }, NOW)
        .within;
    expect(within("ip daddr @s accept", "192.0.2.1")).toBe("the timeout 1h of an element of @s");
    expect(within("ip daddr != @s accept", "192.0.2.4")).toBe("the timeout 1h of an element of @s");
    expect(within("ip daddr @s accept", "192.0.2.3")).toBeUndefined();
    expect(within("ip daddr @s accept\naccept", "192.0.2.1")).toBeUndefined();
  });

  it("count as little in a map of verdicts and among interfaces", () => {
    const map =
      "map m {\ntype ipv4_addr : verdict\nflags timeout\nelements = { 192.0.2.1 timeout 1h : accept, 192.0.2.2 : accept }\n}";
    const layer = output("ip daddr vmap @m", map);
    expect([verdict(layer), verdict(layer, "192.0.2.2"), verdict(layer, "192.0.2.3")]).toEqual([
      "permit",
      "permit",
      "deny",
    ]);
    const names = 'set i {\ntype ifname\nflags timeout\nelements = { "lo" timeout 1h }\n}';
    expect(verdict(output("oifname @i accept", names), "127.0.0.1")).toBe("unknown");
  });
});

describe("what holds a rule up", () => {
  it.each([
    ["add @m { ip daddr limit rate over 10/minute } accept", "deny"],
    ["update @m { ip daddr ct count over 5 } accept", "deny"],
    ["meter flood { ip daddr limit rate 10/second } accept", "permit"],
    ["add @m { ip daddr timeout 1m } accept", "permit"],
  ])("%s: %s", (rule, expected) => {
    expect(verdict(output(rule, "set m {\ntype ipv4_addr\nsize 99\nflags dynamic\n}"))).toBe(expected);
  });
});

describe("bits", () => {
  it.each([
    ["tcp flags syn / fin,syn,rst,ack accept", "permit"],
    ["tcp flags syn,ack / syn,ack accept", "deny"],
    ["tcp flags != syn / syn,ack accept", "deny"],
    ["tcp flags ! fin,rst accept", "permit"],
    ["tcp flags & syn != 0 accept", "permit"],
    ["tcp flags & (fin | rst) == 0 accept", "permit"],
    ["ct state ! established accept", "permit"],
    ["ct state & (new | established) != 0 accept", "permit"],
    ["ct direction original accept", "permit"],
    ["ct direction reply accept", "deny"],
    ["ct direction != reply accept", "permit"],
  ])("%s: %s", (rule, expected) => {
    expect(verdict(output(rule))).toBe(expected);
  });
});

describe("an answer refuses what it can answer", () => {
  it.each([
    ["reject with icmp type host-unreachable", "deny", "permit"],
    ["reject with icmpv6 no-route", "permit", "deny"],
    ["reject with icmpx admin-prohibited", "deny", "deny"],
    ["reject", "deny", "deny"],
    ["reject with tcp reset", "deny", "deny"],
  ])("%s: IPv4 %s, IPv6 %s", (rule, four, six) => {
    const layer = output(`${rule}\naccept`);
    expect([verdict(layer), verdict(layer, "2001:db8::1")]).toEqual([four, six]);
  });

  it("a TCP reset nothing but TCP", () => {
    expect(verdict(output("reject with tcp reset\naccept"), "192.0.2.1", { transport: "udp" })).toBe("permit");
  });
});

describe("a date in quotes", () => {
  const rule = 'meta time < "2026-11-21 01:00:00" accept';

  it("is exact in a zone that somebody names", () => {
    const at = (zone: string): string => {
      const known = parseZone(zone);
      return verdict(output(rule, "", known === null ? {} : { zone: known }));
    };
    expect(["UTC", "+02:00", "America/New_York", "nowhere"].map(at)).toEqual(["permit", "deny", "permit", "unknown"]);
  });

  it("says which option would tell", () => {
    const question = { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 } as const;
    expect(output(rule).decide(question, NOW).reason).toContain("in a time zone that --zone can name");
  });
});

describe("two ports that a packet shall not have", () => {
  it.each([
    ["tcp sport != 0 tcp dport != 443 accept", 443, "unknown"],
    ["tcp sport != 0 tcp dport != 443 accept", 80, "permit"],
    ["tcp dport != { 443 } ct state new tcp sport != 0 accept", 443, "unknown"],
    ["tcp sport 1-65535 tcp dport != 443 accept", 443, "deny"],
    ["tcp sport != { 0, 0-1 } tcp dport != 443 accept", 443, "deny"],
    ["tcp dport != 443 tcp dport != 80 accept", 80, "deny"],
  ])("are one comparison to some versions of nft: %s, to %d: %s", (rule, port, expected) => {
    const layer = output(rule);
    expect(verdict(layer, "192.0.2.1", { port })).toBe(expected);
    expect(layer.rules[0]?.text).toBe(rule);
  });
});

describe("a rule that fills a set", () => {
  const sets =
    "set s4 {\ntype ipv4_addr\nflags dynamic,timeout\n}\nset p {\ntype ipv4_addr . inet_service\nflags dynamic\n}";

  it.each([
    ["add @s4 { ip daddr timeout 1m } accept", "192.0.2.1", "permit"],
    ["add @s4 { ip daddr timeout 1m } accept", "2001:db8::1", "deny"],
    ["update @s4 { ip saddr limit rate 5/second } accept", "192.0.2.1", "permit"],
    ["update @s4 { ip saddr limit rate 5/second } accept", "2001:db8::1", "deny"],
    ["update @p { ip daddr . udp dport } accept", "192.0.2.1", "deny"],
    ["update @p { ip daddr . tcp dport } accept", "192.0.2.1", "permit"],
  ])("goes on only with packets that its key can be read from: %s, to %s: %s", (rule, address, expected) => {
    expect(verdict(output(rule, sets), address)).toBe(expected);
  });
});

describe("includes", () => {
  const files: Readonly<Record<string, string>> = {
    "vars.nft": "define WEB = 443\n",
    "rules.nft": "tcp dport $WEB accept",
    "chains.nft": 'chain extra {\n include "rules.nft"\n}\n',
    "self.nft": 'include "self.nft"\n',
    "broken.nft": "define = 3\n",
  };
  const include = (path: string): PolicyFile[] | null => {
    const text = files[path];
    return text === undefined ? null : [{ path, text, include }];
  };

  it("stand for what is in the files, at the top, in a table and in a chain", () => {
    const text =
      'include "vars.nft"\ntable inet t {\ninclude "chains.nft"\nchain o {\ntype filter hook output priority 0; policy drop;\njump extra\n}\n}\n';
    const layer = loadNftables([{ path: "p.nft", text, include }]);
    expect([verdict(layer), verdict(layer, "192.0.2.1", { port: 80 })]).toEqual(["permit", "deny"]);
    expect(layer.rules[0]?.place).toBe("rules.nft:1");
  });

  it("that are not followed leave everything after them untold", () => {
    for (const text of ['include "elsewhere"', 'set s {\ntype ipv4_addr\ninclude "elsewhere"\n}']) {
      expect(verdict(output("drop", text, { include }))).toBe("unknown");
    }
    expect(verdict(output('include "elsewhere"\naccept', "", { include }))).toBe("unknown");
  });

  it("of themselves are refused, and errors have the place in the file they are in", () => {
    const load = (path: string): Layer => loadNftables([{ path: "p.nft", text: `include "${path}"\n`, include }]);
    expect(() => load("self.nft")).toThrow('self.nft:1:1: "self.nft" includes itself');
    expect(() => load("broken.nft")).toThrow('broken.nft:1:8: unexpected "=", expected the name of a variable');
  });

  it("are followed sixteen deep, and no deeper", () => {
    const deep = (path: string): PolicyFile[] => [{ path, text: `include "${Number(path) + 1}"\n` }];
    expect(() => loadNftables([{ path: "p.nft", text: 'include "1"\n', include: deep }])).toThrow(/16 deep/);
  });
});
