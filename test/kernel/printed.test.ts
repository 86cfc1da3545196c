import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadIptables, printIptables } from "../../src/dialect/iptables/index.ts";
import { loadNftables, printNftables, printNftablesAudit } from "../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../src/model/address.ts";
import { formatSeconds, SECOND } from "../../src/model/instant.ts";
import type { Question } from "../../src/model/policy.ts";
import { parsePrefix } from "../../src/model/prefix.ts";
import { AT_OUTPUT, BAKERY, candidateOf, HOSTILE, NOW } from "../dialect/packet/bakery.ts";
import { inNamespace, kernelVerdicts, run } from "./namespace.ts";

/** Every way a printed candidate is put into force, and the listing that shows what is. */
const BACKENDS = ["nft", "iptables-nft", "iptables-legacy"] as const;
type Backend = (typeof BACKENDS)[number];

const LOADERS: Readonly<Record<Backend, string>> = {
  nft: "nft -f c.nft",
  "iptables-nft": "iptables-nft-restore --noflush rules.v4 && ip6tables-nft-restore --noflush rules.v6",
  "iptables-legacy": "iptables-legacy-restore --noflush rules.v4 && ip6tables-legacy-restore --noflush rules.v6",
};

/** One command for each file that a listing comes in. */
const LISTINGS: Readonly<Record<Backend, readonly string[]>> = {
  nft: ["nft list ruleset"],
  "iptables-nft": ["iptables-nft-save", "ip6tables-nft-save"],
  "iptables-legacy": ["iptables-legacy-save", "ip6tables-legacy-save"],
};

function filesOf(
  candidate: typeof BAKERY,
  options: Parameters<typeof printNftables>[2] = AT_OUTPUT,
): Record<string, string> {
  const { v4, v6 } = printIptables(candidate, NOW, options);
  return { "c.nft": printNftables(candidate, NOW, options).text, "rules.v4": v4, "rules.v6": v6 };
}

function ask(transport: Question["transport"], address: string, port: number | null): Question {
  return { transport, address: parseAddress(address), name: null, port };
}

const ALLOWED: readonly Question[] = [
  ask("tcp", "192.0.2.1", 443),
  ask("tcp", "192.0.2.2", 443),
  ask("tcp", "2001:db8::1", 443),
  ask("udp", "203.0.113.7", 123),
  ask("udp", "2001:db8::7", 123),
  ask("tcp", "198.51.100.9", 5432),
  ask("udp", "203.0.113.53", 53),
  ask("tcp", "192.0.2.40", 443),
  ask("sctp", "192.0.2.60", 2905),
  ask("sctp", "2001:db8::60", 2905),
  ask("icmp", "192.0.2.70", null),
  ask("icmpv6", "2001:db8::70", null),
  ask("tcp", "127.0.0.1", 8080),
  ask("udp", "::1", 8080),
];

const REFUSED: readonly Question[] = [
  ask("tcp", "192.0.2.1", 444),
  ask("udp", "192.0.2.1", 443),
  ask("tcp", "192.0.2.3", 443),
  ask("tcp", "192.0.2.90", 443),
  ask("tcp", "192.0.2.91", 443),
  ask("tcp", "192.0.2.92", 443),
  ask("tcp", "2001:db8::2", 443),
  ask("udp", "2001:db8::1", 443),
  ask("udp", "203.0.113.7", 53),
  ask("sctp", "192.0.2.60", 2906),
  ask("icmp", "192.0.2.71", null),
  ask("icmpv6", "2001:db8::1", null),
];

describe.each(BACKENDS)("a printed candidate in force, by %s", (backend) => {
  const load = LOADERS[backend];

  it("lets every allowed destination pass and refuses every other", () => {
    const verdicts = kernelVerdicts(load, filesOf(BAKERY), [...ALLOWED, ...REFUSED]);
    expect(verdicts).toEqual([...ALLOWED.map(() => "permit"), ...REFUSED.map(() => "deny")]);
  });

  it("means the same loaded three times", () => {
    const verdicts = kernelVerdicts(`${load} && ${load} && ${load}`, filesOf(BAKERY), [...ALLOWED, ...REFUSED]);
    expect(verdicts).toEqual([...ALLOWED.map(() => "permit"), ...REFUSED.map(() => "deny")]);
  });

  it("gives way to a later version of itself", () => {
    const later = candidateOf([{ addresses: ["192.0.2.3"] }]);
    const files = { ...filesOf(BAKERY), ...prefixed("later-", filesOf(later)) };
    const verdicts = kernelVerdicts(`${load} && ${load.replaceAll(/(c\.nft|rules\.v.)/g, "later-$1")}`, files, [
      ask("tcp", "192.0.2.3", 443),
      ask("tcp", "192.0.2.1", 443),
    ]);
    expect(verdicts).toEqual(["permit", "deny"]);
  });

  it("shuts what has expired and leaves open what has not", () => {
    // A year either side of the machine's clock: what is tried is the guard, not the timing.
    const clock = Math.floor(Date.now() / 1000) * SECOND;
    const year = 365 * 86_400 * SECOND;
    const candidate = candidateOf([
      { addresses: ["192.0.2.1", "2001:db8::1"], expires: formatSeconds(clock - year) },
      { addresses: ["192.0.2.2", "2001:db8::2"], expires: formatSeconds(clock + year) },
    ]);
    const before = clock - 2 * year;
    const { v4, v6 } = printIptables(candidate, before, AT_OUTPUT);
    const files = { "c.nft": printNftables(candidate, before, AT_OUTPUT).text, "rules.v4": v4, "rules.v6": v6 };
    const questions = ["192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2"].map((each) => ask("tcp", each, 443));
    expect(kernelVerdicts(load, files, questions)).toEqual(["deny", "deny", "permit", "permit"]);
  });

  it("refuses everything when nothing was proposed", () => {
    const questions = [ask("tcp", "192.0.2.1", 443), ask("udp", "2001:db8::1", 53), ask("tcp", "127.0.0.1", 80)];
    expect(kernelVerdicts(load, filesOf(candidateOf([])), questions)).toEqual(["deny", "deny", "permit"]);
  });

  it("loads whatever a candidate's free texts say", () => {
    const candidate = candidateOf([
      { addresses: ["192.0.2.1"], changes: { id: HOSTILE, reason: HOSTILE.repeat(50), owner: "\\" } },
      { addresses: ["192.0.2.2"], changes: { reason: '" }\nflush ruleset\nCOMMIT\n*filter' } },
    ]);
    const questions = [ask("tcp", "192.0.2.1", 443), ask("tcp", "192.0.2.2", 443), ask("tcp", "192.0.2.3", 443)];
    expect(kernelVerdicts(load, filesOf(candidate), questions)).toEqual(["permit", "permit", "deny"]);
  });

  it("reads back as the kernel decides", () => {
    const files = filesOf(BAKERY);
    const layer =
      backend === "nft"
        ? loadNftables([{ path: "c.nft", text: files["c.nft"] ?? "" }])
        : loadIptables(["rules.v4", "rules.v6"].map((name) => ({ path: name, text: files[name] ?? "" })));
    const ours = [...ALLOWED, ...REFUSED].map((question) => layer.decide(question, NOW).verdict);
    expect(ours).toEqual(kernelVerdicts(load, files, [...ALLOWED, ...REFUSED]));
  });

  it("is read the same from what the kernel lists", () => {
    const lists = LISTINGS[backend].join(" && echo '#next' && ");
    const listed = run("sh", ["-c", `( ${load} ) >&2 && ${lists}`], filesOf(BAKERY), "").split("#next\n");
    const layer =
      backend === "nft"
        ? loadNftables([{ path: "listed.nft", text: listed[0] ?? "" }])
        : loadIptables(listed.map((text, i) => ({ path: `listed.v${i === 0 ? 4 : 6}`, text })));
    const verdicts = [...ALLOWED, ...REFUSED].map((question) => layer.decide(question, NOW).verdict);
    expect(verdicts).toEqual([...ALLOWED.map(() => "permit"), ...REFUSED.map(() => "deny")]);
    expect(layer.notModelled).toEqual([]);
    expect(layer.rules.filter(({ opens, reason }) => opens && reason === null)).toEqual([]);
  });

  it("completes a handshake with what is allowed, in both families, and with nothing else", () => {
    const tries: [string, number][] = [
      ["192.0.2.1", 443],
      ["2001:db8::1", 443],
      ["198.51.100.9", 5432],
      ["192.0.2.3", 443],
      ["2001:db8::2", 443],
      ["192.0.2.1", 5432],
    ];
    const expected = ["open", "open", "open", "shut", "shut", "shut"];
    expect(handshakes("direct", load, filesOf(BAKERY), tries)).toEqual(expected);
    expect(handshakes("direct", "true", {}, tries)).toEqual(tries.map(() => "open"));
  });

  it("judges what it forwards for a source, and nothing else", () => {
    const files = filesOf(BAKERY, { hook: "forward", source: parsePrefix("10.88.0.0/16"), interface: "podman0" });
    const only = { hook: "forward", source: null, interface: "podman0" } as const;
    const tries: [string, number][] = [
      ["192.0.2.1", 443],
      ["192.0.2.3", 443],
      ["2001:db8::1", 443],
      ["2001:db8::2", 443],
    ];
    expect(handshakes("forward", load, files, tries)).toEqual(["open", "shut", "open", "open"]);
    expect(handshakes("forward", load, filesOf(BAKERY, only), tries)).toEqual(["open", "shut", "open", "shut"]);
    expect(handshakes("direct", load, files, tries)).toEqual(["open", "open", "open", "open"]);
  });
});

describe("the layers that people and resolvers fill", () => {
  const add = (set: string, element: string): string => `nft add element inet sallyport ${set} '{ ${element} }'`;
  const fill = [
    add("known_good4", "192.0.2.200 . tcp . 8000-8010"),
    add("known_good6", "2001:db8::200 . udp . 53"),
    add("sandbox4", "192.0.2.0/28 . tcp . 9000"),
    add("sandbox6", "2001:db8::201 . tcp . 9000 timeout 1h"),
    add("known_bad4", "192.0.2.1"),
    add("known_bad4", "192.0.2.7"),
    add("known_bad6", "2001:db8::/64"),
  ].join(" && ");
  const tries: readonly (readonly [Question, filled: string, empty: string])[] = [
    [ask("tcp", "192.0.2.200", 8005), "permit", "deny"],
    [ask("tcp", "192.0.2.200", 8011), "deny", "deny"],
    [ask("udp", "192.0.2.200", 8005), "deny", "deny"],
    [ask("tcp", "192.0.2.9", 9000), "permit", "deny"],
    [ask("tcp", "192.0.2.7", 9000), "deny", "deny"],
    [ask("tcp", "192.0.2.1", 443), "deny", "permit"],
    [ask("tcp", "192.0.2.2", 443), "permit", "permit"],
    [ask("tcp", "2001:db8::1", 443), "deny", "permit"],
    [ask("udp", "2001:db8::200", 53), "deny", "deny"],
  ];
  const questions = tries.map(([question]) => question);

  it("permit, permit for a time and refuse, whatever else is said", () => {
    const [filled, empty] = [`nft -f c.nft && ${fill}`, "nft -f c.nft"].map((load) =>
      kernelVerdicts(load, filesOf(BAKERY), questions),
    );
    expect(filled).toEqual(tries.map(([, verdict]) => verdict));
    expect(empty).toEqual(tries.map(([, , verdict]) => verdict));
  });

  it("survive every reload, in either form, and then mean the same", () => {
    const audit = printNftablesAudit(BAKERY, NOW, AT_OUTPUT).text;
    const load = `nft -f c.nft && ${fill} && nft -f c.nft && nft -f audit.nft && nft -f c.nft`;
    const verdicts = kernelVerdicts(load, { ...filesOf(BAKERY), "audit.nft": audit }, questions);
    expect(verdicts).toEqual(tries.map(([, verdict]) => verdict));
  });

  it("list the same after a second load, but for handles and the time that elements have left", () => {
    const script = `nft -f c.nft && ${fill} && nft -j list ruleset && nft -f c.nft && nft -j list ruleset`;
    const lines = inNamespace(script, filesOf(BAKERY)).trim().split("\n");
    const [first, second] = lines.map((line) => line.replaceAll(/"(handle|expires)": \d+/g, ""));
    expect(second).toBe(first);
    expect(first).toContain("192.0.2.200");
  });

  it("let handshakes through and stop them, in both families", () => {
    const filled = `nft -f c.nft && ${add("known_good4", "192.0.2.3 . tcp . 443")} && ${add("sandbox6", "2001:db8::2 . tcp . 443")} && ${add("known_bad4", "192.0.2.1")}`;
    const each: [string, number][] = [
      ["192.0.2.3", 443],
      ["2001:db8::2", 443],
      ["2001:db8::1", 443],
      ["192.0.2.1", 443],
    ];
    expect(handshakes("direct", filled, filesOf(BAKERY), each)).toEqual(["open", "open", "open", "shut"]);
    expect(handshakes("direct", "nft -f c.nft", filesOf(BAKERY), each)).toEqual(["shut", "shut", "open", "open"]);
  });

  it("are read from what the kernel lists, and what may expire is there", () => {
    const listed = inNamespace(`nft -f c.nft && ${fill} && nft list ruleset`, filesOf(BAKERY));
    const layer = loadNftables([{ path: "listed.nft", text: listed }]);
    const ours = tries.map(([question]) => layer.decide(question, NOW).verdict);
    expect(ours).toEqual(tries.map(([, filled]) => filled));
  });
});

describe("the audit form of a printed candidate", () => {
  const audit = (options = AT_OUTPUT): Record<string, string> => ({
    ...filesOf(BAKERY),
    "audit.nft": printNftablesAudit(BAKERY, NOW, options).text,
  });

  it("refuses nothing, and counts what would be refused", () => {
    const questions = [...ALLOWED, ...REFUSED];
    const bad = "nft add element inet sallyport known_bad4 '{ 192.0.2.1 }'";
    expect(kernelVerdicts(`nft -f audit.nft && ${bad}`, audit(), questions)).toEqual(questions.map(() => "permit"));
    const input = REFUSED.map(({ transport, address, port }) => `${JSON.stringify({ transport, address, port })}\n`);
    const script = 'nft -f audit.nft && python3 "$HERE/probe.py" >/dev/null && nft list chain inet sallyport output';
    const listed = inNamespace(script, audit(), input.join(""));
    expect(/counter packets (\d+) .*not on the allowlist/.exec(listed)?.[1]).toBe(String(REFUSED.length));
  });

  it("gives way to the enforcing form, and the other way round", () => {
    const questions = [...ALLOWED, ...REFUSED];
    const enforced = kernelVerdicts("nft -f audit.nft && nft -f c.nft", audit(), questions);
    expect(enforced).toEqual([...ALLOWED.map(() => "permit"), ...REFUSED.map(() => "deny")]);
    expect(kernelVerdicts("nft -f c.nft && nft -f audit.nft", audit(), questions)).toEqual(
      questions.map(() => "permit"),
    );
  });
});

describe("what a printed candidate leaves alone", () => {
  it("lists the same after a second load, and sets that others filled are still full", () => {
    const foreign = `table inet docker {\n set s { type ipv4_addr; elements = { 10.0.0.1 }\n}\n chain c { ip daddr @s drop;\n}\n}\n`;
    const fill =
      'nft add set inet sallyport sandbox "{ type ipv4_addr; flags timeout; }" && nft add element inet sallyport sandbox "{ 192.0.2.200 }"';
    const script = `nft -f foreign.nft && nft -f c.nft && ${fill} && nft -j list ruleset && nft -f c.nft && nft -j list ruleset`;
    const lines = inNamespace(script, { ...filesOf(BAKERY), "foreign.nft": foreign })
      .trim()
      .split("\n");
    const [first, second] = lines.map((line) => line.replaceAll(/"handle": \d+/g, ""));
    expect(second).toBe(first);
    expect(first).toContain("192.0.2.200");
  });

  it.each(["nft", "legacy"])("keeps the chains and policies of others under iptables-%s", (backend) => {
    const foreign =
      "*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n-A OUTPUT -d 192.0.2.2/32 -j DROP\n-A OUTPUT -j ACCEPT\n-A DOCKER -j RETURN\nCOMMIT\n";
    const restore = `iptables-${backend}-restore`;
    const files = { ...filesOf(BAKERY), "foreign.v4": foreign };
    const load = `${restore} foreign.v4 && ${restore} --noflush rules.v4`;
    const saved = inNamespace(`${load} && iptables-${backend}-save -t filter`, files);
    for (const line of foreign.split("\n").filter((text) => /^(-A|:F|:D)/.test(text))) expect(saved).toContain(line);
    const questions = [ask("tcp", "192.0.2.1", 443), ask("tcp", "192.0.2.2", 443), ask("tcp", "192.0.2.3", 443)];
    // Allowed by both; allowed here and dropped by the others; refused here although the others accept.
    expect(kernelVerdicts(load, files, questions)).toEqual(["permit", "deny", "deny"]);
  });

  it.each(["nft", "legacy"])("goes away by the commands in its header under iptables-%s", (backend) => {
    const load = `iptables-${backend}-restore --noflush rules.v4`;
    const tool = `iptables-${backend}`;
    const header = filesOf(BAKERY)["rules.v4"] ?? "";
    const loop = /# Remove: +(while .*; done)/.exec(header)?.[1] ?? "";
    const rest = /\n# +(iptables -F .*)/.exec(header)?.[1] ?? "";
    const commands = `${loop}; ${rest}`.replaceAll("iptables ", `${tool} `);
    const saved = inNamespace(`${load} && ${load} && { ${commands}; } && ${tool}-save -t filter`, filesOf(BAKERY));
    expect(saved).not.toContain("SALLYPORT");
  });

  it.each(["nft", "legacy"])("keeps one jump when it is reloaded as its header says under iptables-%s", (backend) => {
    const load = `iptables-${backend}-restore --noflush rules.v4`;
    const loop = /# Reload: +(while .*; done)/.exec(filesOf(BAKERY)["rules.v4"] ?? "")?.[1] ?? "";
    const unhook = loop.replaceAll("iptables ", `iptables-${backend} `);
    const saved = inNamespace(
      `${load} && { ${unhook}; } && ${load} && iptables-${backend}-save -t filter`,
      filesOf(BAKERY),
    );
    expect(saved.match(/-A OUTPUT -j SALLYPORT-EGRESS/g)).toHaveLength(1);
  });
});

function prefixed(prefix: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${prefix}${name}`, text]));
}

function handshakes(
  hook: "direct" | "forward",
  load: string,
  files: Readonly<Record<string, string>>,
  tries: readonly (readonly [string, number])[],
): string[] {
  const addresses = [...new Set(tries.map(([each]) => each))];
  const ports = [...new Set(tries.map(([, port]) => port))];
  const script = path.join(import.meta.dirname, "handshake.py");
  const input = JSON.stringify({ addresses, ports, tries });
  return run("python3", [script, hook, load], files, input).trim().split("\n");
}
