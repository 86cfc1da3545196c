import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadIptables, printIptables } from "../../src/dialect/iptables/index.ts";
import { parseAddress } from "../../src/model/address.ts";
import type { Candidate } from "../../src/model/candidate.ts";
import type { Question } from "../../src/model/policy.ts";
import { AT_OUTPUT, candidateOf, NOW } from "../dialect/packet/bakery.ts";
import { inNamespace, kernelVerdicts, run } from "./namespace.ts";

/** Enough for a set in either family; 2001:db8::1 and 192.0.2.1 are in it from the beginning. */
function many(first: number, count: number): Candidate {
  const hosts = Array.from({ length: count }, (_, i) => first + i);
  return candidateOf([
    { addresses: hosts.flatMap((host) => [`192.0.2.${host}`, `2001:db8::${host}`]) },
    { addresses: ["203.0.113.7"], transport: "udp", port: 53 },
  ]);
}

function filesOf(candidate: Candidate, wholeTable = false): Record<string, string> {
  const { v4, v6, sets } = printIptables(candidate, NOW, { ...AT_OUTPUT, wholeTable });
  return { "rules.v4": v4, "rules.v6": v6, "candidate.ipset": sets ?? "" };
}

const ask = (address: string, port: number, transport: Question["transport"] = "tcp"): Question => ({
  transport,
  address: parseAddress(address),
  name: null,
  port,
});

const QUESTIONS: readonly Question[] = [
  ask("192.0.2.1", 443),
  ask("192.0.2.120", 443),
  ask("2001:db8::1", 443),
  ask("203.0.113.7", 53, "udp"),
  ask("192.0.2.1", 444),
  ask("192.0.2.1", 443, "udp"),
  ask("192.0.2.121", 443),
  ask("2001:db8::ffff", 443),
];
const EXPECTED = ["permit", "permit", "permit", "permit", "deny", "deny", "deny", "deny"];

describe.each(["nft", "legacy"])("a large candidate in force, by iptables-%s", (backend) => {
  const restore = (prefix = "", noflush = "--noflush "): string =>
    [
      `ipset -exist restore < ${prefix}candidate.ipset`,
      `iptables-${backend}-restore ${noflush}${prefix}rules.v4`,
      `ip6tables-${backend}-restore ${noflush}${prefix}rules.v6`,
    ].join(" && ");

  it("lets what is in its sets pass and refuses the rest, loaded once and three times", () => {
    const files = filesOf(many(1, 120));
    expect(files["rules.v4"]).toContain("--match-set sallyport-v4-");
    expect(kernelVerdicts(restore(), files, QUESTIONS)).toEqual(EXPECTED);
    expect(kernelVerdicts(`${restore()} && ${restore()} && ${restore()}`, files, QUESTIONS)).toEqual(EXPECTED);
  });

  it("reads back as the kernel decides, also from what the tools list", () => {
    const files = filesOf(many(1, 120));
    const read = (texts: Readonly<Record<string, string>>): string[] => {
      const layer = loadIptables(Object.entries(texts).map(([name, text]) => ({ path: name, text })));
      expect(layer.notModelled).toEqual([]);
      return QUESTIONS.map((question) => layer.decide(question, NOW).verdict);
    };
    expect(read(files)).toEqual(EXPECTED);
    const lists = ["ipset save", `iptables-${backend}-save`, `ip6tables-${backend}-save`].join(" && echo '#next' && ");
    const [sets = "", v4 = "", v6 = ""] = inNamespace(`( ${restore()} ) >&2 && ${lists}`, files).split("#next\n");
    expect(read({ "listed.ipset": sets, "listed.v4": v4, "listed.v6": v6 })).toEqual(EXPECTED);
  });

  it("gives way to a later version, whose old sets then go by the command in the header", () => {
    const [first, later] = [filesOf(many(1, 120)), filesOf(many(2, 120))];
    const files = {
      ...first,
      ...Object.fromEntries(Object.entries(later).map(([name, text]) => [`later-${name}`, text])),
    };
    const sweep = /# +(ipset list -name .*; done)/.exec(first["candidate.ipset"] ?? "")?.[1] ?? "false";
    const swap = `${restore()} && ${restore("later-")} && { ${sweep}; }`;
    const questions = [ask("192.0.2.1", 443), ask("192.0.2.121", 443), ask("2001:db8::121", 443)];
    expect(kernelVerdicts(swap, files, questions)).toEqual(["deny", "permit", "permit"]);
    const left = inNamespace(`( ${swap} ) >&2 && ipset list -name`, files).trim().split("\n");
    const named = [...(later["candidate.ipset"] ?? "").matchAll(/^create (\S+)/gm)].map(([, name]) => name);
    expect(left.sort()).toEqual(named.sort());
  });

  it("replaces the whole table where that is asked for, twice like once", () => {
    const files = {
      ...filesOf(many(1, 120), true),
      "foreign.v4": "*filter\n-A OUTPUT -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n",
    };
    const load = restore("", "");
    const before = `iptables-${backend}-restore foreign.v4`;
    expect(kernelVerdicts(`${before} && ${load}`, files, QUESTIONS)).toEqual(EXPECTED);
    const list = `iptables-${backend}-save -t filter | grep -v '^#' | sed 's/\\[.*\\]//'`;
    const [once, twice] = inNamespace(
      `( ${before} && ${load} ) >&2 && ${list} && echo '#next' && ( ${load} ) >&2 && ${list}`,
      files,
    )
      .split("#next\n")
      .map((text) => text.trim());
    expect(twice).toBe(once);
    expect(once).not.toContain("-A INPUT");
    expect(once?.match(/-A OUTPUT/g)).toHaveLength(1);
  });

  it("completes a handshake with what is in a set, in both families, and with nothing else", () => {
    const tries = [
      ["192.0.2.1", 443],
      ["2001:db8::1", 443],
      ["192.0.2.200", 443],
      ["2001:db8::200", 443],
    ];
    const input = JSON.stringify({ addresses: tries.map(([address]) => address), ports: [443], tries });
    const script = path.join(import.meta.dirname, "handshake.py");
    const found = run("python3", [script, "direct", restore()], filesOf(many(1, 120)), input)
      .trim()
      .split("\n");
    expect(found).toEqual(["open", "open", "shut", "shut"]);
  });
});
